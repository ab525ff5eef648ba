import { keysOf, type MovedRun, stateOf } from "./moved-run.ts";

/** MS5007: a node that comes in before one that has been played. */
export function lateUpstream({ before, after, migration, renames, report }: MovedRun): void {
  const { nodes } = after.graph;
  const byName = new Map(nodes.map((node) => [node.name, node]));
  for (const node of keysOf(after.plan.body)) {
    if (Object.hasOwn(before.body.nodes, node) || renames.has(node)) continue;
    const seen = new Set<number>();
    const open = [...(byName.get(node)?.readers ?? [])];
    for (const index of open) {
      if (seen.has(index)) continue;
      seen.add(index);
      const { name: reader, hidden, readers } = nodes[index]!;
      // What the compiler put in between has no name.
      if (hidden) open.push(...readers);
      else if (Object.hasOwn(before.body.nodes, reader) && stateOf(reader, migration) === "done")
        report({ code: "MS5007", facts: { node, reader }, node });
    }
  }
}
