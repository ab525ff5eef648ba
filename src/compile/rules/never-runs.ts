import type { Formula } from "../graph/formula.ts";
import { needsValue } from "../graph/presence.ts";
import { type GraphNode, isHidden, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** MS2005: the conditions on the way to a node contradict each other. The first such node of a way is named. */
export function neverRuns({ graph, presence, report }: GraphContext): void {
  const { score } = graph;
  const { formulas } = presence;
  const dead = new Set<GraphNode>();
  for (const node of presence.order) {
    const whole = formulas.and([presence.around(node.scope), presence.present(node)]);
    if (formulas.canHold(whole) !== false) continue;
    dead.add(node);
    const sources = [
      ...node.reads.filter(needsValue).map(({ target }) => target),
      ...node.after,
      ...(node.scope.owner ? [node.scope.owner] : []),
    ];
    if (sources.some((source) => dead.has(source)) || isHidden(node)) continue;
    const clash = clashOf(node, graph.nodes.length, { presence });
    report({
      code: "MS2005",
      facts: { node: node.name, why: clash?.why ?? "what it needs cannot all be true in one run" },
      sites: sitesOf(score, node),
      ...("when" in node.plan ? { path: ["when"] } : {}),
      ...(clash?.other
        ? {
            others: [
              {
                sites: sitesOf(score, clash.other),
                path: ["when"],
                label: `"${clash.other.name}" runs only when ${clash.words}`,
              },
            ],
          }
        : {}),
      subject: `${score.id}/${node.path}`,
    });
  }
}

interface Clash {
  readonly why: string;
  readonly words: string;
  /** The node that demands the second of the two. */
  readonly other: GraphNode | undefined;
}

/** Two things the node needs that cannot both be true. */
function clashOf(
  node: GraphNode,
  most: number,
  { presence }: Pick<GraphContext, "presence">,
): Clash | undefined {
  const { formulas } = presence;
  const own = formulas.partsOf(presence.guard(node));
  const all = formulas.partsOf(
    formulas.and([
      presence.around(node.scope),
      presence.guard(node),
      ...node.reads.filter(needsValue).map(({ target }) => presence.present(target)),
    ]),
  );
  for (const a of [...own, ...all]) {
    for (const b of all) {
      if (a === b || formulas.canHold(formulas.and([a, b])) !== false) continue;
      const [first, second] = [presence.words(a), presence.words(b)];
      if (first === undefined || second === undefined) continue;
      return {
        why: `it needs that ${first} and that ${second}`,
        words: second,
        other: demanding(node, b, most, { presence }),
      };
    }
  }
  return undefined;
}

/** The nearest node on the way that has `part` in its own guard. */
function demanding(
  node: GraphNode,
  part: Formula,
  most: number,
  { presence }: Pick<GraphContext, "presence">,
): GraphNode | undefined {
  const seen = new Set<GraphNode>([node]);
  for (const at of seen) {
    if (
      at !== node &&
      !isHidden(at) &&
      "when" in at.plan &&
      presence.formulas.partsOf(presence.guard(at)).includes(part)
    )
      return at;
    for (const { target } of at.reads) if (seen.size < most) seen.add(target);
    for (const other of at.after) seen.add(other);
    if (at.scope.owner) seen.add(at.scope.owner);
  }
  return undefined;
}
