import type { PlanNode } from "./plan.ts";
import { waysOutOf } from "./ways-out.ts";

/** The secrets that the functions of `node` are given by name: a task's, an agent's tools', those of an artifact's judges, and of what rebuilds. */
export function namedSecrets(node: PlanNode): readonly string[] {
  return [...ownSecrets(node), ...(waysOutOf(node).reconstruct?.secrets ?? [])];
}

function ownSecrets(node: PlanNode): readonly string[] {
  if (node.kind === "task" || node.kind === "agent") return node.secrets ?? [];
  if (node.kind !== "artifact") return [];
  return node.gates.flatMap(({ by }) => by.secrets ?? []);
}
