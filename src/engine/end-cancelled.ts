import type { RunEnd, RunRow, StepRow, Store } from "../store/store.ts";
import { toJsonText } from "./performance.ts";

/** A run that has not ended and those that its steps play, at any depth; itself first. */
export async function openTree(
  store: Pick<Store, "unfinishedRuns">,
  ids: readonly string[],
): Promise<readonly RunRow[]> {
  const open = await store.unfinishedRuns();
  const runs = open.filter(({ id }) => ids.includes(id));
  const inner = open.filter(({ parent }) => parent !== null);
  // What is found is looked into as well, so this goes on while the list grows.
  for (const { id } of runs) runs.push(...inner.filter(({ parent }) => parent!.startsWith(`${id}/`)));
  return runs;
}

/** What ends runs before their end, to be written as one. */
export interface CancelledEnds {
  readonly ends: readonly RunEnd[];
  readonly steps: readonly StepRow[];
}

/**
 * What has to be written so that `runs` are over for good: none of their steps is under way or open any more. What they
 * did stays as it is.
 * @param why kept with each of them
 */
export async function toCancelledEnds(
  store: Pick<Store, "journalOf">,
  runs: readonly Pick<RunRow, "id" | "createdAt">[],
  { why, now }: { readonly why: object; readonly now: number },
): Promise<CancelledEnds> {
  const error = toJsonText({ message: "its run was cancelled" });
  const [ends, steps]: [RunEnd[], StepRow[]] = [[], []];
  for (const { id, createdAt } of runs) {
    // The wall clock may have been set back.
    const endedAt = Math.max(now, createdAt);
    for (const step of await store.journalOf(id)) {
      if (step.status !== "running") continue;
      steps.push({ ...step, status: "interrupted", error, endedAt: Math.max(endedAt, step.startedAt) });
    }
    ends.push({ id, status: "cancelled", output: null, error: null, reason: toJsonText(why), endedAt });
  }
  return { ends, steps };
}
