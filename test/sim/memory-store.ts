import { keepArgs, keepResult } from "../../src/store/cached.ts";
import { deploymentArgs, insertDeployment } from "../../src/store/deployments.ts";
import { eventArgs, insertEvent } from "../../src/store/events.ts";
import type { HistoryStore } from "../../src/store/history-store.ts";
import { assertStorable, RANK } from "../../src/store/insertion.ts";
import type { LearningStore } from "../../src/store/learning-store.ts";
import { insertModelCall, modelCallArgs } from "../../src/store/model-calls.ts";
import type { ModelStore } from "../../src/store/model-store.ts";
import type { OrchestraStore } from "../../src/store/orchestra-store.ts";
import { insertRecording, type RecordingRow, recordingArgs } from "../../src/store/recordings.ts";
import { changeRun, endRun, insertRun, newRunArgs, runChangeArgs, runEndArgs } from "../../src/store/runs.ts";
import { recordStep, stepArgs } from "../../src/store/steps.ts";
import type {
  CachedResult,
  CachedSummary,
  CostSum,
  Deployment,
  EventRow,
  JournalRow,
  Keeping,
  Migration,
  ModelCallRow,
  NewEvent,
  NewRun,
  OpenCount,
  RunBeginning,
  RunChange,
  RunEnd,
  RunQuery,
  RunRow,
  RunSummary,
  StepRow,
  Store,
  TurnRow,
} from "../../src/store/store.ts";
import { storeError } from "../../src/store/store-error.ts";
import { recordTurn, turnArgs } from "../../src/store/turns.ts";
import type { Disk, Undo } from "./disk.ts";

/** When things happen that a file takes its time for. */
export interface Device {
  /** Calls `close` when this turn of the event loop is over. */
  afterTurn(close: () => void): void;
  /** Makes a commit, at a time of the device's choice; `rows` says what is in it. */
  commit(write: () => void, rows: readonly string[]): Promise<void>;
  read<T>(query: () => T): Promise<T>;
}

const AT_ONCE: Device = {
  afterTurn: (close) => void setImmediate(close),
  commit: async (write) => write(),
  read: async (query) => query(),
};

const LONG = 10;

interface Row {
  readonly rank: number;
  readonly what: string;
  readonly write: () => Undo;
}

interface Group {
  readonly rows: Row[];
  readonly done: PromiseWithResolvers<void>;
  isWanted: boolean;
}

/**
 * A `Store` whose file is a `Disk`, with the file's contract: groups of one turn, rows of a group by their rank, nothing
 * after a failure, reads of what is durable. `test/store/contract.test.ts` is run over both.
 */
export class MemoryStore implements Store {
  readonly #disk: Disk;
  readonly #device: Device;
  #gathering: Group | undefined;
  #committing: Group | undefined;
  #isScheduled = false;
  #refusal: Promise<never> | undefined;
  #closing: Promise<void> | undefined;

  constructor(disk: Disk, device: Device = AT_ONCE) {
    this.#disk = disk;
    this.#device = device;
  }

  createRun(row: NewRun, along?: RunBeginning): Promise<void> {
    assertStorable(insertRun, newRunArgs(row));
    const fresh = {
      priority: 0,
      reason: null,
      orchestra: null,
      dueAt: null,
      source: null,
      flags: null,
      ...row,
      error: null,
      recoveries: 0,
      endedAt: null,
      output: null,
    };
    const run = { rank: RANK.run, what: `begin ${row.id}`, write: () => this.#disk.insertRun(fresh) };
    if (!along) return this.#add([run]);
    const event = along.event ? [this.#eventRow(along.event)] : [];
    return this.#add([run, ...along.taken.map((step) => this.#stepRow(step)), ...event]);
  }

  changeRun(row: RunChange): Promise<void> {
    return this.changeRuns([row]);
  }

  changeRuns(rows: readonly RunChange[]): Promise<void> {
    return this.#add(rows.map((row) => this.#changeRow(row)));
  }

  migrateRuns({ runs, steps, events }: Migration): Promise<void> {
    return this.#add([
      ...steps.map((step) => this.#stepRow(step)),
      ...events.map((event) => this.#eventRow(event)),
      ...runs.map(({ id, deployment }) => ({
        rank: RANK.runMigration,
        what: `migrate ${id}`,
        write: () => this.#disk.migrateRun(id, deployment),
      })),
    ]);
  }

  endRun(row: RunEnd): Promise<void> {
    return this.endRuns([row], []);
  }

  endRuns(rows: readonly RunEnd[], steps: readonly StepRow[]): Promise<void> {
    return this.#add([...steps.map((step) => this.#stepRow(step)), ...rows.map((row) => this.#endRow(row))]);
  }

  recordStep(row: StepRow, keeping?: Keeping): Promise<void> {
    if (!keeping) return this.#add([this.#stepRow(row)]);
    assertStorable(keepResult, keepArgs(keeping, row));
    const what = `keep ${keeping.score} ${keeping.node}`;
    const keep = { rank: RANK.keep, what, write: () => this.#disk.keep(keeping, row) };
    return this.#add([this.#stepRow(row), keep]);
  }

  sweepCached(now: number): void {
    this.#ride({ rank: RANK.sweep, what: "sweep", write: () => this.#disk.sweep(now) });
  }

  /** Commands are about the file's store. */
  clearCached(): Promise<number> {
    return Promise.reject(new Error("the store in memory is not cleared"));
  }

  cached(key: string, now: number): Promise<CachedResult | undefined> {
    return this.#read(({ cached }) => {
      const kept = cached.get(key);
      return kept && kept.expiresAt > now ? kept.result : undefined;
    });
  }

  async listCached(): Promise<CachedSummary[]> {
    return [];
  }

  async countCached(): Promise<number> {
    return this.#read(({ cached }) => cached.size);
  }

  /** No run asks for them. */
  readonly learnings: LearningStore = {
    note: () => {},
    add: () => Promise.resolve(),
    find: () => Promise.resolve([]),
    byId: () => Promise.resolve(undefined),
    forget: () => Promise.resolve(),
    isIndexSound: () => Promise.resolve(true),
    rebuildIndex: () => Promise.resolve(),
  };

  /** Commands are about the file's store. */
  get history(): HistoryStore {
    throw new Error("the store in memory has no history");
  }

  /** Nobody has tested a model, or decided about one. */
  readonly models: ModelStore = {
    addBadge: () => Promise.resolve(),
    addAside: () => Promise.resolve(),
    badges: () => Promise.resolve([]),
    setFlag: () => Promise.resolve(),
    flags: () => Promise.resolve([]),
    addComparison: () => Promise.resolve(),
    comparisons: () => Promise.resolve([]),
    spentBeside: () => Promise.resolve(0),
    scoresOf: () => Promise.resolve(new Map()),
    deploymentsWith: (agent) =>
      this.#read(({ deployments }) =>
        [...deployments.values()].flatMap(({ hash, score, createdAt, plan, agents = "{}" }) => {
          const own = (JSON.parse(plan) as { agents?: object }).agents;
          const found = Object.entries({ ...JSON.parse(agents), ...own }).find(([id]) => id === agent);
          return found ? [{ hash, score, createdAt, agent: JSON.stringify(found[1]) }] : [];
        }),
      ),
  };

  get orchestras(): OrchestraStore {
    throw new Error("the store in memory has no orchestras");
  }

  recordModelScore(): void {
    throw new Error("the store in memory knows no scores of models");
  }

  async modelHistory(): Promise<never> {
    throw new Error("the store in memory knows no history of models");
  }

  noteStep(row: StepRow): void {
    this.#ride(this.#stepRow(row));
  }

  appendEvent(row: NewEvent): void {
    void this.#add([this.#eventRow(row)]);
  }

  recordModelCall(row: ModelCallRow): void {
    assertStorable(insertModelCall, modelCallArgs(row));
    const write = () => this.#disk.recordModelCall(row);
    void this.#add([{ rank: RANK.modelCall, what: `call ${row.runId} ${row.step}`, write }]);
  }

  keepRecording(row: RecordingRow): void {
    assertStorable(insertRecording, recordingArgs(row));
    const write = () => this.#disk.keepRecording(row);
    void this.#add([{ rank: RANK.recording, what: `recording ${row.runId} ${row.step}`, write }]);
  }

  /** No score of the simulation asks a model, so nothing is reserved, spent or priced. */
  settleCall(): Promise<void> {
    return Promise.reject(new Error("the store in memory keeps no budgets"));
  }

  reserveCall(): Promise<void> {
    return this.settleCall();
  }

  changePrices(): Promise<void> {
    return this.settleCall();
  }

  noteSpent(): void {}

  raiseBudget(): void {
    throw new Error("the store in memory keeps no budgets");
  }

  async reservations(): Promise<[]> {
    return [];
  }

  async account(): Promise<undefined> {
    return undefined;
  }

  async spentIn(): Promise<number> {
    return 0;
  }

  async prices(): Promise<[]> {
    return [];
  }

  recordTurn(row: TurnRow): Promise<void> {
    assertStorable(recordTurn, turnArgs(row));
    const what = `turn ${row.runId} ${row.step} ${row.n}`;
    return this.#add([{ rank: RANK.turn, what, write: () => this.#disk.recordTurn(row) }]);
  }

  saveDeployment(row: Deployment): Promise<void> {
    assertStorable(insertDeployment, deploymentArgs(row, null));
    const what = `deployment ${row.hash}`;
    return this.#add([{ rank: RANK.deployment, what, write: () => this.#disk.saveDeployment(row) }]);
  }

  settled(): Promise<void> {
    if (this.#refusal) return this.#refusal;
    if (this.#gathering) return this.#want(this.#gathering);
    return this.#committing?.done.promise ?? Promise.resolve();
  }

  run(id: string): Promise<RunRow | undefined> {
    return this.#read(({ runs }) => runs.get(id));
  }

  async findRuns(prefix: string): Promise<RunSummary[]> {
    return (await this.#summaries()).filter(({ id }) => id.startsWith(prefix)).slice(0, 20);
  }

  async listRuns({ limit, before, from, status, score, orchestra }: RunQuery): Promise<RunSummary[]> {
    const isMeant = (run: RunSummary) =>
      (before === undefined || run.id < before) &&
      (from === undefined || run.id >= from) &&
      (status === undefined || run.status === status) &&
      (score === undefined || run.score === score) &&
      (orchestra === undefined || (run.orchestra === orchestra && run.parent === null));
    return (await this.#summaries()).filter(isMeant).slice(0, limit);
  }

  unfinishedRuns(): Promise<RunRow[]> {
    return this.#read(({ runs }) =>
      [...runs.values()].filter(({ endedAt }) => endedAt === null).sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  }

  openRuns(): Promise<OpenCount[]> {
    return this.#read(({ runs }) => {
      const open = [...runs.values()].filter(({ endedAt }) => endedAt === null);
      return [...Map.groupBy(open, ({ status }) => status)].map(([status, all]) => ({
        status,
        count: all.length,
        oldestAt: Math.min(...all.map(({ createdAt }) => createdAt)),
      }));
    });
  }

  stepsOf(runId: string): Promise<StepRow[]> {
    return this.#read((disk) => disk.steps(runId).sort(byEnd));
  }

  /** A long output is left here from ten characters on, so that runs of small values read theirs late as well. */
  async journalOf(runId: string): Promise<JournalRow[]> {
    const rows = await this.stepsOf(runId);
    return rows.map((row) => {
      const isOutputLeft = row.output !== null && row.output.length > LONG;
      return { ...row, isOutputLeft, output: isOutputLeft ? null : row.output };
    });
  }

  outputOf({ runId, key, attempt }: Pick<StepRow, "runId" | "key" | "attempt">): string | null {
    this.#assertOpen();
    return this.#disk.steps(runId, key).find((row) => row.attempt === attempt)?.output ?? null;
  }

  modelCallsOf(runId: string): Promise<ModelCallRow[]> {
    return this.#read(({ modelCalls }) => modelCalls.filter((call) => call.runId === runId));
  }

  recordingsOf(runId: string): Promise<RecordingRow[]> {
    const byStep = (a: RecordingRow, b: RecordingRow) =>
      (a.step < b.step ? -1 : a.step > b.step ? 1 : 0) || a.attempt - b.attempt || a.call - b.call;
    return this.#read(({ recordings }) => recordings.filter((one) => one.runId === runId).sort(byStep));
  }

  turnsOf(of: Pick<TurnRow, "runId" | "step" | "conversation">): Promise<TurnRow[]> {
    return this.#read(({ turns }) =>
      turns
        .filter(
          (one) => one.runId === of.runId && one.step === of.step && one.conversation === of.conversation,
        )
        .sort((a, b) => a.n - b.n),
    );
  }

  toolTurnsOf(runId: string): Promise<TurnRow[]> {
    return this.#read(({ turns }) => turns.filter((one) => one.runId === runId && one.isTool));
  }

  /** Sums are SQL's; no run asks for them. */
  costsBy(): Promise<CostSum[]> {
    return Promise.reject(new Error("the store in memory adds nothing up"));
  }

  /** Nor for what screens show. */
  progressOf(): Promise<never> {
    return Promise.reject(new Error("nobody looks at the store in memory"));
  }

  openCheckpoints(): Promise<StepRow[]> {
    return this.#read((disk) =>
      [...disk.runs.keys()].flatMap((run) =>
        disk.steps(run).filter(({ kind, status }) => kind === "checkpoint" && status === "running"),
      ),
    );
  }

  eventsOf(runId: string): Promise<EventRow[]> {
    return this.#read(({ events }) => events.filter((event) => event.runId === runId));
  }

  deployment(hash: string): Promise<Deployment | undefined> {
    return this.#read(({ deployments }) => deployments.get(hash));
  }

  findDeployments(prefix: string): Promise<Pick<Deployment, "hash" | "score" | "createdAt">[]> {
    return this.#read(({ deployments }) =>
      [...deployments.values()]
        .filter(({ hash }) => hash.startsWith(prefix))
        .sort((a, b) => b.createdAt - a.createdAt || (a.hash < b.hash ? -1 : 1))
        .slice(0, 20)
        .map(({ hash, score, createdAt }) => ({ hash, score, createdAt })),
    );
  }

  hasDeployment(hash: string): Promise<boolean> {
    return this.#read(({ deployments }) => deployments.get(hash)?.agents !== undefined);
  }

  /** There are none. */
  checkFiles(): void {}

  close(): Promise<void> {
    this.#closing ??= this.#refusal ? Promise.resolve() : this.settled();
    return this.#closing;
  }

  #stepRow(row: StepRow): Row {
    assertStorable(recordStep, stepArgs(row, row.output));
    const what = `${row.runId}/${row.key}#${row.attempt} ${row.status}`;
    return { rank: RANK.step, what, write: () => this.#disk.recordStep(row) };
  }

  #changeRow(row: RunChange): Row {
    assertStorable(changeRun, runChangeArgs(row));
    const what = `${row.id} is ${row.status ?? "changed"}`;
    return { rank: RANK.runChange, what, write: () => this.#disk.changeRun(row) };
  }

  #endRow(row: RunEnd): Row {
    assertStorable(endRun, runEndArgs(row));
    const what = `${row.id} ended: ${row.status}`;
    return { rank: RANK.runEnd, what, write: () => this.#disk.endRun(row) };
  }

  #eventRow(row: NewEvent): Row {
    assertStorable(insertEvent, eventArgs(row));
    const what = `${row.runId}: ${row.type}`;
    return { rank: RANK.event, what, write: () => this.#disk.appendEvent(row) };
  }

  #summaries(): Promise<RunSummary[]> {
    return this.#read(({ runs }) =>
      [...runs.values()]
        .map(({ input: _input, output: _output, ...summary }) => summary)
        .sort((a, b) => (a.id < b.id ? 1 : -1)),
    );
  }

  async #read<T>(query: (disk: Disk) => T): Promise<T> {
    this.#assertOpen();
    return this.#device.read(() => query(this.#disk));
  }

  #add(rows: readonly Row[]): Promise<void> {
    if (this.#closing) return closed();
    if (this.#refusal) return this.#refusal;
    const group = this.#open();
    group.rows.push(...rows);
    return this.#want(group);
  }

  #ride(row: Row): void {
    if (!this.#refusal && !this.#closing) this.#open().rows.push(row);
  }

  #open(): Group {
    if (this.#gathering) return this.#gathering;
    const done = Promise.withResolvers<void>();
    done.promise.catch(() => {});
    this.#gathering = { rows: [], done, isWanted: false };
    return this.#gathering;
  }

  #want(group: Group): Promise<void> {
    group.isWanted = true;
    this.#schedule();
    return group.done.promise;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#committing) return;
    this.#isScheduled = true;
    this.#device.afterTurn(() => void this.#commitNext());
  }

  async #commitNext(): Promise<void> {
    this.#isScheduled = false;
    const group = this.#gathering;
    if (!group) return;
    this.#gathering = undefined;
    this.#committing = group;
    group.rows.sort((a, b) => a.rank - b.rank);
    try {
      await this.#device.commit(
        () => writeAll(group.rows),
        group.rows.map(({ what }) => what),
      );
    } catch (cause) {
      return this.#refuse(group, cause);
    }
    this.#committing = undefined;
    group.done.resolve();
    this.#scheduleWanted();
  }

  /** What has gathered during a commit goes next. */
  #scheduleWanted(): void {
    if (this.#gathering?.isWanted) this.#schedule();
  }

  #refuse(group: Group, cause: unknown): void {
    const error = storeError("memory", cause);
    this.#committing = undefined;
    this.#refusal = Promise.reject(error);
    this.#refusal.catch(() => {});
    for (const lost of [group, this.#gathering]) lost?.done.reject(error);
    this.#gathering = undefined;
  }

  #assertOpen(): void {
    if (this.#closing) throw new Error("the store is closed");
  }
}

function closed(): Promise<never> {
  const refusal = Promise.reject(new Error("the store is closed"));
  refusal.catch(() => {});
  return refusal;
}

/** All rows, or none. */
function writeAll(rows: readonly Row[]): void {
  const undos: Undo[] = [];
  try {
    for (const { write } of rows) undos.push(write());
  } catch (error) {
    for (const undo of undos.reverse()) undo();
    throw error;
  }
}

/** As `Store.stepsOf` says: those that are over by their ends, then those under way. */
function byEnd(a: StepRow, b: StepRow): number {
  if ((a.endedAt === null) !== (b.endedAt === null)) return a.endedAt === null ? 1 : -1;
  const byKey = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
  return (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.startedAt - b.startedAt || byKey || a.attempt - b.attempt;
}
