import { toReadable } from "../../support/duration.ts";
import type { Suggestion } from "./suggestion.ts";

const LEAST_RUNS = 20;
const MINUTE_MS = 60_000;

/** An orchestra whose runs take longer than the time between two of its instants: they pile up, or are skipped. */
export function suggestForOrchestra(
  { id, cron, gapMs }: { readonly id: string; readonly cron: string; readonly gapMs: number },
  tookMs: readonly number[],
): Suggestion | undefined {
  if (tookMs.length < LEAST_RUNS) return undefined;
  const sorted = tookMs.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1]!;
  if (p95 <= gapMs) return undefined;
  const to = slower(cron, p95);
  return {
    rule: "longer-than-interval",
    about: { orchestra: id },
    says: `of ${sorted.length} runs one in twenty took ${toReadable(p95)} or longer, and the next is due after ${toReadable(gapMs)}`,
    n: sorted.length,
    option: ["schedule", "cron"],
    ...(to === undefined ? {} : { change: { from: JSON.stringify(cron), to: JSON.stringify(to) } }),
  };
}

const MINUTES = [2, 3, 4, 5, 6, 10, 12, 15, 20, 30];
const HOURS = [2, 3, 4, 6, 8, 12];

/** The next slower one of those that come every so many minutes or hours; of others only people know what is meant. */
function slower(cron: string, ms: number): string | undefined {
  const everyMinutes = /^\*(?:\/\d+)? \* \* \* \*$/.test(cron);
  const everyHours = /^\d+ \*(?:\/\d+)? \* \* \*$/.test(cron);
  if (!everyMinutes && !everyHours) return undefined;
  const minutes = everyMinutes ? MINUTES.find((one) => one * MINUTE_MS >= ms) : undefined;
  if (minutes !== undefined) return `*/${minutes} * * * *`;
  const minute = everyHours ? cron.slice(0, cron.indexOf(" ")) : "0";
  if (everyMinutes && ms <= 60 * MINUTE_MS) return "0 * * * *";
  const hours = HOURS.find((one) => one * 60 * MINUTE_MS >= ms);
  return hours === undefined ? undefined : `${minute} */${hours} * * *`;
}
