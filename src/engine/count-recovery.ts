import { MaestroError } from "../diagnostics/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";
import { isOpen } from "./history.ts";
import { toJsonText } from "./performance.ts";
import { playedAnewIn } from "./played-anew.ts";

/** A run is stopped when it was resumed this often without finishing a step. */
const MOST_RECOVERIES = 5;

/**
 * E6: counts resumptions without progress, and gives up after a few: with `stuck`. `anew` are the nodes that the run was
 * made to play anew.
 */
export async function countRecovery(
  { store, now }: { readonly store: Store; readonly now: number },
  row: RunRow,
  steps: readonly StepRow[],
) {
  const settled = steps.filter(({ status }) => status === "completed" || status === "failed").length;
  const events = await store.eventsOf(row.id);
  const anew = playedAnewIn(events);
  const last = events.findLast(({ type }) => type === "run.resumed");
  const before = last?.data ? (parseStored(last.data, `run ${row.id}`) as { settled: number }).settled : -1;
  // Only a run that was at work can have killed its process.
  const wasAtWork = row.status === "running";
  const recoveries = settled > before ? Number(wasAtWork) : row.recoveries + Number(wasAtWork);
  store.appendEvent({
    runId: row.id,
    at: now,
    type: "run.resumed",
    step: null,
    data: toJsonText({ settled }),
  });
  await store.changeRun({
    id: row.id,
    status: "running",
    reason: null,
    recoveries,
    ...(row.startedAt === null ? { startedAt: now } : {}),
  });
  if (recoveries <= MOST_RECOVERIES) return { anew, stuck: undefined };
  const inFlight = steps.filter((step) => step.status === "running" && !isOpen(step)).map(({ key }) => key);
  const error = new MaestroError("MR3008", { recoveries, steps: inFlight });
  const why = { code: error.code, message: error.message };
  return { anew, stuck: { step: inFlight[0] ?? "", error: why } };
}
