import { bindingsOf, type Expr, type Path } from "../../plan/index.ts";
import { entryOf } from "../graph/entry-of.ts";
import { endOf, type GraphNode, type GraphScope, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";
import { nameOf } from "./words-of-source.ts";

/** Where secrets may go, by the kind of node. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  http: ["headers", "query", "body"],
  shell: ["env", "stdin"],
};
/** Values that are stored nowhere: whoever reads them is looked at. */
const VALUES = new Set(["text", "oneOf", "derive"]);

/** Conditions are looked at by the engine. */
const UNOPENED = "looked at where no secret is opened";

interface Reading {
  readonly expr: Expr;
  readonly at: Path;
  readonly scope: GraphScope;
  readonly what: string;
  readonly why: string;
  readonly sites: GraphContext["graph"]["score"]["sites"][string];
  readonly subject: string;
}

/** MS3204: a secret goes where it would be stored, shown, or read by a model. */
export function secretExposed(context: GraphContext): void {
  const { graph } = context;
  const { score, nodes, outputs } = graph;
  for (const node of nodes) {
    const { kind } = node.plan;
    if (VALUES.has(kind)) continue;
    for (const { expr, at } of bindingsOf(node.plan)) {
      const option = String(at[0]);
      if (ALLOWED[kind]?.includes(option)) continue;
      const rest = { scope: node.scope, sites: sitesOf(score, node), subject: `${score.id}/${node.path}` };
      tell({ expr, at, ...rest, ...wordsOf(node, option) }, context);
    }
  }
  for (const { scope } of outputs) {
    const { owner } = scope;
    const sites = score.sites[owner?.path ?? ""] ?? [];
    const subject = owner ? `${score.id}/${owner.path}` : score.id;
    for (const { expr, at } of endOf(scope)) {
      const option = { output: "output", next: "state", until: "condition" }[String(at[0])] ?? "output";
      const what = `the ${option} of ${scope.isHandler ? "onError" : `"${owner?.name ?? score.id}"`}`;
      const why = option === "condition" ? UNOPENED : "stored";
      tell({ expr, at, scope, what, why, sites, subject }, context);
    }
  }
}

function tell({ expr, at, scope, what, why, sites, subject }: Reading, context: GraphContext): void {
  const { graph, taint, report } = context;
  for (const suspect of taint.suspects(expr, at, scope)) {
    for (const source of suspect.sources) {
      if (source.is !== "secret") continue;
      const entry = entryOf(suspect, source, taint);
      const others = entry
        ? [{ sites: sitesOf(graph.score, entry.reader), path: entry.at, label: "the secret goes in here" }]
        : [];
      report({
        code: "MS3204",
        facts: { secret: source.name, what, why },
        sites,
        path: suspect.at,
        others,
        subject,
      });
    }
  }
}

/** The option in words, and what becomes of what stands in it. */
function wordsOf(node: GraphNode, option: string): { readonly what: string; readonly why: string } {
  const { plan } = node;
  const of = nameOf(node);
  if (option === "when" || option === "on") return { what: `a condition of ${of}`, why: UNOPENED };
  const what = `${option === "onFailure" ? "the fallback" : `\`${option}\``} of ${of}`;
  if (plan.kind === "agent" && option === "input") return { what, why: "sent to a model, and stored" };
  if (plan.kind === "checkpoint" && option !== "onFailure")
    return { what, why: "shown to people, and stored" };
  if (plan.kind === "shell" && (option === "command" || option === "script"))
    return { what, why: "seen by every user of the machine in its list of processes" };
  return { what, why: "stored" };
}
