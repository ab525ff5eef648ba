import type { Store } from "../store/store.ts";

/** What the gates of a run's artifacts came to, by the artifacts' steps, in a stable order. */
export async function gatesOf(store: Store, run: string, prefix = ""): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { key, kind, status, info } of await store.stepsOf(run)) {
    const { score, run: inner } = JSON.parse(info ?? "{}") as {
      readonly score?: unknown;
      readonly run?: string;
    };
    if (kind === "artifact" && status === "completed" && typeof score === "number")
      found[`${prefix}${key}`] = score;
    if (kind === "score" && inner !== undefined)
      Object.assign(found, await gatesOf(store, inner, `${prefix}${key} > `));
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}
