import { copyInto } from "./back-up.ts";
import { eventsAfter } from "./events.ts";
import { expiredRuns, leave, nextSlice } from "./forget-runs.ts";
import type { EventQuery, ExpiredQuery, HistoryStore, OutlineQuery, Spent } from "./history-store.ts";
import type { Access } from "./libsql-learnings.ts";
import { spentBy } from "./model-calls.ts";
import { runOutlines } from "./run-outlines.ts";
import { stepsPage } from "./steps-page.ts";
import type { EventRow } from "./store.ts";

/** What has been, in the file of a `LibsqlStore`. */
export class LibsqlHistory implements HistoryStore {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  events(query: EventQuery): Promise<EventRow[]> {
    return this.#access.read((connection) => eventsAfter(connection, query));
  }

  steps(query: Parameters<HistoryStore["steps"]>[0]): ReturnType<HistoryStore["steps"]> {
    return this.#access.read((connection) => stepsPage(connection, query));
  }

  outlines(query: OutlineQuery): ReturnType<HistoryStore["outlines"]> {
    return this.#access.read((connection) => runOutlines(connection, query));
  }

  spent(runs: readonly string[]): Promise<ReadonlyMap<string, Spent>> {
    return this.#access.read((connection) => spentBy(connection, runs));
  }

  expired(query: ExpiredQuery): ReturnType<HistoryStore["expired"]> {
    return this.#access.read((connection) => expiredRuns(connection, query));
  }

  leave(runs: readonly string[], at: number): Promise<void> {
    return this.#access.write(runs.map((run) => [leave, [at, run]]));
  }

  async forgetSome(): Promise<boolean> {
    const writes = await this.#access.read(nextSlice);
    if (writes.length > 0) await this.#access.write(writes);
    return writes.length > 0;
  }

  giveBack(pages: number): Promise<number> {
    const sql = "SELECT freelist_count AS free FROM pragma_freelist_count";
    return this.#access.read(async (connection) => {
      const before = (await connection.execute(sql))[0]!.free as number;
      if (before === 0) return 0;
      await connection.executeMultiple(`PRAGMA incremental_vacuum(${pages})`);
      return before - ((await connection.execute(sql))[0]!.free as number);
    });
  }

  copyTo(file: string): Promise<void> {
    return this.#access.read((connection) => copyInto(connection, file));
  }
}
