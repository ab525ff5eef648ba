import { existsSync, rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { MaestroError } from "../diagnostics/maestro-error.ts";
import { type Connection, connectLibsql } from "./connection.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema-version.ts";
import { reasonOf } from "./sqlite-error.ts";

/**
 * Looks at a file whose last owner did not close it: what its journal says counts more than its header, and its pages
 * are checked. Through a read-only connection, because closing one that may write moves the journal into the file, and a
 * refused file is to stay as it is.
 * @returns the schema version
 * @throws MaestroError MR1003, MR1004 or MR1005
 */
export async function inspectUnclean(file: string): Promise<number> {
  const index = `${file}-shm`;
  const hadIndex = existsSync(index);
  let connection: Connection | undefined;
  try {
    connection = connectLibsql(`${pathToFileURL(file).href}?mode=ro`);
    return await check(file, connection);
  } catch (error) {
    connection?.close();
    connection = undefined;
    // The index over the journal is made for reading and derived from it.
    if (!hadIndex) rmSync(index, { force: true });
    if (error instanceof MaestroError) throw error;
    throw new MaestroError("MR1004", { file, detail: reasonOf(error) }, { cause: error });
  } finally {
    connection?.close();
  }
}

async function check(file: string, connection: Connection): Promise<number> {
  const [damage] = await connection.execute("SELECT quick_check AS detail FROM pragma_quick_check(1)");
  if (damage?.detail !== "ok") throw new MaestroError("MR1004", { file, detail: `${damage?.detail}` });
  const sql = `SELECT a.application_id AS application, u.user_version AS version, (SELECT count(*) FROM sqlite_schema) AS tables
    FROM pragma_application_id a, pragma_user_version u`;
  const [found] = await connection.execute(sql);
  const version = found?.version as number;
  if (found?.application !== APPLICATION_ID && !(found?.application === 0 && found.tables === 0)) {
    throw new MaestroError("MR1003", { file, found: "the SQLite database of another program" });
  }
  if (version > SCHEMA_VERSION)
    throw new MaestroError("MR1005", { file, found: version, known: SCHEMA_VERSION });
  return version;
}
