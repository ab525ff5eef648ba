import { entryOf } from "../graph/entry-of.ts";
import { programTexts } from "../graph/program-text.ts";
import { type GraphNode, sitesOf } from "../graph/score-graph.ts";
import type { Source } from "../graph/taint.ts";
import type { GraphContext } from "./index.ts";
import { nameOf, wordsOfSource } from "./words-of-source.ts";

const UNTRUSTED: readonly Source["is"][] = ["model", "outside", "failure", "input"];

/** MS3202: what somebody else wrote is part of a text that a shell reads as code. */
export function untrustedInShell(context: GraphContext): void {
  const { graph, taint, seen, report } = context;
  for (const node of graph.nodes) {
    if (node.plan.kind !== "shell") continue;
    const texts = programTexts(node.plan);
    for (const { expr, at, program } of texts) {
      for (const suspect of taint.suspects(expr, at, node.scope)) {
        if (suspect.isCompared) continue;
        const source = seen.unseen(suspect, node, UNTRUSTED);
        if (!source || source.is === "secret") continue;
        const entry = entryOf(suspect, source, taint);
        const isWhole = entry === undefined && texts.length === 1;
        report({
          code: "MS3202",
          facts: { source: wordsOfSource(source), node: nameOf(node), program, isWhole },
          sites: sitesOf(graph.score, entry?.reader ?? node),
          path: entry?.at ?? suspect.at,
          others: othersOf(source, entry ? node : undefined, context),
          subject: `${graph.score.id}/${node.path}`,
        });
      }
    }
  }
}

function othersOf(source: Source, shell: GraphNode | undefined, { graph: { score } }: GraphContext) {
  return [
    ...(shell ? [{ sites: sitesOf(score, shell), label: `${nameOf(shell)} runs it` }] : []),
    ...("node" in source && source.node.scope.score === score
      ? [{ sites: sitesOf(score, source.node), label: "it comes from here" }]
      : []),
  ];
}
