import { shortestGapMs } from "../../compile/cron-times.ts";
import type { Compilation } from "../../compile/index.ts";
import type { Finding } from "../../define/finding.ts";
import { toReadable } from "../../support/duration.ts";

/** Of fewer runs nobody knows what is usual. */
const LEAST_RUNS = 5;

/** How long the last completed runs of a score took. */
export interface UsualRun {
  readonly runs: number;
  readonly p50Ms: number;
}

/** MS4014: an orchestra that is due again before most of its runs so far would have ended, and does not say what then. */
export function usuallyOverlapping(
  { orchestras }: Compilation,
  usualOf: (score: string) => UsualRun | undefined,
  now: number,
): Finding[] {
  return orchestras.flatMap(({ id, score, schedule, sites }): Finding[] => {
    const usual = score === undefined ? undefined : usualOf(score);
    if (!usual || usual.runs < LEAST_RUNS || !schedule || schedule.overlap !== undefined) return [];
    const gapMs = shortestGapMs(schedule, new Date(now));
    if (gapMs === undefined || usual.p50Ms <= gapMs) return [];
    const [gap, took] = [inWords(gapMs), inWords(usual.p50Ms)];
    const facts = { orchestra: id, score: score!, gap, usual: took, runs: usual.runs };
    return [{ code: "MS4014", facts, sites, path: ["schedule", "cron"], subject: id }];
  });
}

/** `2 h` and not `2 h 0 min`. */
function inWords(ms: number): string {
  return toReadable(ms).replace(/(?<=min|h) 0 (?:s|min)$/, "");
}
