import {
  accountOf,
  endReservation,
  insertReservation,
  listReservations,
  raiseAccount,
  raiseArgs,
  reservationArgs,
  setSpent,
  spentIn,
} from "./accounts.ts";
import { blobArgs, insertBlob, insertOutput, largeOutput, outputArgs, toContent } from "./artifacts.ts";
import {
  cachedByKey,
  clearCached,
  countCached,
  keepArgs,
  keepResult,
  listCached,
  sweepCached,
} from "./cached.ts";
import type { Connection } from "./connection.ts";
import {
  deploymentArgs,
  deploymentByHash,
  deploymentsByPrefix,
  hasDeployment,
  insertDeployment,
} from "./deployments.ts";
import { eventArgs, eventsOf, insertEvent } from "./events.ts";
import type {
  AccountRow,
  BudgetRaise,
  PriceChange,
  PriceRow,
  ReservationRow,
  Settlement,
  SpentOf,
} from "./ledger.ts";
import { LibsqlHistory } from "./libsql-history.ts";
import { type Access, LibsqlLearnings } from "./libsql-learnings.ts";
import { LibsqlModels } from "./libsql-models.ts";
import { causeRows, LibsqlOrchestras } from "./libsql-orchestras.ts";
import { costsBy, insertModelCall, modelCallArgs, modelCallsOf } from "./model-calls.ts";
import type { ModelHistory, ModelScoreRow } from "./model-history.ts";
import { insertModelScore, modelHistoryOf, modelScoreArgs } from "./model-scores.ts";
import { listPrices, priceRows } from "./prices.ts";
import { progressOf } from "./progress.ts";
import { readError } from "./read-error.ts";
import { insertRecording, type RecordingRow, recordingArgs, recordingsOf } from "./recordings.ts";
import {
  changeRun,
  endRun,
  insertRun,
  listRuns,
  migrateRun,
  newRunArgs,
  openCounts,
  runById,
  runChangeArgs,
  runEndArgs,
  runsByPrefix,
  unfinishedRuns,
} from "./runs.ts";
import { journalOf, openCheckpoints, outputOf, recordStep, stepArgs, stepsOf } from "./steps.ts";
import type {
  CachedResult,
  CachedSummary,
  CostQuery,
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
} from "./store.ts";
import { recordTurn, toolTurnsOf, turnArgs, turnsOf } from "./turns.ts";
import type { QueuedRow, WriteQueue } from "./write-queue.ts";

interface LibsqlStoreOptions {
  readonly file: string;
  readonly connection: Connection;
  readonly queue: WriteQueue;
  /** Throws when the file is not the one any more that is written to. */
  readonly checkFiles: () => void;
  readonly releaseLock: () => void;
}

/** A `Store` on one libSQL file that this process owns; `openStore` makes it. */
export class LibsqlStore implements Store {
  readonly #options: LibsqlStoreOptions;
  readonly #queue: WriteQueue;
  readonly #access: Access = {
    write: (rows) => this.#queue.addTogether(rows),
    ride: (rows) => this.#queue.ride(rows),
    read: (query) => this.#read(query),
  };
  readonly orchestras = new LibsqlOrchestras(this.#access);
  readonly learnings = new LibsqlLearnings(this.#access);
  readonly history = new LibsqlHistory(this.#access);
  readonly models = new LibsqlModels(this.#access);
  #closing: Promise<void> | undefined;

  constructor(options: LibsqlStoreOptions) {
    this.#options = options;
    this.#queue = options.queue;
  }

  createRun(row: NewRun, along?: RunBeginning): Promise<void> {
    const queue = this.#queue;
    if (along === undefined) return queue.add(insertRun, newRunArgs(row));
    return queue.addTogether([
      [insertRun, newRunArgs(row)],
      ...along.taken.flatMap((step) => this.#stepRows(step)),
      ...(along.event ? [[insertEvent, eventArgs(along.event)] as const] : []),
      ...causeRows(along),
    ]);
  }

  changeRun(row: RunChange): Promise<void> {
    return this.#queue.add(changeRun, runChangeArgs(row));
  }

  changeRuns(rows: readonly RunChange[]): Promise<void> {
    return this.#queue.addTogether(rows.map((row) => [changeRun, runChangeArgs(row)]));
  }

  migrateRuns({ runs, steps, events }: Migration): Promise<void> {
    return this.#queue.addTogether([
      ...steps.flatMap((step) => this.#stepRows(step)),
      ...events.map((event): QueuedRow => [insertEvent, eventArgs(event)]),
      ...runs.map(({ id, deployment }): QueuedRow => [migrateRun, [deployment, id]]),
    ]);
  }

  endRun(row: RunEnd): Promise<void> {
    return this.#queue.add(endRun, runEndArgs(row));
  }

  endRuns(rows: readonly RunEnd[], steps: readonly StepRow[]): Promise<void> {
    return this.#queue.addTogether([
      ...steps.flatMap((step) => this.#stepRows(step)),
      ...rows.map((row): QueuedRow => [endRun, runEndArgs(row)]),
    ]);
  }

  recordStep(row: StepRow, keeping?: Keeping): Promise<void> {
    const queue = this.#queue;
    if (keeping !== undefined)
      return queue.addTogether([...this.#stepRows(row), [keepResult, keepArgs(keeping, row)]]);
    const output = largeOutput(row);
    if (output === undefined) return queue.add(recordStep, stepArgs(row, row.output));
    return queue.addTogether(this.#withArtifact(row, output));
  }

  noteStep(row: StepRow): void {
    this.#queue.ride(this.#stepRows(row));
  }

  appendEvent(row: NewEvent): void {
    this.#queue.put(insertEvent, eventArgs(row));
  }

  recordModelCall(row: ModelCallRow): void {
    this.#queue.put(insertModelCall, modelCallArgs(row));
  }

  keepRecording(row: RecordingRow): void {
    this.#queue.put(insertRecording, recordingArgs(row));
  }

  recordModelScore(row: ModelScoreRow): void {
    this.#queue.put(insertModelScore, modelScoreArgs(row));
  }

  settleCall({ call, reservation, spent }: Settlement): Promise<void> {
    const { runId, step, attempt, call: n } = reservation;
    const sums = spent.map(({ scope, microUsd }): QueuedRow => [setSpent, [scope, microUsd]]);
    return this.#queue.addTogether([
      ...(call ? [[insertModelCall, modelCallArgs(call)] as const] : []),
      [endReservation, [runId, step, attempt, n]],
      ...sums,
    ]);
  }

  reserveCall(row: ReservationRow): Promise<void> {
    return this.#queue.add(insertReservation, reservationArgs(row));
  }

  noteSpent(scope: string, microUsd: number): void {
    this.#queue.ride([[setSpent, [scope, microUsd]]]);
  }

  raiseBudget(raise: BudgetRaise): void {
    this.#queue.ride([[raiseAccount, raiseArgs(raise)]]);
  }

  changePrices(change: PriceChange): Promise<void> {
    return this.#queue.addTogether(priceRows(change));
  }

  recordTurn(row: TurnRow): Promise<void> {
    return this.#queue.add(recordTurn, turnArgs(row));
  }

  sweepCached(now: number): void {
    this.#queue.ride([[sweepCached, [now]]]);
  }

  async clearCached(score?: string): Promise<number> {
    await this.settled();
    const count = await this.countCached(score);
    await this.#queue.add(clearCached, [score ?? null]);
    return count;
  }

  saveDeployment(deployment: Deployment): Promise<void> {
    const code = deployment.code === null ? undefined : toContent(deployment.code);
    const row: QueuedRow = [insertDeployment, deploymentArgs(deployment, code?.hash ?? null)];
    return this.#queue.addTogether(code === undefined ? [row] : [[insertBlob, blobArgs(code)], row]);
  }

  checkFiles(): void {
    this.#options.checkFiles();
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  run(id: string): Promise<RunRow | undefined> {
    return this.#read((connection) => runById(connection, id));
  }

  findRuns(prefix: string): Promise<RunSummary[]> {
    return this.#read((connection) => runsByPrefix(connection, prefix));
  }

  listRuns(query: RunQuery): Promise<RunSummary[]> {
    return this.#read((connection) => listRuns(connection, query));
  }

  unfinishedRuns(): Promise<RunRow[]> {
    return this.#read(unfinishedRuns);
  }

  readonly openRuns = (): Promise<OpenCount[]> => this.#read(openCounts);
  readonly openCheckpoints = (): Promise<StepRow[]> => this.#read(openCheckpoints);
  readonly progressOf: Store["progressOf"] = (run, step) => this.#read((db) => progressOf(db, run, step));

  stepsOf(runId: string): Promise<StepRow[]> {
    return this.#read((connection) => stepsOf(connection, runId));
  }

  journalOf(runId: string): Promise<JournalRow[]> {
    return this.#read((connection) => journalOf(connection, runId));
  }

  outputOf(of: Parameters<Store["outputOf"]>[0]): string | null {
    const { connection } = this.#options;
    if (this.#closing !== undefined) throw new Error("the store is closed");
    try {
      return outputOf(connection, of);
    } catch (cause) {
      throw readError(cause, this.#options.file);
    }
  }

  eventsOf(runId: string): Promise<EventRow[]> {
    return this.#read((connection) => eventsOf(connection, runId));
  }

  modelCallsOf(runId: string): Promise<ModelCallRow[]> {
    return this.#read((connection) => modelCallsOf(connection, runId));
  }

  recordingsOf(runId: string): Promise<RecordingRow[]> {
    return this.#read((connection) => recordingsOf(connection, runId));
  }

  modelHistory(of: Parameters<Store["modelHistory"]>[0]): Promise<ModelHistory> {
    return this.#read((connection) => modelHistoryOf(connection, of));
  }

  reservations(): Promise<ReservationRow[]> {
    return this.#read(listReservations);
  }

  account(scope: string): Promise<AccountRow | undefined> {
    return this.#read((connection) => accountOf(connection, scope));
  }

  spentIn(of: SpentOf): Promise<number> {
    return this.#read((connection) => spentIn(connection, of));
  }

  prices(all = false): Promise<PriceRow[]> {
    return this.#read((connection) => listPrices(connection, all));
  }

  turnsOf(of: Pick<TurnRow, "runId" | "step" | "conversation">): Promise<TurnRow[]> {
    return this.#read((connection) => turnsOf(connection, of));
  }

  toolTurnsOf(runId: string): Promise<TurnRow[]> {
    return this.#read((connection) => toolTurnsOf(connection, runId));
  }

  costsBy(query: CostQuery): Promise<CostSum[]> {
    return this.#read((connection) => costsBy(connection, query));
  }

  cached(key: string, now: number): Promise<CachedResult | undefined> {
    return this.#read((connection) => cachedByKey(connection, key, now));
  }

  listCached(query: Parameters<Store["listCached"]>[0]): Promise<CachedSummary[]> {
    return this.#read((connection) => listCached(connection, query));
  }

  countCached(score?: string): Promise<number> {
    return this.#read((connection) => countCached(connection, score));
  }

  deployment(hash: string): Promise<Deployment | undefined> {
    return this.#read((connection) => deploymentByHash(connection, hash));
  }

  findDeployments(prefix: string): ReturnType<Store["findDeployments"]> {
    return this.#read((connection) => deploymentsByPrefix(connection, prefix));
  }

  hasDeployment(hash: string): Promise<boolean> {
    return this.#read((connection) => hasDeployment(connection, hash));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { connection, checkFiles, releaseLock } = this.#options;
    try {
      await this.#queue.close();
      if (!this.#queue.hasFailed) checkFiles();
    } finally {
      // A checkpoint that cannot be made now is made at the next opening.
      await connection.executeMultiple("PRAGMA wal_checkpoint(TRUNCATE)").catch(() => {});
      connection.close();
      releaseLock();
    }
  }

  #stepRows(row: StepRow): QueuedRow[] {
    const output = largeOutput(row);
    return output === undefined ? [[recordStep, stepArgs(row, row.output)]] : this.#withArtifact(row, output);
  }

  #withArtifact(row: StepRow, output: string): QueuedRow[] {
    const content = toContent(output);
    return [
      [insertBlob, blobArgs(content)],
      [recordStep, stepArgs(row, null)],
      [insertOutput, outputArgs(content, row)],
    ];
  }

  async #read<T>(query: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new Error("the store is closed");
    try {
      return await query(this.#options.connection);
    } catch (cause) {
      throw readError(cause, this.#options.file);
    }
  }
}
