import { bindingsOf, type Condition } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import { schemaOf, valuesOf } from "../graph/schema-of.ts";
import { conditionsIn, type GraphNode, nodeAt, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

type Case = Extract<Condition, { is: "case" }>;

/** What one condition says of a switch. */
interface Use {
  readonly reader: GraphNode;
  readonly condition: Case;
  readonly at: readonly (string | number)[];
  /** It is inside `not(…)`, so it stands for the values it does not name, too. */
  readonly isNegated: boolean;
}

/** MS2201: a case that the value never has. MS2202: a value that no case takes. */
export function switchCases({ graph, report }: GraphContext): void {
  const { score, nodes } = graph;
  const uses = usesBySwitch(nodes);
  for (const [node, own] of uses) {
    if (node.plan.kind !== "switchOn") continue;
    const known = schemaOf(node.plan.on, node.scope);
    const values = known && "schema" in known ? valuesOf(known.schema) : undefined;
    if (!values) continue;
    const names = values.map(String);
    for (const { reader, condition, at } of own.filter((use) => !use.condition.negate)) {
      for (const wrong of condition.cases.filter((one) => !values.includes(one))) {
        report({
          code: "MS2201",
          facts: {
            node: node.name,
            wrong: String(wrong),
            known: names,
            guess: nearest(String(wrong), names),
          },
          sites: sitesOf(score, reader),
          path: at,
          others: [{ sites: sitesOf(score, node), label: `the switch "${node.name}"` }],
          subject: `${score.id}/${reader.path}`,
        });
      }
    }
    if (own.some(({ condition, isNegated }) => condition.negate || isNegated)) continue;
    const taken = new Set(own.flatMap(({ condition }) => condition.cases));
    const missing = values.filter((value) => !taken.has(value)).map(String);
    if (missing.length === 0) continue;
    report({
      code: "MS2202",
      facts: { node: node.name, missing },
      sites: sitesOf(score, node),
      subject: `${score.id}/${node.path}`,
    });
  }
}

function usesBySwitch(nodes: readonly GraphNode[]): Map<GraphNode, Use[]> {
  const uses = new Map<GraphNode, Use[]>();
  for (const reader of nodes) {
    for (const { expr, at } of bindingsOf(reader.plan)) {
      const isCondition = at[0] === "when" || (at[0] === "on" && reader.plan.kind === "branch");
      if (!isCondition) continue;
      const all = conditionsIn(expr as Condition);
      const negated = new Set(all.flatMap((one) => (one.is === "not" ? conditionsIn(one.of) : [])));
      for (const condition of all) {
        const node = condition.is === "case" ? nodeAt(reader.scope, condition.node, condition.up) : undefined;
        if (!node) continue;
        const use: Use = { reader, condition: condition as Case, at, isNegated: negated.has(condition) };
        const own = uses.get(node);
        if (own) own.push(use);
        else uses.set(node, [use]);
      }
    }
  }
  return uses;
}
