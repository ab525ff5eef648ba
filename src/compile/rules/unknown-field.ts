import type { Finding } from "../../define/finding.ts";
import { bindingsOf, type Expr, type Path } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import { type Origin, schemaOf } from "../graph/schema-of.ts";
import { calledOf, endOf, type GraphScope, isHidden, leavesOf, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** MS2102: a field that the schema of a node's output does not have. */
export function unknownField({ graph, report }: GraphContext): void {
  const { score, nodes, outputs } = graph;
  const check = (whole: Expr, way: Path, scope: GraphScope, sites: Finding["sites"], subject: string) => {
    for (const { expr, at } of leavesOf(whole, way)) {
      if ((expr.is !== "output" && expr.is !== "item" && expr.is !== "input") || expr.path.length === 0)
        continue;
      const known = schemaOf(expr, scope);
      if (!known || !("missing" in known)) continue;
      const { missing, origin, fields } = known;
      report({
        code: "MS2102",
        facts: {
          field: missing,
          of: wordsFor(origin, score.id),
          path: toText(known.way),
          known: fields,
          guess: nearest(missing, fields),
        },
        sites,
        path: at,
        others: originPlaces(origin),
        subject,
      });
    }
  };
  for (const node of nodes) {
    for (const { expr, at } of bindingsOf(node.plan))
      check(expr, at, node.scope, sitesOf(score, node), `${score.id}/${node.path}`);
  }
  for (const { scope } of outputs) {
    const path = scope.owner?.path ?? "";
    for (const { expr, at } of endOf(scope))
      check(expr, at, scope, score.sites[path] ?? [], path ? `${score.id}/${path}` : score.id);
  }
}

/** `leads[].mail`: which item it is does not matter to a schema. */
function toText(way: Path): string {
  return way.map((step, i) => (typeof step === "number" ? "[]" : i === 0 ? step : `.${step}`)).join("");
}

function wordsFor({ is, node, score }: Origin, reader: string): string {
  if (score.id !== reader) return `what score "${score.id}" gives`;
  if (is === "failure") return "what `onError` is told";
  if (is === "state") return `the state of "${node?.name}"`;
  if (is === "input" || !node) return `the input of "${score.id}"`;
  return isHidden(node) ? `what this ${calledOf(node)} gives` : `the output of "${node.name}"`;
}

function originPlaces({ is, node, score }: Origin): NonNullable<Finding["others"]> {
  if (node)
    return [
      { sites: sitesOf(score, node), label: `${isHidden(node) ? "it" : `"${node.name}"`} is built here` },
    ];
  const sites = is === "input" ? score.definitions[""] : undefined;
  return sites ? [{ sites, label: "the input is declared here" }] : [];
}
