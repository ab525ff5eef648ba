import type { Finding } from "../../define/finding.ts";
import type { Formula } from "../graph/formula.ts";
import { needsValue, type Unproved } from "../graph/presence.ts";
import { type GraphNode, isHidden, readerName, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** What reads: a node, or the output of a score or map. */
interface Reader {
  readonly name: string;
  readonly unproved: readonly Unproved[];
  readonly sites: Finding["sites"];
  readonly subject: string;
}

/**
 * MS2204: a value is read that may not exist, by a node that is played all the same.
 * A text or a derive passes absence on, so the one who reads it answers for what it reads.
 */
export function mayBeAbsent(context: GraphContext): void {
  const { graph, presence } = context;
  const { score, nodes, outputs } = graph;
  for (const node of nodes) {
    const unproved = presence.unproved(node);
    tell(
      { name: readerName(node), unproved, sites: sitesOf(score, node), subject: `${score.id}/${node.path}` },
      context,
    );
  }
  for (const { scope, reads } of outputs) {
    const { owner } = scope;
    const isSingle = scope.body.single === true;
    tell(
      {
        name: owner
          ? isSingle
            ? `"${owner.name}"`
            : `The output of "${owner.name}"`
          : `The output of "${score.id}"`,
        unproved: presence.unprovedOf(reads, presence.around(scope)),
        sites: score.sites[owner?.path ?? ""] ?? [],
        subject: owner ? `${score.id}/${owner.path}` : score.id,
      },
      context,
    );
  }
}

function tell(reader: Reader, { graph, presence, report }: GraphContext): void {
  const told = new Set<GraphNode>();
  for (const { read, part } of reader.unproved) {
    const cause = causeOf(read.target, part, { presence });
    if (told.has(cause.node)) continue;
    told.add(cause.node);
    report({
      code: "MS2204",
      facts: {
        reader: reader.name,
        node: isHidden(cause.node) ? undefined : cause.node.name,
        because: cause.because,
      },
      sites: reader.sites,
      path: read.at,
      others: [{ sites: sitesOf(graph.score, cause.guarded), ...cause.at, label: cause.label }],
      subject: reader.subject,
    });
  }
}

interface Cause {
  /** What is read, seen through texts and derives. */
  readonly node: GraphNode;
  /** The node upstream with the guard or the policy that can take the value away. */
  readonly guarded: GraphNode;
  readonly because: string;
  readonly label: string;
  readonly at: { readonly path?: readonly (string | number)[] };
}

/** Follows what `target` needs to the node that `part` comes from. */
function causeOf(target: GraphNode, part: Formula, { presence }: Pick<GraphContext, "presence">): Cause {
  const { formulas } = presence;
  const has = (node: GraphNode) => formulas.partsOf(presence.present(node)).includes(part);
  let read = target;
  let node = target;
  for (;;) {
    const next = [...node.reads.filter(needsValue).map((one) => one.target), ...node.after].find(has);
    const isOwn =
      formulas.partsOf(presence.guard(node)).includes(part) && "when" in node.plan && !node.after.some(has);
    if (!next || isOwn || node.plan.kind === "oneOf") break;
    if (node === read && (node.plan.kind === "text" || node.plan.kind === "derive")) read = next;
    node = next;
  }
  const { plan } = node;
  const through = node === read ? "" : `it needs "${node.name}": `;
  if (plan.kind === "oneOf") {
    return {
      node: read,
      guarded: node,
      because: `${through}no alternative of the oneOf() is sure to be there`,
      label: "none of these is sure to be there",
      at: {},
    };
  }
  const isGuarded = formulas.partsOf(presence.guard(node)).includes(part);
  if (!isGuarded && "onFailure" in plan && plan.onFailure === "skip") {
    return {
      node: read,
      guarded: node,
      because: `${through}its onFailure is "skip"`,
      label: `"${node.name}" may fail and be skipped`,
      at: { path: ["onFailure"] },
    };
  }
  const words = presence.words(part);
  const because = words === undefined ? "it runs only under its `when`" : `it runs only when ${words}`;
  return {
    node: read,
    guarded: node,
    because: through + because,
    label: `"${node.name}" runs only under this condition`,
    at: { path: ["when"] },
  };
}
