import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { MaestroError } from "../diagnostics/maestro-error.ts";
import { keepFile } from "./back-up.ts";
import { connectLibsql } from "./connection.ts";
import { inspectPages } from "./inspect-pages.ts";
import { lockStore } from "./owner-lock.ts";
import { reasonOf } from "./sqlite-error.ts";
import { texts, textsOf } from "./texts.ts";

/** What is in a backup. */
export interface BackupFacts {
  readonly version: number;
  readonly runs: number;
  /** Id of the run that was begun last; its time is in it. */
  readonly newest: string | undefined;
  /** Runs in it that have not ended: they can go on. */
  readonly open: number;
}

/**
 * Looks at every page and row of a backup, and changes nothing.
 * @throws MaestroError MR2055 when it is no store that this Maestro can use
 */
export async function inspectBackup(backup: string): Promise<BackupFacts> {
  try {
    checkWhole(backup);
    const version = await inspectPages(backup, { isClean: true });
    if (version === 0) throw new Error("nothing is in it");
    return { version, ...(await countRuns(backup)) };
  } catch (cause) {
    throw new MaestroError("MR2055", { file: backup, reason: reasonOf(cause) }, { cause });
  }
}

function checkWhole(backup: string): void {
  const found = statSync(backup, { throwIfNoEntry: false });
  if (!found) throw new Error("there is no such file");
  if (!found.isFile()) throw new Error("it is no file");
  if ((statSync(`${backup}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    throw new Error("a journal lies beside it, so it was in use when it was copied");
}

async function countRuns(backup: string): Promise<Omit<BackupFacts, "version">> {
  const connection = connectLibsql(`${pathToFileURL(backup).href}?immutable=1`);
  try {
    const [counts] = await connection.execute(
      "SELECT count(*) AS runs, count(*) - count(ended_at) AS open FROM runs",
    );
    const [newest] = await connection.execute(`SELECT ${texts("id")} FROM runs ORDER BY id DESC LIMIT 1`);
    return {
      runs: counts!.runs as number,
      open: counts!.open as number,
      newest: newest && textsOf(newest, 1)[0]!,
    };
  } finally {
    connection.close();
  }
}

/**
 * Puts a backup in the place of the store, which is kept beside it. Killed at any moment, the store is the one before or
 * the backup. Nobody may own the store.
 * @returns where the store is kept that was there; undefined when there was none
 * @throws MaestroError MR1007 when a process owns the store, MR2055 when the backup cannot be used; nothing has changed then
 */
export async function restore({
  file: said,
  backup,
  now,
}: {
  readonly file: string;
  readonly backup: string;
  readonly now: () => number;
}): Promise<string | undefined> {
  // The name of the file itself, which its owner locks: what is said may be a link.
  const file = existsSync(said) ? realpathSync(said) : said;
  const release = await lockStore({
    file,
    command: "maestro restore",
    wait: false,
    onWaiting: undefined,
    now,
  });
  const next = `${file}.restoring`;
  try {
    checkWhole(backup);
    copyFileSync(backup, next);
    chmodSync(next, 0o600);
    // What is put in place is what was looked at.
    await inspectBackup(next);
    keepFile(next);
    const kept = existsSync(file) ? await keepAside(file, now()) : undefined;
    renameSync(next, file);
    keepFile(dirname(file));
    return kept;
  } catch (cause) {
    // What was said of the copy holds for the backup.
    const { reason = reasonOf(cause) } = Object(cause instanceof MaestroError ? cause.facts : {}) as {
      readonly reason?: string;
    };
    throw new MaestroError("MR2055", { file: backup, reason }, { cause });
  } finally {
    rmSync(next, { force: true });
    release();
  }
}

/** Gives the store a second name, which stays when another file takes the first; and takes its journal away. */
async function keepAside(file: string, now: number): Promise<string> {
  const kept = `${file}.before-restore-${new Date(now).toISOString().slice(0, 19).replaceAll(":", "-")}`;
  await foldJournal(file);
  nameAgain(file, kept);
  // Of a store too damaged to be opened. It would be taken for the journal of the next.
  for (const suffix of ["-wal", "-shm"]) {
    const journal = `${file}${suffix}`;
    if ((statSync(journal, { throwIfNoEntry: false })?.size ?? 0) > 0)
      copyFileSync(journal, `${kept}${suffix}`);
    rmSync(journal, { force: true });
  }
  return kept;
}

async function foldJournal(file: string): Promise<void> {
  let connection: ReturnType<typeof connectLibsql> | undefined;
  try {
    connection = connectLibsql(file);
    // SQLite opens the journal with the first read, and carries nothing of one that is not open.
    await connection.execute("SELECT count(*) FROM sqlite_schema");
    await connection.executeMultiple("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // It is kept as it is, with its journal.
  } finally {
    connection?.close();
  }
}

function nameAgain(file: string, kept: string): void {
  try {
    linkSync(file, kept);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    // Some file systems know one name for a file only.
    copyFileSync(file, kept);
    keepFile(kept);
  }
}
