import { MaestroError } from "../diagnostics/index.ts";
import { pastDecision, type StepInfo } from "../engine/index.ts";
import { checkpointName } from "../plan/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";
import { nearest } from "../support/nearest.ts";

/** A checkpoint that waits for somebody's decision. */
export interface OpenCheckpoint {
  readonly run: string;
  /** What it is decided as: its step's key, of one that an artifact asks the artifact's. */
  readonly key: string;
  readonly title: string;
  readonly show: unknown;
  readonly assignee: string | undefined;
  /** When it is over by itself, Unix ms. */
  readonly until: number | undefined;
  readonly askedAt: number;
  /** Its row, which a decision settles. */
  readonly step: StepRow;
}

/** The open checkpoints of a run, the one that was asked first first. */
export async function openCheckpointsOf(store: Store, run: string): Promise<OpenCheckpoint[]> {
  return openAmong(await store.journalOf(run));
}

function openAmong(steps: readonly StepRow[]): OpenCheckpoint[] {
  return steps
    .filter(({ kind, status }) => kind === "checkpoint" && status === "running")
    .sort((a, b) => a.startedAt - b.startedAt)
    .map(toOpen);
}

/** The open checkpoints of all runs, whether they are being played, wait or are held; the one asked first first. */
export async function allOpenCheckpoints(store: Store): Promise<OpenCheckpoint[]> {
  return (await store.openCheckpoints()).map(toOpen);
}

function toOpen(step: StepRow): OpenCheckpoint {
  const info = parseStored(step.info ?? "{}", `step "${step.key}" of run ${step.runId}`) as Partial<
    Pick<OpenCheckpoint, "title" | "show" | "assignee" | "until">
  >;
  return {
    run: step.runId,
    key: checkpointName(step.key),
    title: String(info.title ?? ""),
    show: info.show ?? null,
    assignee: info.assignee,
    until: info.until,
    askedAt: step.startedAt,
    step,
  };
}

/**
 * The open checkpoint of a run that is called `key`; without a key, the only one.
 * @throws MaestroError MR2017 when there is none, or several and no key
 */
export async function chooseCheckpoint(
  store: Store,
  row: RunRow,
  key: string | undefined,
): Promise<OpenCheckpoint> {
  const steps = await store.journalOf(row.id);
  const open = openAmong(steps);
  const isMeant = (one: string) => one === key || checkpointName(one) === key;
  const found = key === undefined && open.length === 1 ? open[0] : open.find(({ step }) => isMeant(step.key));
  if (found) return found;
  const decided = steps
    .filter((step) => isMeant(step.key))
    .map(pastDecision)
    .findLast((one) => one !== undefined);
  const keys = open.map((one) => one.key);
  const guess = key === undefined ? undefined : nearest(key, keys);
  const inside = (await openInside(store, steps)).map((one) => ({ run: one.run, step: one.key }));
  throw new MaestroError("MR2017", { run: row.id, step: key, open: keys, inside, guess, decided });
}

/** The open checkpoints of the runs that these steps play, at any depth. */
async function openInside(store: Store, steps: readonly StepRow[]): Promise<OpenCheckpoint[]> {
  const open: OpenCheckpoint[] = [];
  const found = [...steps];
  // What is found is looked into as well, so this goes on while the list grows.
  for (const { kind, status, info } of found) {
    if (kind !== "score" || status !== "running" || info === null) continue;
    const { run } = JSON.parse(info) as StepInfo;
    const inner = run === undefined ? [] : await store.journalOf(run);
    open.push(...openAmong(inner));
    found.push(...inner);
  }
  return open;
}
