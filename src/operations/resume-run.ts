import type { Engine, Play, Playable } from "../engine/index.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";

/** What was found out about interrupted steps that must not happen twice, by their keys. */
export interface Answers {
  /** Play it again. */
  readonly redo?: readonly string[];
  /** It did happen, and this was its output. */
  readonly give?: Readonly<Record<string, unknown>>;
  /** It did not happen, and is not to. */
  readonly fail?: readonly string[];
}

/**
 * Goes on with a run that has not ended.
 * @throws MaestroError MR2008 when it has
 */
export async function resumeRun(
  { engine, store, now }: { readonly engine: Engine; readonly store: Store; readonly now: () => number },
  {
    row,
    playable,
    answers = {},
  }: { readonly row: RunRow; readonly playable: Playable; readonly answers?: Answers },
): Promise<Play> {
  const { redo = [], give = {}, fail = [] } = answers;
  if (row.endedAt === null && (fail.length > 0 || Object.keys(give).length > 0)) {
    const steps = await store.stepsOf(row.id);
    const endedAt = now();
    for (const [key, output] of Object.entries(give)) {
      await store.recordStep({
        ...answered(steps, key, row.id, endedAt),
        status: "completed",
        output: JSON.stringify(output),
        error: null,
      });
    }
    for (const key of fail) {
      const error = JSON.stringify({ message: "reported as failed after an interruption" });
      await store.recordStep({
        ...answered(steps, key, row.id, endedAt),
        status: "failed",
        output: null,
        error,
      });
    }
  }
  return engine.resume(playable, row, new Set(redo));
}

/** The row of the attempt that an answer settles: the open one, or one after the last that is over. */
function answered(steps: readonly StepRow[], key: string, runId: string, endedAt: number): StepRow {
  const last = steps
    .filter((step) => step.key === key)
    .sort((a, b) => a.attempt - b.attempt)
    .at(-1);
  const attempt = last === undefined ? 1 : last.status === "running" ? last.attempt : last.attempt + 1;
  return {
    runId,
    key,
    attempt,
    kind: last?.kind ?? "task",
    status: "running",
    output: null,
    error: null,
    info: null,
    startedAt: last?.startedAt ?? endedAt,
    endedAt,
  };
}
