import type { Formula } from "../graph/formula.ts";
import type { Presence } from "../graph/presence.ts";
import { type GraphNode, isHidden, type ScoreGraph, sitesOf } from "../graph/score-graph.ts";
import { toWaiting, type Waiting } from "../graph/waiting.ts";
import type { GraphContext } from "./index.ts";

/** Targets looked for in one pass: the bits of a number. */
const AT_ONCE = 32;

/**
 * MS2008: an `after` that changes nothing: its node is waited for anyway, and is skipped only when the reader's other
 * guards skip it too. To read a value that may be absent is no such guard: there `after` is what makes it right.
 * With `onSkip` the author has said what skipping means, so nothing is said.
 */
export function redundantAfter({ graph, presence, report }: GraphContext): void {
  const { score } = graph;
  const ways = waysTo(graph);
  for (const [node, through] of ways) {
    const dropped = new Set<number>();
    for (const [i, other] of node.after.entries()) {
      const isTwice = node.after.indexOf(other) < i;
      const way = isTwice ? other : through.get(other);
      if (!way) continue;
      const without = new Set([...dropped, i]);
      if (!isTwice && !isSkippedAnyway(other, () => presence.guardWithout(node, without), presence)) continue;
      dropped.add(i);
      report({
        code: "MS2008",
        facts: { node: node.name, other: other.name, way: wayOf(other, way, isTwice) },
        sites: sitesOf(score, node),
        path: ["after", i],
        subject: `${score.id}/${node.path}`,
      });
    }
  }
}

/** Is `other` skipped only in runs in which what is `given` does not hold? */
function isSkippedAnyway(other: GraphNode, given: () => Formula, presence: Presence): boolean {
  const { formulas } = presence;
  const present = presence.present(other);
  return present === formulas.true || formulas.implies(given(), present);
}

function wayOf(other: GraphNode, way: GraphNode, isTwice: boolean): string {
  if (isTwice) return "it is listed twice";
  if (way === other) return "it reads it";
  return isHidden(way) ? `it reads a ${way.plan.kind} that does` : `it waits for "${way.name}", which does`;
}

type Ways = Map<GraphNode, Map<GraphNode, GraphNode>>;

/** By node: which of its `after` it waits for in another way, and the node that way begins with. */
function waysTo(graph: ScoreGraph): Ways {
  const readers = graph.nodes.filter(({ plan, after }) => after.length > 0 && !("onSkip" in plan));
  const ways: Ways = new Map(readers.map((node) => [node, directly(node)]));
  const targets = [...new Set(readers.flatMap(({ after }) => after))];
  if (targets.length === 0) return ways;
  const waiting = toWaiting(graph);
  const indices = new Map(waiting.order.map((node, i) => [node, i]));
  const sources = waiting.order.map((node) =>
    [...waiting.sources.get(node)!].map((one) => indices.get(one)!),
  );
  for (let from = 0; from < targets.length; from += AT_ONCE) {
    const bits = new Int32Array(waiting.order.length);
    for (const [i, target] of targets.slice(from, from + AT_ONCE).entries()) {
      const index = indices.get(target);
      if (index !== undefined) bits[index] = 1 << i;
    }
    const reached = reachedBits(sources, bits);
    for (const node of readers) noteWays(node, ways.get(node)!, { waiting, indices, bits, reached });
  }
  return ways;
}

/** What the node waits for because it reads it. */
function directly(node: GraphNode): Map<GraphNode, GraphNode> {
  const read = new Set(node.reads.filter(({ at }) => at[0] !== "onFailure").map(({ target }) => target));
  return new Map(node.after.filter((other) => read.has(other)).map((other) => [other, other]));
}

/** By index: the bits of all that a node waits for, itself included. Sources come before their readers. */
function reachedBits(sources: readonly (readonly number[])[], bits: Int32Array): Int32Array {
  const reached = Int32Array.from(bits);
  for (const [i, own] of sources.entries()) for (const source of own) reached[i]! |= reached[source]!;
  return reached;
}

interface Pass {
  readonly waiting: Waiting;
  readonly indices: ReadonlyMap<GraphNode, number>;
  readonly bits: Int32Array;
  readonly reached: Int32Array;
}

function noteWays(
  node: GraphNode,
  ways: Map<GraphNode, GraphNode>,
  { waiting, indices, bits, reached }: Pass,
): void {
  for (const other of node.after) {
    const bit = bits[indices.get(other) ?? -1] ?? 0;
    if (bit === 0 || ways.has(other)) continue;
    for (const source of waiting.sources.get(node)!) {
      if (source === other || (reached[indices.get(source) ?? -1]! & bit) === 0) continue;
      ways.set(other, source);
      break;
    }
  }
}
