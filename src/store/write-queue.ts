import type { Connection, Statement, Value } from "./connection.ts";
import { addStatements, assertStorable, type Write } from "./insertion.ts";
import { isDiskFull } from "./sqlite-error.ts";
import { storeError } from "./store-error.ts";
import { whileBusy } from "./while-busy.ts";

interface QueueOptions {
  readonly connection: Connection;
  /** For messages. */
  readonly file: string;
  /** A new connection with all pragmas set. */
  readonly reopen: () => Promise<void>;
  /** Frees the ballast; false when it is gone already. */
  readonly freeBallast: () => boolean;
  /** Throws when the file is not the one any more that is written to. */
  readonly checkFiles: () => void;
  /** Called now and then when a transaction has begun. */
  readonly makeRoom: (() => void) | undefined;
  readonly now: () => number;
}

/** A row with the statement that writes it. */
export type QueuedRow = readonly [Write, readonly Value[]];

/** Rows that one transaction takes: more would let those who wait for the first of them wait too long. */
const MOST_ROWS = 2_000;

const CHECKED_EVERY_MS = 1_000;

/** Commits between two looks at the room that is left. */
const ROOM_EVERY = 16;

/**
 * Rows of one event-loop turn, and those that come while a commit is under way, are committed together, first come
 * first served, with no timer. Everybody who waits for a group waits for one promise.
 *
 * After a failure nothing is written any more: what a run does next may rest on the lost write.
 */
export class WriteQueue {
  readonly #options: QueueOptions;
  /** Takes the next rows; the groups before it are full. */
  #gathering: Group | undefined;
  readonly #full: Group[] = [];
  #committing: Group | undefined;
  #scheduled = false;
  /** What whoever writes is given: a write has failed, or nothing is taken any more. */
  #refusal: Promise<never> | undefined;
  #hasFailed = false;
  #commits = 0;
  /** When the files were looked at last, Unix ms. */
  #checkedAt: number;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#checkedAt = options.now();
  }

  /** Queues a row; the promise resolves when it is durable. Never throws at once: what cannot be written is refused by it, too. */
  add(write: Write, row: readonly Value[]): Promise<void> {
    try {
      assertStorable(write, row);
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#refusal !== undefined) return this.#refusal;
    const group = this.#open();
    group.put(write, row);
    return this.#want(group);
  }

  /** Queues a row that nobody waits for. Throws when it cannot be stored: that would be told to nobody else. */
  put(write: Write, row: readonly Value[]): void {
    assertStorable(write, row);
    void this.add(write, row);
  }

  /** Queues rows that count only together. Never throws at once. */
  addTogether(rows: readonly QueuedRow[]): Promise<void> {
    try {
      for (const [write, row] of rows) assertStorable(write, row);
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#refusal !== undefined) return this.#refusal;
    const group = this.#open();
    for (const [write, row] of rows) group.put(write, row);
    return this.#want(group);
  }

  /** Queues rows that count only together for the next commit, without asking for one. Throws when they cannot be stored. */
  ride(rows: readonly QueuedRow[]): void {
    for (const [write, row] of rows) assertStorable(write, row);
    if (this.#refusal !== undefined) return;
    const group = this.#open();
    for (const [write, row] of rows) group.put(write, row);
  }

  /** Resolves when everything queued so far is durable. */
  settled(): Promise<void> {
    if (this.#refusal !== undefined) return this.#refusal;
    if (this.#gathering !== undefined) return this.#want(this.#gathering);
    return (this.#full.at(-1) ?? this.#committing)?.done ?? Promise.resolve();
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /**
   * Nothing is taken any more: who waits is refused, and what nobody waits for is dropped. Resolves when what was queued before is
   * durable. A failure from before was told to whoever waited for that write.
   */
  close(): Promise<void> {
    const written = this.#hasFailed ? Promise.resolve() : this.settled();
    this.#refusal ??= refusing(new Error("the store is closed"));
    return written;
  }

  #open(): Group {
    if (this.#gathering !== undefined && this.#gathering.size >= MOST_ROWS) {
      this.#full.push(this.#gathering);
      this.#gathering = undefined;
      this.#schedule();
    }
    this.#gathering ??= new Group();
    return this.#gathering;
  }

  #want(group: Group): Promise<void> {
    group.isWanted = true;
    this.#schedule();
    return group.done;
  }

  #schedule(): void {
    if (this.#scheduled || this.#committing !== undefined) return;
    this.#scheduled = true;
    setImmediate(this.#commitNext);
  }

  readonly #commitNext = async (): Promise<void> => {
    this.#scheduled = false;
    let group = this.#full.shift();
    if (group === undefined) [group, this.#gathering] = [this.#gathering, undefined];
    if (group === undefined) return;
    this.#committing = group;
    try {
      await this.#commit(group.statements());
      this.#committing = undefined;
      group.resolve();
      if (this.#full.length > 0 || this.#gathering?.isWanted) this.#schedule();
    } catch (error) {
      this.#committing = undefined;
      this.#refuse(group, error);
    }
  };

  #refuse(group: Group, cause: unknown): void {
    const error = storeError(this.#options.file, cause);
    this.#hasFailed = true;
    this.#refusal = refusing(error);
    for (const lost of [group, ...this.#full.splice(0), this.#gathering]) lost?.reject(error);
    this.#gathering = undefined;
  }

  async #commit(statements: readonly Statement[]): Promise<void> {
    const { reopen, freeBallast, checkFiles, now } = this.#options;
    if (now() - this.#checkedAt >= CHECKED_EVERY_MS) {
      this.#checkedAt = now();
      checkFiles();
    }
    try {
      await whileBusy({ reopen, now }, () => this.#write(statements));
    } catch (error) {
      if (!isDiskFull(error) || !freeBallast()) throw error;
      await reopen();
      await whileBusy({ reopen, now }, () => this.#write(statements));
    }
  }

  async #write(statements: readonly Statement[]): Promise<void> {
    const { connection, makeRoom } = this.#options;
    const [first, second] = statements;
    const isForRoom = makeRoom !== undefined && ++this.#commits % ROOM_EVERY === 0;
    if (first !== undefined && second === undefined && !isForRoom)
      await connection.execute(first.sql, first.args);
    else await connection.batch(statements, isForRoom ? makeRoom : undefined);
  }
}

/** Nobody may be waiting; whoever writes next gets it. */
function refusing(error: Error): Promise<never> {
  const refusal = Promise.reject(error);
  refusal.catch(() => {});
  return refusal;
}

/** The rows of one transaction. */
class Group {
  /** By rank. */
  readonly #rows: { write: Write; rows: (readonly Value[])[] }[] = [];
  readonly #promise = Promise.withResolvers<void>();
  size = 0;
  /** Somebody waits for it, or asked for it to be written. */
  isWanted = false;

  constructor() {
    // A rider's group may fail with nobody waiting.
    this.#promise.promise.catch(() => {});
  }

  get done(): Promise<void> {
    return this.#promise.promise;
  }

  put(write: Write, row: readonly Value[]): void {
    const known = this.#rows[write.rank];
    if (known === undefined) this.#rows[write.rank] = { write, rows: [row] };
    else known.rows.push(row);
    this.size++;
  }

  statements(): Statement[] {
    const statements: Statement[] = [];
    // `forEach` passes over the ranks that have no rows.
    this.#rows.forEach(({ write, rows }) => {
      addStatements(statements, write, rows);
    });
    return statements;
  }

  resolve(): void {
    this.#promise.resolve();
  }

  reject(error: Error): void {
    this.#promise.reject(error);
  }
}
