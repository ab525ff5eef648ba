import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connectLibsql } from "../../src/store/connection.ts";
import { migrate } from "../../src/store/migrate.ts";
import { APPLICATION_ID } from "../../src/store/schema-version.ts";
import { MIGRATIONS, temporaryFolder } from "./workbench.ts";

const TABLES = ["blobs", "deployments", "runs", "steps", "events"];

/** Makes a store that was closed one as the build of an earlier version would have left it, with what that knew of. */
export async function makeOlder(file: string, version: number): Promise<void> {
  const older = `${file}.older`;
  await makeEmpty(older, version);
  const database = new DatabaseSync(older);
  database.prepare("ATTACH DATABASE ? AS newer").run(file);
  for (const table of TABLES) {
    const columns = database.prepare("SELECT name FROM pragma_table_info(?, 'main')").all(table);
    const names = columns.map(({ name }) => `"${name}"`).join(", ");
    database.exec(`INSERT INTO main.${table} (${names}) SELECT ${names} FROM newer.${table}`);
  }
  database.close();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
  renameSync(older, file);
}

async function makeEmpty(file: string, version: number): Promise<void> {
  const migrations = temporaryFolder();
  cpSync(MIGRATIONS, migrations, { recursive: true });
  const path = join(migrations, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(path, "utf8")) as { readonly entries: readonly unknown[] };
  writeFileSync(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, version) }));
  const connection = connectLibsql(file);
  await connection.executeMultiple(
    `PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA journal_mode = WAL`,
  );
  await migrate({ connection, file, migrations, from: 0 });
  connection.close();
}
