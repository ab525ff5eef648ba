import type { GraphNode } from "./graph.ts";
import { waitFor } from "./hold-readers.ts";

/**
 * E12: whoever reads an artifact that has to agree with others waits until it is known that they agree. What one of them
 * is made of cannot wait for that.
 * @param nodes of one body; their `sources` and `readers` are added to
 */
export function holdForHarmony(nodes: readonly GraphNode[]): void {
  for (const check of nodes) {
    if (!isDecisive(check)) continue;
    // Looked at anew for each: what waits for an earlier one counts.
    const before = neededFor(check, nodes);
    for (const artifact of check.sources)
      for (const reader of [...nodes[artifact]!.readers])
        if (!before.has(reader) && !isDecisive(nodes[reader]!)) waitFor(nodes[reader]!, check, artifact);
  }
}

/** Does a conflict end the run? */
export function isDecisive({ plan }: GraphNode): boolean {
  return plan.kind === "derive" && plan.harmony?.onConflict === "fail";
}

/** All that settles before `node` can, and itself. */
function neededFor(node: GraphNode, nodes: readonly GraphNode[]): ReadonlySet<number> {
  const found = new Set([node.index]);
  for (const index of found) {
    const { sources, standIn } = nodes[index]!;
    for (const source of sources) found.add(source);
    if (standIn !== undefined) found.add(standIn);
  }
  return found;
}
