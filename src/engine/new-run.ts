import { parseStored } from "../store/parse-stored.ts";
import type { RunRow } from "../store/store.ts";
import type { Beginnings, HowToPlay } from "./beginnings.ts";
import { toJsonText } from "./performance.ts";
import type { Children } from "./play-score.ts";

/** A run that is about to be begun. */
export type NewRun = Omit<Parameters<Children["startChild"]>[0], "parent"> & {
  /** The run that plays it and the step, when there is one: `run_…/sent`. */
  readonly parent: string | null;
  readonly given?: Beginnings["given"];
  readonly of?: Beginnings["of"];
  readonly audit?: Beginnings["audit"];
} & HowToPlay;

/** Its row, but for how it stands. */
export function rowOf(
  { id, playable: { plan, hash }, input, parent, from: { priority, source, flags }, of }: NewRun,
  createdAt: number,
) {
  return {
    id,
    score: plan.score,
    deployment: hash,
    input: toJsonText(input),
    createdAt,
    parent,
    priority,
    orchestra: of?.orchestra ?? null,
    dueAt: of?.dueAt ?? null,
    source: source?.json ?? null,
    flags: flags.length > 0 ? JSON.stringify(flags) : null,
  };
}

/** What a run in the store was begun with. */
export function flagsOf({ id, flags }: RunRow): readonly string[] {
  return flags === null ? [] : (parseStored(flags, `run ${id}`) as string[]);
}
