import { type NodeRecord, recordNode } from "./record.ts";
import type { Ref } from "./ref.ts";

declare const HARMONY: unique symbol;

/** Something that holds between artifacts. */
export interface Harmony {
  readonly [HARMONY]: true;
}

/** How artifacts contradict each other. */
export interface Conflict {
  /** What is wrong, for people. */
  readonly conflict: string;
  /** Where it is wrong in each of them, in their order: `["total", "sum.net"]`. */
  readonly paths?: readonly (string | undefined)[];
}

/** Marks shared between copies of this package. */
const MARK = Symbol.for("maestro.harmony");

type Valued<R> = R extends Ref<infer T> ? T : R;

/**
 * Says what holds between two or more artifacts of a score; it is looked at when all of them are there.
 * `check` gives true when it holds, else false or what is wrong. Like that of a `derive` it has to be deterministic.
 * @example
 * harmony: [harmony([letter.output, offer.output], (letter, offer) =>
 *   letter.total === offer.sum || { conflict: "the letter names another sum", paths: ["total", "sum"] })]
 */
export function harmony<const B extends readonly [Ref<unknown>, Ref<unknown>, ...Ref<unknown>[]]>(
  artifacts: B,
  check: (...values: { -readonly [K in keyof B]: Valued<B[K]> }) => boolean | Conflict,
  options: {
    /** `"fail"` (default): the run fails. `"report"`: it goes on, and says so. */
    readonly onConflict?: "fail" | "report";
  } = {},
): Harmony {
  const record = recordNode("derive", harmony, {
    options: { ...options, compute: check, harmony: true },
    parts: artifacts,
  });
  return Object.freeze({ [MARK]: record }) as never;
}

/** The record behind what `harmony()` gave; `undefined` when it is anything else. */
export function harmonyRecord(value: unknown): NodeRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [MARK]?: NodeRecord })[MARK];
}
