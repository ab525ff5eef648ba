import type { Store } from "../../src/store/store.ts";
import { completed, newRun } from "./workbench.ts";

export const STEPS_OF_RUN = 100;
export const MINUTE_MS = 60_000;

/** The n-th run began in the n-th minute. */
export const idOf = (n: number) =>
  `run_${(n * MINUTE_MS).toString(16).padStart(12, "0")}7${String(n).padStart(19, "0")}`;

/** The scores that the runs are of. */
export async function deployScores(store: Store): Promise<void> {
  for (let score = 0; score < 20; score++)
    await store.saveDeployment({
      hash: `d${score}`,
      score: `score-${score}`,
      plan: "{}",
      code: null,
      createdAt: 1,
    });
}

/** The n-th of many runs of 100 steps, one a minute; one of a hundred has failed. */
export async function writeRun(store: Store, n: number): Promise<void> {
  const [id, at] = [idOf(n), n * MINUTE_MS];
  void store.createRun(
    newRun({ id, score: `score-${n % 20}`, deployment: `d${n % 20}`, createdAt: at, startedAt: at }),
  );
  for (let step = 0; step < STEPS_OF_RUN; step++)
    store.noteStep(completed(`items/${step}`, { runId: id, startedAt: at, endedAt: at + step }));
  const error = n % 100 === 0 ? '{"message":"no"}' : null;
  const end = { id, output: null, error, reason: null, endedAt: at + STEPS_OF_RUN };
  await store.endRun({ ...end, status: error ? "failed" : "completed" });
}
