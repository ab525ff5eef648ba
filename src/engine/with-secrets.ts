import type { Store } from "../store/store.ts";
import type { Outside } from "./outside.ts";
import type { Outer } from "./play-score.ts";

/** A run of an orchestra has its secrets before it begins or goes on. One that asks nobody outside needs none. */
export async function withSecrets<T>(
  { paying: { orchestra }, source }: Outer,
  { outside, store }: { readonly outside: Outside; readonly store: Store },
  begin: () => Promise<T>,
): Promise<T> {
  if (orchestra !== null && source === undefined && outside.bind)
    await outside.bind(orchestra, store.orchestras);
  return begin();
}
