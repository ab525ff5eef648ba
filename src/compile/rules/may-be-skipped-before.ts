import { causeOf } from "../graph/cause-of-absence.ts";
import type { Formula } from "../graph/formula.ts";
import { type GraphNode, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/**
 * MS2203: a node is ordered after one that may be skipped, and would be skipped with it. What one finding explains is
 * not told of the nodes that follow.
 */
export function mayBeSkippedBefore({ graph, presence, isRead, report }: GraphContext): void {
  if (!isRead) return;
  const { score } = graph;
  const { formulas } = presence;
  const told = new Map<GraphNode, Set<Formula>>();
  for (const node of presence.order) {
    if (node.after.length === 0 || "onSkip" in node.plan) continue;
    let own: Set<Formula> | undefined;
    for (const [i, other] of node.after.entries()) {
      const inherited = told.get(other);
      const parts = formulas.partsOf(presence.present(other)).filter((part) => !inherited?.has(part));
      // A long chain shares what was told of its beginning.
      own = own && inherited ? new Set([...own, ...inherited]) : (own ?? inherited);
      if (parts.length === 0) continue;
      const given = formulas.and([presence.guardWithout(node, new Set([i])), presence.inputs(node)]);
      const wanted = formulas.and(parts);
      const part = formulas.firstUnproved(wanted, given);
      if (!part || formulas.canHold(formulas.and([given, wanted])) === false) continue;
      own = new Set(own).add(part);
      const cause = causeOf(other, part, presence);
      report({
        code: "MS2203",
        facts: {
          node: node.name,
          other: other.name,
          because: cause.because,
          isGuarded: cause.at.path?.[0] === "when",
        },
        sites: sitesOf(score, node),
        path: ["after", i],
        others: [{ sites: sitesOf(score, cause.guarded), ...cause.at, label: cause.label }],
        subject: `${score.id}/${node.path}`,
      });
    }
    if (own) told.set(node, own);
  }
}
