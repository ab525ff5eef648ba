import { ConnectionPool } from "@libsql/client/sqlite3";

export type Value = string | number | null | Uint8Array;

export type Row = Record<string, unknown>;

export interface Statement {
  readonly sql: string;
  readonly args: readonly Value[];
}

/** The one connection to the file, as narrow as the store needs it, so that tests can stand in its way. */
export interface Connection {
  /** One statement in a transaction of its own; the rows it gives back. Not for PRAGMAs that give rows (S4). */
  execute(sql: string, args?: readonly Value[]): Promise<Row[]>;
  /** The rows of a query, at once. */
  query(sql: string, args: readonly Value[]): Row[];
  /** All statements in one write transaction (BEGIN IMMEDIATE), or none; `begun` is called when nobody else can write. */
  batch(statements: readonly Statement[], begun?: () => void): Promise<void>;
  /** A script without arguments: PRAGMAs, VACUUM. */
  executeMultiple(sql: string): Promise<void>;
  /** Drops the connection and opens a new one, which has none of the pragmas. */
  reconnect(): Promise<void>;
  close(): void;
}

const BUSY_TIMEOUT_MS = 5_000;

type Database = ReturnType<ConnectionPool["acquireSync"]>;
type Prepared = ReturnType<Database["prepare"]>;

/**
 * Opens `file` through the driver's own pool of one connection and keeps its statements prepared. The public client
 * prepares every statement anew: 55 against 18 µs of CPU for a step, 8.1 against 6.9 µs in groups.
 *
 * The pool is marked private in @libsql/client 0.18; `driver-conformance.test.ts` fails when it is gone.
 */
export function connectLibsql(file: string): Connection {
  return new PreparedConnection(file);
}

class PreparedConnection implements Connection {
  readonly #pool: ConnectionPool;
  #database: Database;
  readonly #prepared = new Map<string, { statement: Prepared; reader: boolean }>();

  constructor(file: string) {
    this.#pool = new ConnectionPool(file, { timeout: BUSY_TIMEOUT_MS }, 1);
    this.#database = this.#pool.acquireSync();
  }

  async execute(sql: string, args: readonly Value[] = []): Promise<Row[]> {
    return this.query(sql, args);
  }

  query(sql: string, args: readonly Value[]): Row[] {
    try {
      return this.#run(sql, args);
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  async batch(statements: readonly Statement[], begun?: () => void): Promise<void> {
    try {
      this.#run("BEGIN IMMEDIATE", []);
      begun?.();
      for (const { sql, args } of statements) this.#run(sql, args);
      this.#run("COMMIT", []);
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  async executeMultiple(sql: string): Promise<void> {
    try {
      this.#database.exec(sql);
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  async reconnect(): Promise<void> {
    this.#prepared.clear();
    this.#pool.reopen();
    this.#database = this.#pool.acquireSync();
  }

  close(): void {
    this.#prepared.clear();
    this.#pool.close();
  }

  #run(sql: string, args: readonly Value[]): Row[] {
    let known = this.#prepared.get(sql);
    if (known === undefined) {
      const statement = this.#database.prepare(sql);
      known = { statement, reader: statement.reader };
      this.#prepared.set(sql, known);
    }
    if (known.reader) return known.statement.all(args) as Row[];
    known.statement.run(args);
    return [];
  }

  /** After an error: a statement that failed midway keeps its lock and would take later writes into its transaction. */
  #abandon(): void {
    this.#prepared.clear();
    try {
      if (this.#database.open && this.#database.inTransaction) this.#database.exec("ROLLBACK");
    } catch {
      // The caller reconnects or gives up; either ends the transaction.
    }
  }
}
