import { compareSchemas } from "../../compile/diff/compare-schemas.ts";
import { declaredOf } from "../../compile/graph/schema-of.ts";
import { toScoreGraph } from "../../compile/graph/score-graph.ts";
import type { CompiledScore } from "../../compile/index.ts";
import type { JsonSchema, Plan } from "../../plan/index.ts";
import { keysOf, type MovedRun, stateOf } from "./moved-run.ts";

/** MS5009: a loop's state, or what a map goes over, that has changed while a run is in the middle of it. */
export function changedIteration({ before, after, migration, report }: MovedRun): void {
  for (const node of keysOf(before.body)) {
    const [from, to] = [before.body.nodes[node]!, after.plan.body.nodes[node]];
    if (!to || stateOf(node, migration) !== "in") continue;
    if (from.kind === "loop" && to.kind === "loop" && isOther(from.state, to.state))
      report({ code: "MS5009", facts: { node, what: "state", kind: "loop" }, node, path: ["state"] });
    if (from.kind === "map" && to.kind === "map" && isOther(itemsOf(before, node), itemsOf(after.plan, node)))
      report({ code: "MS5009", facts: { node, what: "items", kind: "map" }, node, path: ["over"] });
  }
}

/** Are there values of one that are none of the other? */
function isOther(from: JsonSchema | undefined, to: JsonSchema | undefined): boolean {
  if (!from || !to) return false;
  return compareSchemas(from, to, "state").some(({ weight }) => weight !== "safe");
}

/** The schema of the list that a map of the score goes over, as far as one is declared. */
function itemsOf(plan: Plan, name: string): JsonSchema | undefined {
  const score = { id: plan.score, plan, sites: {}, inputValues: plan.input } as unknown as CompiledScore;
  const node = toScoreGraph(score).nodes.find(({ path }) => path === name);
  if (node?.plan.kind !== "map") return undefined;
  const declared = declaredOf(node.plan.over, node.scope);
  return declared && "schema" in declared ? declared.schema : undefined;
}
