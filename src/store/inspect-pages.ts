import { existsSync, rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { MaestroError } from "../diagnostics/maestro-error.ts";
import { type Connection, connectLibsql } from "./connection.ts";
import { readError } from "./read-error.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema-version.ts";
import { isBusy, isClosedToUs, reasonOf } from "./sqlite-error.ts";
import { texts, textsOf } from "./texts.ts";

/**
 * Checks every page, row and index of a file, and its journal where its last owner did not close it: that counts more
 * than the header. Through a connection that changes nothing, because a refused file is to stay as it is: closing one
 * that may write moves the journal into the file.
 * @returns the schema version
 * @throws MaestroError MR1003, MR1004, MR1005, or MR1010 when the system does not let it be read
 */
export async function inspectPages(
  file: string,
  { isClean }: { readonly isClean: boolean },
): Promise<number> {
  const index = `${file}-shm`;
  const hadIndex = existsSync(index);
  let connection: Connection | undefined;
  try {
    // One that may not be changed by anybody has no journal, and needs no files beside it.
    connection = connectLibsql(`${pathToFileURL(file).href}?${isClean ? "immutable=1" : "mode=ro"}`);
    return await check(file, connection);
  } catch (error) {
    connection?.close();
    connection = undefined;
    // The index over the journal is made for reading and derived from it.
    if (!hadIndex) rmSync(index, { force: true });
    if (error instanceof MaestroError) throw error;
    throw toError(file, error);
  } finally {
    connection?.close();
  }
}

/**
 * Checks every page, row and index through `connection`, and nothing else: what its header says is to be known.
 * @throws MaestroError MR1004 or MR1010, and whatever the driver throws while another connection holds the file
 */
export async function checkPages(file: string, connection: Connection): Promise<void> {
  try {
    await checkIntegrity(file, connection);
  } catch (error) {
    if (error instanceof MaestroError || isBusy(error)) throw error;
    throw toError(file, error);
  }
}

function toError(file: string, cause: unknown): MaestroError {
  if (isClosedToUs(cause)) return readError(cause, file);
  return new MaestroError("MR1004", { file, detail: reasonOf(cause) }, { cause });
}

async function checkIntegrity(file: string, connection: Connection): Promise<void> {
  const [damage] = await connection.execute(
    "SELECT CAST(integrity_check AS BLOB) AS detail FROM pragma_integrity_check(1)",
  );
  // As a blob: it may name what is damaged, and the driver ends the process over text that is not UTF-8.
  const found = Buffer.from(damage?.detail as ArrayBuffer).toString("utf8");
  if (found !== "ok") throw new MaestroError("MR1004", { file, detail: toSentence(found) });
}

async function check(file: string, connection: Connection): Promise<number> {
  await checkIntegrity(file, connection);
  await checkRows(file, connection);
  const sql = `SELECT a.application_id AS application, u.user_version AS version, (SELECT count(*) FROM sqlite_schema) AS tables
    FROM pragma_application_id a, pragma_user_version u`;
  const [header] = await connection.execute(sql);
  const version = header?.version as number;
  if (header?.application !== APPLICATION_ID && !(header?.application === 0 && header.tables === 0)) {
    throw new MaestroError("MR1003", { file, found: "the SQLite database of another program" });
  }
  if (version > SCHEMA_VERSION)
    throw new MaestroError("MR1005", { file, found: version, known: SCHEMA_VERSION });
  return version;
}

/** SQLite leaves CHECKs out of its check where a connection may not write. */
async function checkRows(file: string, connection: Connection): Promise<void> {
  const tables = await connection.execute(
    `SELECT ${texts("name", "sql")} FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK(%'`,
  );
  for (const row of tables) {
    const [name, sql] = textsOf(row, 2) as [string, string];
    const rules = checksIn(sql).map((rule) => `NOT (${rule})`);
    if (rules.length === 0) continue;
    const [broken] = await connection.execute(
      `SELECT 1 AS broken FROM "${name.replaceAll('"', '""')}" WHERE ${rules.join(" OR ")} LIMIT 1`,
    );
    if (broken) throw new MaestroError("MR1004", { file, detail: `a row of "${name}" breaks its rules` });
  }
}

/** What stands in the CHECKs of a table's SQL. A column that was added later has its own on the line of others. */
function checksIn(sql: string): string[] {
  return [...sql.matchAll(/ CHECK\(/g)].map(({ index, 0: { length } }) => {
    const from = index + length;
    let depth = 1;
    // Parentheses that are quoted say nothing.
    for (const { index: at, 0: found } of sql.slice(from).matchAll(/'[^']*'|"[^"]*"|[()]/g)) {
      if (found === "(") depth++;
      if (found === ")") depth--;
      if (depth === 0) return sql.slice(from, from + at);
    }
    return "0";
  });
}

/** Without the heading of the whole list, of which only the first entry was asked for. */
function toSentence(found: string): string {
  return found.replace(/^\*\*\* in database main \*\*\*\n/, "").split("\n", 1)[0]!;
}
