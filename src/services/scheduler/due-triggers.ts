import type { OrchestraPlan } from "../../plan/index.ts";
import { parseStored } from "../../store/parse-stored.ts";
import type { RunRow, Store } from "../../store/store.ts";

/** How many ends are looked at at once. */
const MOST = 100;
/** An end is written down a moment after its time, when the cursor may have passed that. */
const LATE_MS = 60_000;

export interface Waiting {
  readonly id: string;
  readonly plan: OrchestraPlan;
  readonly cursor: number;
  /** It waits since then: since it was enabled, deployed, changed. */
  readonly since: number;
}

/**
 * The runs of other orchestras that have ended as this one waits for. Each end is an instant of its own, so that the table
 * sees to it that each begins one run, also when the process ends in between.
 */
export async function dueTriggers(
  store: Store,
  { id, plan, cursor, since }: Waiting,
): Promise<{ readonly is: "fire"; readonly instant: number; readonly input: unknown }[]> {
  const triggers = (plan.on ?? []).filter((trigger) => trigger.is === "runOf");
  if (triggers.length === 0) return [];
  const from = Math.max(since, cursor - LATE_MS);
  const known = await store.orchestras.occurrences({ orchestra: id, since: from, limit: 100_000 });
  const taken = new Set(known.map(({ instant }) => instant));
  const found: { readonly is: "fire"; readonly instant: number; readonly input: unknown }[] = [];
  for (const { orchestra, status, into } of triggers) {
    const ended = await store.orchestras.endedRuns({ orchestra, status, since: from, limit: MOST });
    for (const run of ended) {
      const instant = instantOf(run, ended);
      if (!taken.has(instant)) found.push({ is: "fire", instant, input: withRun(plan, into, run) });
    }
  }
  return found;
}

/** When it ended; of several that ended in one millisecond each has its own, whoever asks again. */
function instantOf(run: RunRow, all: readonly RunRow[]): number {
  const together = all.filter(({ endedAt }) => endedAt === run.endedAt).map(({ id }) => id);
  return run.endedAt! + together.indexOf(run.id);
}

function withRun({ input }: OrchestraPlan, into: string | undefined, run: RunRow): unknown {
  if (into === undefined) return input;
  const output = run.output === null ? null : parseStored(run.output, `run ${run.id}`);
  const came = { run: run.id, orchestra: run.orchestra, status: run.status, output };
  return { ...(Object(input) as object), [into]: came };
}
