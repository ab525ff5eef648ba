import { isHidden } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** More than a drawing can show, or a reader follow. */
const MOST_NODES = 200;

/** MS2010: a score that has outgrown one graph; what is inside its maps and loops counts. */
export function tooManyNodes({ graph, report }: GraphContext): void {
  const { score, nodes } = graph;
  const count = nodes.reduce((sum, node) => (isHidden(node) ? sum : sum + 1), 0);
  if (count <= MOST_NODES) return;
  report({
    code: "MS2010",
    facts: { score: score.id, count, most: MOST_NODES },
    sites: score.sites[""] ?? [],
    path: ["nodes"],
    subject: score.id,
  });
}
