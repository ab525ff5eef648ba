import { type Body, type Plan, type PlanNode, POLICIES } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import { allAgents } from "../all-agents.ts";
import type { RuleContext } from "./index.ts";

/** MS3120: a routing policy that is neither built in nor one of the configuration's. */
export function unknownPolicy({ agents, scores, config, isConfigRead, report }: RuleContext): void {
  if (!isConfigRead) return;
  const known: readonly string[] = [...POLICIES, ...(config?.routing.own ?? [])];
  const factsOf = (who: string, policy: string | undefined) =>
    policy === undefined || known.includes(policy)
      ? undefined
      : { who, policy, known, guess: nearest(policy, known) };
  for (const { id, routing, sites } of allAgents(agents, scores)) {
    const facts = factsOf(`Agent "${id}"`, routing);
    if (facts) report({ code: "MS3120", facts, sites, path: ["routing"], subject: id });
  }
  for (const { id, plan, sites } of scores) {
    const facts = factsOf(`Score "${id}"`, plan.routing);
    if (facts) report({ code: "MS3120", facts, sites: sites[""] ?? [], path: ["routing"], subject: id });
    for (const [path, policy] of policiesIn(plan)) {
      const wrong = factsOf(`Node "${path}"`, policy);
      if (wrong)
        report({ code: "MS3120", facts: wrong, sites: sites[path] ?? [], path: ["routing"], subject: id });
    }
  }
  const facts = factsOf("The configuration", config?.routing.policy);
  if (facts) report({ code: "MS3120", facts, sites: config!.sites, path: ["routing", "policy"] });
}

/** What nodes say, by their paths from the root: `drafts/letter`. */
function* policiesIn({ body, onError }: Plan): Generator<readonly [path: string, policy: string]> {
  const stack: { readonly prefix: string; readonly of: Body }[] = [{ prefix: "", of: body }];
  if (onError) stack.push({ prefix: "~onError/", of: onError });
  for (let at = stack.pop(); at; at = stack.pop()) {
    for (const [name, node] of Object.entries(at.of.nodes)) {
      const path = at.prefix + name;
      if (node.kind === "agent" && node.routing !== undefined) yield [path, node.routing];
      const inner = bodyIn(node);
      if (inner) stack.push({ prefix: `${path}/`, of: inner });
    }
  }
}

function bodyIn(node: PlanNode): Body | undefined {
  return node.kind === "map" || node.kind === "loop" ? node.body : undefined;
}
