import { rmSync } from "node:fs";
import type { Connection, Value } from "./connection.ts";

interface MigrateOptions {
  readonly connection: Connection;
  readonly file: string;
  /** The folder that `drizzle-kit generate` writes. */
  readonly migrations: string;
  /** The schema version of the file; 0 for a new one. */
  readonly from: number;
}

/**
 * Brings the file to this build's schema in one transaction, which also sets `user_version`: killed at any statement,
 * it is the old file or the new one. A store that has data is copied to `<file>.before-<version>` first.
 *
 * Foreign keys are off meanwhile, because SQLite changes a table by making it anew.
 */
export async function migrate({ connection, file, migrations, from }: MigrateOptions): Promise<void> {
  // Only here: importing drizzle costs more than opening the store.
  const [{ drizzle }, migrator] = await Promise.all([
    import("drizzle-orm/sqlite-proxy"),
    import("drizzle-orm/sqlite-proxy/migrator"),
  ]);
  if (from > 0) await backUp(connection, `${file}.before-${from}`);
  const database = drizzle(async (sql, args) => {
    const rows = await connection.execute(sql, args as Value[]);
    return { rows: rows.map(Object.values) };
  });
  const inOneTransaction = async (statements: string[]) => {
    await connection.executeMultiple("PRAGMA foreign_keys = OFF");
    await connection.batch(statements.map((sql) => ({ sql, args: [] })));
    await connection.executeMultiple("PRAGMA foreign_keys = ON");
  };
  await migrator.migrate(database, inOneTransaction, { migrationsFolder: migrations });
}

/** Over what an earlier try left, which may be half a copy. Never with `fs` from the open file itself (S5). */
async function backUp(connection: Connection, copy: string): Promise<void> {
  rmSync(copy, { force: true });
  await connection.executeMultiple(`VACUUM INTO '${copy.replaceAll("'", "''")}'`);
}
