import { toHash } from "../plan/index.ts";
import type { Store } from "../store/store.ts";
import { toCanonicalJson } from "../support/json.ts";

/** What somebody did to a run. */
export interface DoneToRun {
  readonly run: string;
  /** Absent: nobody in particular, which is written nowhere. */
  readonly who: string | undefined;
  readonly action: "pause" | "resume" | "cancel" | "decide" | "rerun" | "migrate";
  /** All that was asked for: only its hash is kept. */
  readonly asked: unknown;
}

interface Auditing {
  readonly store: Store;
  readonly now: () => number;
}

/** What `doing` comes to, when it is written down who did it. One that fails is not: it has not happened. */
export async function audited<T>(
  { store, now }: Auditing,
  { run, who, action, asked }: DoneToRun,
  doing: Promise<T>,
): Promise<T> {
  const result = await doing;
  if (who === undefined) return result;
  const payload = toHash(toCanonicalJson([run, action, asked ?? null]));
  await store.orchestras.audit({ at: now(), who, origin: "cli", action, about: run, payload });
  return result;
}
