import type { RunSummary } from "../store/store.ts";

/** Who holds a run, and why; `undefined` when nobody does. */
export function heldBy({
  status,
  reason,
}: Pick<RunSummary, "status" | "reason">): { readonly by: string; readonly reason?: string } | undefined {
  if (status !== "paused" || reason === null) return undefined;
  const { paused } = JSON.parse(reason) as {
    readonly paused?: { readonly by: string; readonly reason?: string };
  };
  return paused;
}
