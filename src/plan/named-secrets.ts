import type { PlanNode } from "./plan.ts";

/** The secrets that the functions of `node` are given by name: a task's, and those of an artifact's judges. */
export function namedSecrets(node: PlanNode): readonly string[] {
  if (node.kind === "task") return node.secrets ?? [];
  if (node.kind !== "artifact") return [];
  return node.gates.flatMap(({ by }) => ("task" in by ? (by.secrets ?? []) : []));
}
