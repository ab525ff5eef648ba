import type { Job } from "./job.ts";

/** What is held against a job whose process has ended. */
export interface Verdict {
  readonly job: Job;
  /** The others that were at work beside it, where any of them may have been the reason; else none. */
  readonly others: number;
  /** It alone can have been the reason. */
  readonly isCounted: boolean;
  /** Another one was: it was there by chance. */
  readonly isChance: boolean;
}

/** @param culprit the id of the job whose code ended the process, when that is known */
export function toVerdicts(left: readonly Job[], culprit: number | undefined): readonly Verdict[] {
  const isKnown = culprit !== undefined && left.some(({ id }) => id === culprit);
  return left.map((job) => {
    const isCulprit = isKnown ? job.id === culprit : left.length === 1;
    return {
      job,
      others: isCulprit ? 0 : left.length - 1,
      isCounted: isCulprit,
      isChance: isKnown && !isCulprit,
    };
  });
}
