import type { Finding } from "../../define/finding.ts";
import { needsValue } from "../graph/presence.ts";
import {
  type GraphNode,
  type GraphScope,
  isHidden,
  isInHandler,
  leavesOf,
  nodeAt,
  type Read,
  readerName,
  sitesOf,
} from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** By a text, derive or oneOf inside the handler that may be missing: the score's node it is missing with. */
type Missing = Map<GraphNode, GraphNode>;

/**
 * MS2207: `onError` reads what a run that failed may not have come to, without saying what then.
 * A text or a derive passes absence on, so the one who reads it answers for what it reads.
 */
export function handlerReads({ graph, presence, report }: GraphContext): void {
  const { score, outputs } = graph;
  if (!score.plan.onError) return;
  const missing: Missing = new Map();
  const tell = (reads: readonly Read[], reader: string, sites: Finding["sites"], subject: string) => {
    const told = new Set<GraphNode>();
    for (const read of reads.filter(needsValue)) {
      const cause = causeOf(read, missing);
      if (!cause || told.has(cause)) continue;
      told.add(cause);
      report({
        code: "MS2207",
        facts: { reader, node: isHidden(cause) ? undefined : cause.name },
        sites,
        path: read.at,
        others: [{ sites: sitesOf(score, cause), label: "a run may fail before this has been played" }],
        subject,
      });
    }
  };
  for (const node of presence.order.filter(({ scope }) => isInHandler(scope))) {
    if (!noteMissing(node, missing))
      tell(node.reads, readerName(node), sitesOf(score, node), `${score.id}/${node.path}`);
  }
  for (const { scope, reads } of outputs) {
    const { owner } = scope;
    if (owner && isInHandler(scope))
      tell(reads, `The output of "${owner.name}"`, sitesOf(score, owner), `${score.id}/${owner.path}`);
  }
}

/** Is `node` one that passes absence on? Then what it misses is noted. */
function noteMissing(node: GraphNode, missing: Missing): boolean {
  const { plan } = node;
  if (plan.kind !== "text" && plan.kind !== "derive" && plan.kind !== "oneOf") return false;
  const cause =
    plan.kind === "oneOf"
      ? missedByAll(plan.of.map((part) => missedBy(part, node.scope, missing)))
      : node.reads
          .filter(needsValue)
          .map((read) => causeOf(read, missing))
          .find((one) => one !== undefined);
  if (cause) missing.set(node, cause);
  return true;
}

function missedByAll(causes: readonly (GraphNode | undefined)[]): GraphNode | undefined {
  return causes.every((cause) => cause !== undefined) ? causes[0] : undefined;
}

/** What one alternative of a oneOf may be missing with. */
function missedBy(
  part: Parameters<typeof leavesOf>[0],
  scope: GraphScope,
  missing: Missing,
): GraphNode | undefined {
  for (const { expr, accepts } of leavesOf(part, [])) {
    const isRead = expr.is === "output" || expr.is === "case";
    const target = isRead && !accepts ? nodeAt(scope, expr.node, expr.up) : undefined;
    if (!target) continue;
    const cause = isInHandler(target.scope) ? missing.get(target) : target;
    if (cause) return cause;
  }
  return undefined;
}

function causeOf({ target, isAfterFailure }: Read, missing: Missing): GraphNode | undefined {
  return isAfterFailure ? target : missing.get(target);
}
