import { allAgents } from "../all-agents.ts";
import type { AgentFacts } from "../child/protocol.ts";
import type { RuleContext } from "./index.ts";

/** MS3115: agents whose calls count against a budget, and whose model has no price. What the store knows is not known here. */
export function budgetWithoutPrice(context: RuleContext): void {
  const { agents, scores, config, isConfigRead, report } = context;
  if (!isConfigRead) return;
  const { models: aliases = {}, prices = {} } = config ?? {};
  for (const agent of allAgents(agents, scores)) {
    const budgets = budgetsOver(agent, context);
    if (budgets.length === 0) continue;
    const told = new Set<string>();
    for (const { name, at } of agent.models) {
      const model = Object.hasOwn(aliases, name) ? aliases[name]! : name;
      // What is no model is told by another rule.
      if (!model.includes("/") || Object.hasOwn(prices, model) || told.has(model)) continue;
      told.add(model);
      report({
        code: "MS3115",
        facts: { agent: agent.id, model, budgets },
        sites: agent.sites,
        path: at,
        subject: agent.id,
      });
    }
  }
}

/** What its calls count against, as people call it. */
function budgetsOver(
  { id, budgets, sites }: AgentFacts,
  { scores, orchestras, config }: RuleContext,
): string[] {
  const place = JSON.stringify([id, sites]);
  const playing = scores.filter(({ agents }) =>
    agents.some((one) => JSON.stringify([one.id, one.sites]) === place),
  );
  const ids = new Set(playing.map((score) => score.id));
  return [
    ...budgets.map((key) => `budget.${key}`),
    ...playing.filter(({ plan }) => plan.budget).map((score) => `the budget of score ${score.id}`),
    ...orchestras
      .filter(({ plan, score }) => plan?.budget && score !== undefined && ids.has(score))
      .map((orchestra) => `the budget of orchestra ${orchestra.id}`),
    ...(config?.perDayMicroUsd === undefined ? [] : ["the configuration's budget"]),
  ];
}
