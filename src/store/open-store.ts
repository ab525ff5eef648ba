import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { freeBallast, layBallast } from "./ballast.ts";
import { type Connection, connectLibsql } from "./connection.ts";
import { rememberFiles, type UsedFiles } from "./file-identity.ts";
import { type Found, inspectFile } from "./inspect-file.ts";
import { checkPages, inspectPages } from "./inspect-pages.ts";
import { journalRoom } from "./journal-room.ts";
import { LibsqlStore } from "./libsql-store.ts";
import { migrate } from "./migrate.ts";
import { lockOf, lockStore, type Owner } from "./owner-lock.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema-version.ts";
import type { Store } from "./store.ts";
import { storeError } from "./store-error.ts";
import { whileBusy } from "./while-busy.ts";
import { WriteQueue } from "./write-queue.ts";

export interface OpenStoreOptions {
  /** Absolute path of the libSQL file; made, with its folder, when it is missing. */
  readonly file: string;
  /** What an acknowledged write survives: `power` also the loss of power, `process` the end of the process. */
  readonly durability: "power" | "process";
  /** The folder of migrations, which lies elsewhere in the sources than in the package. */
  readonly migrations: string;
  /** What this process is doing, to be told to others who want the store. */
  readonly command?: string | undefined;
  /** Wait until no other process owns the store; otherwise that is an error. */
  readonly wait?: boolean | undefined;
  /** Called once when it has to wait. */
  readonly onWaiting?: ((owner: Owner) => void) | undefined;
  /** Unix time in milliseconds. */
  readonly now?: (() => number) | undefined;
  /** Stands between the store and the driver in tests. */
  readonly connect?: ((file: string) => Connection) | undefined;
}

/**
 * Opens the workspace's store and makes this process its owner until `close`.
 * @throws MaestroError MR1001…MR1007 when the file cannot be the store; then no file has changed. MR1008 or MR1009 when
 * it cannot be made or migrated
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { command, onWaiting, wait = false, now = Date.now } = options;
  const there = existsSync(options.file) ? realpathSync(options.file) : options.file;
  // A file that never was a store is refused before a lock file is laid beside it; one that was may be in use now.
  if (!existsSync(lockOf(there))) inspectFile(there);
  const file = toOnePath(there);
  const releaseLock = await lockStore({ file, command, wait, onWaiting, now });
  try {
    return await openOwned({ ...options, file, now }, releaseLock);
  } catch (error) {
    releaseLock();
    throw error;
  }
}

/** The same path for everybody, whatever links lead there: two names of a file must not have two locks. */
function toOnePath(file: string): string {
  if (existsSync(file)) return realpathSync(file);
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(realpathSync(folder), basename(file));
}

async function openOwned(
  { file, durability, migrations, now, connect = connectLibsql }: OpenStoreOptions & { now: () => number },
  releaseLock: () => void,
): Promise<Store> {
  const found = inspectFile(file);
  const version = found.kind === "nothing" ? 0 : await versionOf(file, found);
  const isToBeChecked = found.kind === "store" && found.isClean && found.bytes <= MOST_BYTES_CHECKED;
  const connection = connect(file);
  let files: UsedFiles | undefined;
  try {
    const reopen = async () => {
      await connection.reconnect();
      files?.reopened();
      await connection.executeMultiple(pragmas(durability));
    };
    // Before the first PRAGMA: what is damaged is not changed.
    if (isToBeChecked)
      await whileBusy({ reopen: () => connection.reconnect(), now }, () => checkPages(file, connection));
    await whileBusy({ reopen, now }, () =>
      connection.executeMultiple((version === 0 ? CREATION : "") + pragmas(durability)),
    );
    if (version !== SCHEMA_VERSION) await migrate({ connection, file, migrations, from: version });
    // Only now: where there is ballast there was a store, and an empty file beside it is not taken for a new one.
    layBallast(file, { isNew: version === 0 });
    files = rememberFiles(file, [lockOf(file)]);
    const checkFiles = files.check;
    checkFiles();
    const queue = new WriteQueue({
      connection,
      file,
      reopen,
      freeBallast: () => freeBallast(file),
      checkFiles,
      makeRoom: durability === "power" ? journalRoom(file) : undefined,
      now,
    });
    return new LibsqlStore({ file, connection, queue, checkFiles, releaseLock });
  } catch (error) {
    connection.close();
    throw storeError(file, error);
  }
}

/** Up to here everything is looked at whenever it is opened, for 0.5 ms of CPU per MB. */
const MOST_BYTES_CHECKED = 4 * 1024 * 1024;

/** What its last owner did not close is looked at before anything may change it: closing it would carry its journal in. */
async function versionOf(file: string, { version, isClean }: Extract<Found, { kind: "store" }>) {
  return isClean ? version : inspectPages(file, { isClean });
}

// Before WAL: the header of the file itself says whose it is before there is anything in it.
const CREATION = `PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${APPLICATION_ID};`;

/**
 * They belong to a connection, so a new one needs them again. The journal beside the file is carried into it at 16 MB
 * and not at SQLite's 4: a page that is written again and again is carried once, and single steps are 13 % faster.
 */
function pragmas(durability: "power" | "process"): string {
  return `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability === "power" ? "FULL" : "NORMAL"};
    PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000;`;
}
