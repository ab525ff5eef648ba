import { withArticle } from "../../support/with-article.ts";
import type { Formula } from "../graph/formula.ts";
import type { Presence } from "../graph/presence.ts";
import { type GraphNode, isHidden, type ScoreGraph, sitesOf } from "../graph/score-graph.ts";
import { toWaiting } from "../graph/waiting.ts";
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
    const seen = new Set<GraphNode>();
    for (const [i, other] of node.after.entries()) {
      const isTwice = seen.has(other);
      seen.add(other);
      const way = isTwice ? other : through.get(other);
      if (!way) continue;
      dropped.add(i);
      if (!isTwice && !isSkippedAnyway(other, () => presence.guardWithout(node, dropped), presence)) {
        dropped.delete(i);
        continue;
      }
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
  return isHidden(way)
    ? `it reads ${withArticle(way.plan.kind)} that does`
    : `it waits for "${way.name}", which does`;
}

type Ways = Map<GraphNode, Map<GraphNode, GraphNode>>;

/** By node: which of its `after` it waits for in another way, and the node that way begins with. */
function waysTo(graph: ScoreGraph): Ways {
  const readers = graph.nodes.filter(({ plan, after }) => after.length > 0 && !("onSkip" in plan));
  const ways: Ways = new Map(readers.map((node) => [node, directly(node)]));
  if (readers.length === 0) return ways;
  const { order, sources } = toWaiting(graph);
  const indices = new Map(order.map((node, i) => [node, i]));
  const sourceIndices = order.map((node) => Uint32Array.from(sources.get(node)!, (one) => indices.get(one)!));
  const targets = [...readersByTarget(readers, ways)]
    .map(([target, waiting]) => ({ target, index: indices.get(target) ?? -1, waiting }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => a.index - b.index);
  for (let from = 0; from < targets.length; from += AT_ONCE) {
    const some = targets.slice(from, from + AT_ONCE);
    const reached = reachedBits(
      sourceIndices,
      some.map(({ index }) => index),
    );
    for (const [bit, { target, index, waiting }] of some.entries()) {
      for (const node of waiting) {
        const own = sourceIndices[indices.get(node) ?? -1] ?? [];
        const way = own.find((source) => source !== index && (reached[source]! & (1 << bit)) !== 0);
        if (way !== undefined) ways.get(node)!.set(target, order[way]!);
      }
    }
  }
  return ways;
}

/** What the node waits for because it reads it. */
function directly(node: GraphNode): Map<GraphNode, GraphNode> {
  const read = new Set(node.reads.filter(({ at }) => at[0] !== "onFailure").map(({ target }) => target));
  return new Map(node.after.filter((other) => read.has(other)).map((other) => [other, other]));
}

/** The nodes that are ordered after each, but those that read it too. */
function readersByTarget(
  readers: readonly GraphNode[],
  ways: Ways,
): ReadonlyMap<GraphNode, readonly GraphNode[]> {
  const found = new Map<GraphNode, GraphNode[]>();
  for (const node of readers) {
    for (const target of node.after) {
      if (ways.get(node)!.has(target)) continue;
      const own = found.get(target);
      if (own) own.push(node);
      else found.set(target, [node]);
    }
  }
  return found;
}

/** By index: a bit for each of `targets` that a node waits for, or is. Sources and targets stand before who waits for them. */
function reachedBits(sources: readonly Uint32Array[], targets: readonly number[]): Int32Array {
  const reached = new Int32Array(sources.length);
  for (const [bit, index] of targets.entries()) reached[index]! |= 1 << bit;
  for (let i = targets[0]!; i < sources.length; i++) {
    let bits = reached[i]!;
    for (const source of sources[i]!) bits |= reached[source]!;
    reached[i] = bits;
  }
  return reached;
}
