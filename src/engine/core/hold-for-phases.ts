import type { GraphNode } from "./graph.ts";
import { isDecisive } from "./hold-for-harmony.ts";

/**
 * Lets the nodes of each phase wait until those of all before have settled, whatever has become of them, and until it is
 * known that the artifacts of a phase agree that have to. Between two phases stands one node that all of the first lead to
 * and all of the second wait for: edges rise with the nodes, not with their pairs (E7), and the rest of the core knows
 * nothing of phases.
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
  const checks = Map.groupBy(nodes.filter(isDecisive), (check) => lastPhase(check, nodes, phases));
  let before: GraphNode | undefined;
  for (const [i, phase] of phases.entries()) {
    const own = members.get(phase)!;
    if (before) for (const node of own) order(node, before);
    if (i === phases.length - 1) return;
    const gate = toGate(nodes.length);
    nodes.push(gate);
    for (const node of own) order(gate, node);
    for (const check of checks.get(i) ?? []) order(gate, check);
    if (before) order(gate, before);
    before = gate;
  }
}

/** The latest phase of the artifacts that are compared; `undefined` when one has none, and may come at any time. */
function lastPhase(
  check: GraphNode,
  nodes: readonly GraphNode[],
  phases: readonly string[],
): number | undefined {
  const ranks = check.sources.map((index) => {
    const { plan } = nodes[index]!;
    return "phase" in plan ? phases.indexOf(plan.phase!) : -1;
  });
  return ranks.includes(-1) ? undefined : Math.max(...ranks);
}

/** It is only waited for: that it was skipped means nothing. */
function order(node: GraphNode, other: GraphNode): void {
  (node.sources as number[]).push(other.index);
  other.readers.push(node.index);
}
