import { bindingsOf, type PlanNode } from "../../plan/index.ts";
import { entryOf } from "../graph/entry-of.ts";
import { programTexts } from "../graph/program-text.ts";
import { type GraphNode, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";
import { nameOf, wordsOfSource } from "./words-of-source.ts";

/** MS3203: what a model wrote leaves the score, by a program or a request, and nobody has looked at it. */
export function uncheckedModelOutput({ graph, taint, seen, report }: GraphContext): void {
  const { score } = graph;
  for (const node of graph.nodes) {
    const outward = outwardOf(node.plan);
    if (outward.length === 0) continue;
    const isCode = codeIn(node);
    const told = new Set<string>();
    for (const { expr, at } of bindingsOf(node.plan)) {
      const where = String(at[0]);
      if (!outward.includes(where)) continue;
      for (const suspect of taint.suspects(expr, at, node.scope)) {
        if (suspect.isCompared || isCode(suspect.at)) continue;
        const source = seen.unseen(suspect, node, ["model"]);
        if (source?.is !== "model" || told.has(`${where} ${source.node.path}`)) continue;
        told.add(`${where} ${source.node.path}`);
        const entry = entryOf(suspect, source, taint);
        report({
          code: "MS3203",
          facts: { source: wordsOfSource(source), node: nameOf(node), where },
          sites: sitesOf(score, entry?.reader ?? node),
          path: entry?.at ?? suspect.at,
          others: [
            ...(entry ? [{ sites: sitesOf(score, node), label: `${nameOf(node)} sends it out` }] : []),
            ...(source.node.scope.score === score
              ? [{ sites: sitesOf(score, source.node), label: "the model answers here" }]
              : []),
          ],
          subject: `${score.id}/${node.path}`,
        });
      }
    }
  }
}

/** The options by which what stands in them leaves the score. */
function outwardOf(plan: PlanNode): readonly string[] {
  if (plan.kind === "shell") return ["command", "env", "stdin"];
  if (plan.kind !== "http") return [];
  return plan.method === "GET" || plan.method === "HEAD" ? ["url"] : ["url", "body"];
}

/** What is read as code is for `untrustedInShell`. */
function codeIn({ plan }: GraphNode): (at: readonly (string | number)[]) => boolean {
  const texts = plan.kind === "shell" ? programTexts(plan) : [];
  return (at) => texts.some((text) => text.at.every((key, i) => key === at[i]));
}
