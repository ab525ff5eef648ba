import { type Body, type Plan, type PlanNode, remakingOf } from "../../plan/index.ts";
import type { RuleContext } from "./index.ts";

/** MS3122: an agent with tiers whose step nothing ever leads to the next of them. */
export function tiersNeverRise({ scores, report }: RuleContext): void {
  for (const { id, plan, sites } of scores) {
    for (const { path, node, body } of agentsIn(plan)) {
      const tiers = plan.agents?.[node.agent]?.tiers;
      if (!tiers || (typeof node.retry === "object" && node.retry.attempts > 1)) continue;
      if (isEscalated(path.slice(path.lastIndexOf("/") + 1), body)) continue;
      const facts = { node: path, agent: node.agent, first: tiers[0]! };
      report({ code: "MS3122", facts, sites: sites[path] ?? [], path: [], subject: id });
    }
  }
}

/** Is its value made anew by a stronger model when a gate says so? */
function isEscalated(name: string, body: Body): boolean {
  return Object.values(body.nodes).some(
    (node) =>
      node.kind === "artifact" &&
      node.gates.some(({ onFail }) => onFail === "escalate") &&
      remakingOf(body, node)?.makers.includes(name),
  );
}

type AgentNode = Extract<PlanNode, { kind: "agent" }>;

/** By their paths from the root: `drafts/letter`. */
function* agentsIn({ body, onError }: Plan): Generator<{ path: string; node: AgentNode; body: Body }> {
  const stack: { readonly prefix: string; readonly of: Body }[] = [{ prefix: "", of: body }];
  if (onError) stack.push({ prefix: "~onError/", of: onError });
  for (let at = stack.pop(); at; at = stack.pop()) {
    for (const [name, node] of Object.entries(at.of.nodes)) {
      const path = at.prefix + name;
      if (node.kind === "agent") yield { path, node, body: at.of };
      if (node.kind === "map" || node.kind === "loop") stack.push({ prefix: `${path}/`, of: node.body });
    }
  }
}
