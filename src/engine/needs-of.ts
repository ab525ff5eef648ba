import type { Needs } from "./core/admission.ts";
import type { GraphNode } from "./core/graph.ts";
import type { Playable } from "./performance.ts";

const ofScores = new WeakMap<GraphNode, Needs>();

/**
 * What a step takes while it is at work. A score takes for its whole run, so it takes with its own what any step in
 * there needs: those take from that, and none of them asks for more while it holds something (A2).
 */
export function needsOf(node: GraphNode, { scores }: Playable): Needs {
  const { plan, needs } = node;
  const played = plan.kind === "score" ? scores.get(plan.score) : undefined;
  if (!played) return needs!;
  const known = ofScores.get(node) ?? withThoseInside(needs!, played);
  ofScores.set(node, known);
  return known;
}

function withThoseInside(own: Needs, played: Playable): Needs {
  const most = new Map(own);
  // Both grow while they are gone through.
  const playables = new Set([played]);
  for (const { graph, scores } of playables) {
    const graphs = [graph];
    for (const { nodes, handler } of graphs) {
      if (handler) graphs.push(handler);
      for (const { body, needs = [] } of nodes) {
        if (body) graphs.push(body);
        for (const [name, count] of needs) most.set(name, Math.max(count, most.get(name) ?? 0));
      }
    }
    for (const inner of scores.values()) playables.add(inner);
  }
  return most;
}
