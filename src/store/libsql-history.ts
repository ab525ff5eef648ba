import type { Connection } from "./connection.ts";
import { eventsAfter } from "./events.ts";
import type { EventQuery, HistoryStore } from "./history-store.ts";
import type { Access } from "./libsql-learnings.ts";
import type { EventRow } from "./store.ts";

/** What has been, in the file of a `LibsqlStore`. */
export class LibsqlHistory implements HistoryStore {
  readonly #read: <T>(query: (connection: Connection) => Promise<T>) => Promise<T>;

  constructor({ read }: Access) {
    this.#read = read;
  }

  events(query: EventQuery): Promise<EventRow[]> {
    return this.#read((connection) => eventsAfter(connection, query));
  }
}
