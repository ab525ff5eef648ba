import { MaestroError } from "../diagnostics/index.ts";
import { type Engine, type Playable, pastDecision } from "../engine/index.ts";
import { BUDGET_QUESTION, type CheckpointNode, checkpointName, nodeAt } from "../plan/index.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";
import { checkBudgetDecision, raisedBy } from "./check-budget-decision.ts";
import { toStoredOutput } from "./to-stored-output.ts";

/** What a person says, and where. */
export interface Deciding {
  readonly row: RunRow;
  readonly playable: Playable;
  /** The row of the open checkpoint. */
  readonly step: StepRow;
  readonly value: unknown;
  /** Who decided. */
  readonly by: string;
}

/**
 * Decides one checkpoint of a run, whether it is being played or not. The decision is checked, and durable when this resolves; the run, or the
 * one that it is part of, can then be resumed.
 * @throws MaestroError MR2014 when the decision does not fit, MR2017 when it has been decided meanwhile
 */
export async function decideCheckpoint(
  { engine, store, now }: { readonly engine: Engine; readonly store: Store; readonly now: () => number },
  { row, playable, step, value, by }: Deciding,
): Promise<void> {
  const { key } = step;
  const name = checkpointName(key);
  const node = nodeAt(playable.plan, key) as CheckpointNode;
  const check = node === BUDGET_QUESTION ? checkBudgetDecision(step) : playable.code.checks[node.code];
  const checked = (await check?.(value)) ?? { value };
  if ("problems" in checked) throw new MaestroError("MR2014", { step: name, problems: checked.problems });
  const stored = toStoredOutput(checked.value, name);
  const assertOpen = async () => {
    const now = (await store.journalOf(row.id)).find(
      (one) => one.key === key && one.attempt === step.attempt,
    );
    if (now?.status === "running") return;
    const decided = now && pastDecision(now);
    throw new MaestroError("MR2017", {
      run: row.id,
      step: name,
      open: [],
      inside: [],
      guess: undefined,
      decided,
    });
  };
  for (;;) {
    const play = await engine.playingOf(row.id);
    if (await play?.decide(key, { value: stored.value, by })) return;
    if (!play && !engine.isPlaying(row.id)) break;
    await store.settled();
    await assertOpen();
    // It is open and cannot be decided there: the run is coming to rest.
    await play?.ending.catch(() => {});
  }
  const endedAt = Math.max(now(), step.startedAt);
  const decided: StepRow = {
    ...step,
    status: "completed",
    output: stored.json,
    info: JSON.stringify({ ...JSON.parse(step.info ?? "{}"), by }),
    endedAt,
  };
  await engine.atRest(row.id, async () => {
    await assertOpen();
    const raise = node === BUDGET_QUESTION ? raisedBy(step, checked.value) : undefined;
    if (raise) (await engine.shared.treasury()).raise(raise.scope, raise.microUsd, by);
    await store.recordStep(decided);
  });
}
