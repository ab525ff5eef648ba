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
  /** From where. Default: a command. */
  readonly origin?: "cli" | "program";
  /** The run that has begun with it: what was done stands with that, too. */
  readonly begins?: string;
  /** What it comes to is a play that somebody follows: it is given back at once, or its first events would be told to nobody. */
  readonly isFollowed?: true;
}

interface Auditing {
  readonly store: Store;
  readonly now: () => number;
}

/** What `doing` comes to, when it is written down who did it. One that fails is not: it has not happened. */
export async function audited<T>(
  { store, now }: Auditing,
  { run, who, action, asked, origin = "cli", begins, isFollowed }: DoneToRun,
  doing: Promise<T>,
): Promise<T> {
  const result = await doing;
  if (who === undefined) return result;
  const payload = toHash(toCanonicalJson([run, action, asked ?? null]));
  const row = { at: now(), who, origin, action, payload };
  const about = begins === undefined ? [run] : [run, begins];
  const written = Promise.all(about.map((one) => store.orchestras.audit({ ...row, about: one })));
  // A store that cannot be written to says so to whatever comes next.
  if (isFollowed) written.catch(() => {});
  else await written;
  return result;
}
