import { toReadable } from "../../support/duration.ts";
import { shortestGapMs } from "../cron-times.ts";
import { LeastDurations } from "../graph/least-duration.ts";
import { sitesOf } from "../graph/score-graph.ts";
import type { WorkspaceContext } from "./index.ts";

/** MS4005: an orchestra that is due again while its last run must still be waiting, and does not say what then. */
export function overlappingRuns({ orchestras, graphOf, presenceOf, report }: WorkspaceContext): void {
  const durations = new LeastDurations(presenceOf);
  for (const { id, score, schedule, sites } of orchestras) {
    const graph = score === undefined ? undefined : graphOf(score);
    if (!graph || !schedule || schedule.overlap !== undefined) continue;
    const { ms, waits } = durations.of(graph);
    if (ms === 0) continue;
    const gapMs = shortestGapMs(schedule, new Date());
    if (gapMs === undefined || ms <= gapMs) continue;
    report({
      code: "MS4005",
      facts: { orchestra: id, score: graph.score.id, gap: inWords(gapMs), least: inWords(ms) },
      sites,
      path: ["schedule", "cron"],
      others: waits.map((wait) => ({
        sites: sitesOf(wait.scope.score, wait),
        path: ["for"],
        label: `"${wait.name}" waits here`,
      })),
      subject: id,
    });
  }
}

/** `2 h` and not `2 h 0 min`. */
function inWords(ms: number): string {
  return toReadable(ms).replace(/(?<=min|h) 0 (?:s|min)$/, "");
}
