import { withArticle } from "../../support/with-article.ts";
import { circlesOf, type Edge } from "../graph/order.ts";
import { isHidden, readerName, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

const MOST_NAMES = 12;
const MOST_OTHERS = 8;

/** MS2003: nodes that wait for each other. `after` can be filled later than its node is made, so it can happen. */
export function cycle({ graph, report }: GraphContext): void {
  const { score } = graph;
  for (const circle of circlesOf(graph)) {
    // An `after` is what an author can drop most easily.
    const start = Math.max(
      0,
      circle.findIndex((edge) => edge.isAfter),
    );
    const [closing, ...rest] = [...circle.slice(start), ...circle.slice(0, start)];
    const names = [closing!, ...rest].map(({ from }) => from).filter((node) => !isHidden(node));
    report({
      code: "MS2003",
      facts: { score: score.id, path: shortened([...names, names[0]!].map(({ name }) => name)) },
      sites: sitesOf(score, closing!.reader),
      path: closing!.at,
      others: rest
        .slice(0, MOST_OTHERS)
        .map((edge) => ({ sites: sitesOf(score, edge.reader), path: edge.at, label: labelOf(edge) })),
      subject: `${score.id}/${closing!.from.path}`,
    });
  }
}

/** A long circle by its beginning and its end. */
function shortened(names: readonly string[]): readonly string[] {
  return names.length <= MOST_NAMES
    ? names
    : [
        ...names.slice(0, MOST_NAMES / 2),
        `… ${names.length - MOST_NAMES} more …`,
        ...names.slice(-MOST_NAMES / 2),
      ];
}

function labelOf({ reader, to, isAfter }: Edge): string {
  return `${readerName(reader)} ${isAfter ? "waits for" : "reads"} ${isHidden(to) ? withArticle(to.plan.kind) : `"${to.name}"`}`;
}
