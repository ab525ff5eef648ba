import { circlesIn } from "../graph/circles.ts";
import { type GraphNode, type ScoreGraph, sitesOf } from "../graph/score-graph.ts";
import type { WorkspaceContext } from "./index.ts";

/** `node` plays a score, and nothing says how deep. */
interface Call {
  readonly from: ScoreGraph;
  readonly to: ScoreGraph;
  readonly node: GraphNode;
}

/** MS2004: scores that play each other in a circle on which no node has a `maxDepth`. */
export function scoreCircle({ scores, graphOf, report }: WorkspaceContext): void {
  const graphs = new Set(scores.flatMap(({ id }) => graphOf(id) ?? []));
  const calls = new Map<ScoreGraph, Call[]>();
  for (const from of graphs) {
    const own: Call[] = [];
    for (const node of from.nodes) {
      if (node.plan.kind !== "score" || node.plan.maxDepth !== undefined) continue;
      const to = graphOf(node.plan.score);
      if (to) own.push({ from, to, node });
    }
    calls.set(from, own);
  }
  for (const circle of circlesIn([...graphs], calls)) {
    const first = circle.reduce(
      (least, { from }, i) => (from.score.id < circle[least]!.from.score.id ? i : least),
      0,
    );
    const [start, ...rest] = [...circle.slice(first), ...circle.slice(0, first)];
    const { from, node } = start!;
    const ids = [start!, ...rest].map((call) => call.from.score.id);
    report({
      code: "MS2004",
      facts: { path: [...ids, ids[0]!] },
      sites: sitesOf(from.score, node),
      others: rest.map((call) => ({
        sites: sitesOf(call.from.score, call.node),
        label: `"${call.from.score.id}" plays "${call.to.score.id}" here`,
      })),
      subject: `${from.score.id}/${node.path}`,
    });
  }
}
