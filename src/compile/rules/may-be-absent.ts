import type { Finding } from "../../define/finding.ts";
import { causeOf } from "../graph/cause-of-absence.ts";
import type { Unproved } from "../graph/presence.ts";
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
    const cause = causeOf(read.target, part, presence);
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
