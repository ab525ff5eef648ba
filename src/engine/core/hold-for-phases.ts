import type { GraphNode } from "./graph.ts";

/**
 * Lets the nodes of each phase wait until those of all before have settled, whatever has become of them. Between two phases
 * stands one node that all of the first lead to and all of the second wait for: edges rise with the nodes, not with their
 * pairs (E7), and the rest of the core knows nothing of phases.
 * @param nodes of one body; those in between are added to its end
 * @param toGate makes such a node
 */
export function holdForPhases(
  nodes: GraphNode[],
  phases: readonly string[],
  toGate: (index: number) => GraphNode,
): void {
  const members = new Map(phases.map((phase): [string, GraphNode[]] => [phase, []]));
  for (const node of nodes) if ("phase" in node.plan) members.get(node.plan.phase!)?.push(node);
  let before: GraphNode | undefined;
  for (const [i, phase] of phases.entries()) {
    const own = members.get(phase)!;
    if (before) for (const node of own) order(node, before);
    if (i === phases.length - 1) return;
    const gate = toGate(nodes.length);
    nodes.push(gate);
    for (const node of own) order(gate, node);
    if (before) order(gate, before);
    before = gate;
  }
}

/** It is only waited for: that it was skipped means nothing. */
function order(node: GraphNode, other: GraphNode): void {
  (node.sources as number[]).push(other.index);
  other.readers.push(node.index);
}
