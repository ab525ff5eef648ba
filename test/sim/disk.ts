import type { RecordingRow } from "../../src/store/recordings.ts";
import type {
  CachedResult,
  Deployment,
  EventRow,
  Keeping,
  ModelCallRow,
  NewEvent,
  RunChange,
  RunEnd,
  RunRow,
  StepRow,
  TurnRow,
} from "../../src/store/store.ts";

/** Takes back what one write has changed. */
export type Undo = () => void;

const ENDINGS: readonly string[] = ["completed", "failed", "cancelled"];

/**
 * What a `MemoryStore` has committed: it outlives the store, as a file outlives its process. It refuses what the tables'
 * CHECKs and references refuse.
 */
export class Disk {
  readonly deployments = new Map<string, Deployment>();
  readonly runs = new Map<string, RunRow>();
  readonly events: EventRow[] = [];
  readonly modelCalls: ModelCallRow[] = [];
  readonly turns: TurnRow[] = [];
  readonly recordings: RecordingRow[] = [];
  readonly cached = new Map<string, { readonly expiresAt: number; readonly result: CachedResult }>();
  readonly #steps = new Map<string, Map<string, StepRow>>();

  /** Every attempt at a step, or of a run. */
  steps(runId: string, key?: string): StepRow[] {
    const all = [...(this.#steps.get(runId)?.values() ?? [])];
    return key === undefined ? all : all.filter((step) => step.key === key);
  }

  insertRun(row: RunRow): Undo {
    assert(this.deployments.has(row.deployment), "a run of a deployment that is not there");
    assert(!this.runs.has(row.id), "one run twice");
    return this.#put(this.runs, row.id, row, checkRun);
  }

  changeRun({ id, ...change }: RunChange): Undo {
    const row = this.runs.get(id);
    if (!row || row.endedAt !== null) return () => {};
    return this.#put(this.runs, id, { ...row, ...change }, checkRun);
  }

  migrateRun(id: string, deployment: string): Undo {
    assert(this.deployments.has(deployment), "a run of a deployment that is not there");
    const row = this.runs.get(id);
    if (!row || row.endedAt !== null) return () => {};
    return this.#put(this.runs, id, { ...row, deployment }, checkRun);
  }

  endRun({ id, ...end }: RunEnd): Undo {
    const row = this.runs.get(id);
    if (!row || row.endedAt !== null) return () => {};
    return this.#put(this.runs, id, { ...row, ...end }, checkRun);
  }

  recordStep(row: StepRow): Undo {
    assert(this.runs.has(row.runId), "a step of a run that is not there");
    const steps = this.#steps.get(row.runId) ?? new Map<string, StepRow>();
    this.#steps.set(row.runId, steps);
    const name = `${row.key}#${row.attempt}`;
    const known = steps.get(name);
    if (known && known.status !== "running") return () => {};
    const startedAt = known?.startedAt ?? row.startedAt;
    const endedAt = row.endedAt === null ? null : Math.max(row.endedAt, row.startedAt, startedAt);
    const kept = known ? { ...row, kind: known.kind, info: row.info ?? known.info } : row;
    return this.#put(steps, name, { ...kept, startedAt, endedAt }, checkStep);
  }

  /** What the step's row holds, if this result is the one that counted. */
  keep({ key, ttlMs }: Keeping, { runId, key: step, attempt, output, endedAt }: StepRow): Undo {
    const row = this.steps(runId, step).find((one) => one.attempt === attempt);
    if (endedAt === null || row?.status !== "completed" || row.output !== output || row.endedAt !== endedAt)
      return () => {};
    const result = { run: runId, step, at: endedAt, output };
    return this.#put(this.cached, key, { expiresAt: endedAt + ttlMs, result } as never, () => {});
  }

  sweep(now: number): Undo {
    const before = [...this.cached];
    for (const [key, { expiresAt }] of before) if (expiresAt <= now) this.cached.delete(key);
    return () => {
      for (const [key, kept] of before) this.cached.set(key, kept);
    };
  }

  appendEvent(row: NewEvent): Undo {
    assert(this.runs.has(row.runId), "an event of a run that is not there");
    this.events.push({ ...row, id: (this.events.at(-1)?.id ?? 0) + 1 });
    return () => this.events.pop();
  }

  recordTurn(row: TurnRow): Undo {
    const isSame = (one: TurnRow) =>
      one.runId === row.runId &&
      one.step === row.step &&
      one.conversation === row.conversation &&
      one.n === row.n;
    const index = this.turns.findIndex(isSame);
    if (index < 0) {
      this.turns.push(row);
      return () => this.turns.pop();
    }
    const before = this.turns[index]!;
    if (before.result === null) this.turns[index] = { ...before, result: row.result };
    return () => {
      this.turns[index] = before;
    };
  }

  recordModelCall(row: ModelCallRow): Undo {
    const isSame = (one: ModelCallRow) =>
      one.runId === row.runId &&
      one.step === row.step &&
      one.attempt === row.attempt &&
      one.call === row.call;
    if (this.modelCalls.some(isSame)) return () => {};
    this.modelCalls.push(row);
    return () => this.modelCalls.pop();
  }

  keepRecording(row: RecordingRow): Undo {
    assert(this.runs.has(row.runId), "a recording of a run that is not there");
    JSON.parse(row.data);
    this.recordings.push(row);
    return () => this.recordings.pop();
  }

  saveDeployment(row: Deployment): Undo {
    const before = this.deployments.get(row.hash);
    const agents = before?.agents ?? row.agents;
    const told = before && agents !== undefined ? { ...before, agents } : before;
    return this.#put(this.deployments, row.hash, told ?? row, () => {});
  }

  #put<T>(rows: Map<string, T>, name: string, row: T, check: (row: T) => void): Undo {
    check(row);
    const before = rows.get(name);
    rows.set(name, row);
    return () => (before === undefined ? rows.delete(name) : rows.set(name, before));
  }
}

function checkRun(row: RunRow): void {
  const { status, endedAt, output, error, reason, recoveries, source } = row;
  assert((endedAt !== null) === ENDINGS.includes(status), `a ${status} run that ended at ${endedAt}`);
  assert(output === null || status === "completed", `an output of a ${status} run`);
  assert((error !== null) === (status === "failed"), `a ${status} run with the error ${error}`);
  assert(recoveries >= 0, "less than no recoveries");
  for (const text of [error, reason, source]) if (text !== null) JSON.parse(text);
}

function checkStep({ attempt, status, startedAt, endedAt, output, error, info }: StepRow): void {
  assert(attempt >= 1, "an attempt before the first");
  assert((endedAt === null) === (status === "running"), `a ${status} step that ended at ${endedAt}`);
  assert(endedAt === null || endedAt >= startedAt, "a step that ends before it starts");
  assert(output === null || status === "completed", `an output of a ${status} step`);
  const isBad = status === "failed" || status === "interrupted";
  assert(status === "skipped" || isBad === (error !== null), `a ${status} step with the error ${error}`);
  for (const text of [error, info]) if (text !== null) JSON.parse(text);
}

function assert(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the tables refuse ${what}`);
}
