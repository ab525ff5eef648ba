import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { MaestroError } from "../diagnostics/maestro-error.ts";
import { ballastOf } from "./ballast.ts";
import { checkBeside } from "./in-the-way.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema-version.ts";

/** What stands where the store is to be. `isClean` is false when its last owner did not close it. */
export type Found =
  | { readonly kind: "nothing" }
  | {
      readonly kind: "store";
      readonly version: number;
      readonly bytes: number;
      readonly isClean: boolean;
    };

const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
/** The header, and the start of the first page of tables behind it. */
const PEEK_BYTES = HEADER_BYTES + 8;

/**
 * Looks at `file` without a database connection and changes nothing. Never to be called while this process has a
 * connection to the file: closing a descriptor of it would drop the connection's locks (S5).
 * @throws MaestroError MR1001…MR1006 when Maestro cannot or must not use it
 */
export function inspectFile(file: string): Found {
  const stats = statOf(file);
  checkBeside(file);
  const isClean = (statOf(`${file}-wal`)?.size ?? 0) === 0;
  if (stats === undefined) {
    // SQLite would throw the journal away, and with it what was acknowledged last.
    if (!isClean) throw new MaestroError("MR1004", { file, detail: "only its journal is left" });
    checkFolder(file);
    return { kind: "nothing" };
  }
  if (stats.isDirectory()) throw new MaestroError("MR1001", { file });
  if (!stats.isFile()) throw new MaestroError("MR1003", { file, found: "a device or a pipe" });
  if (!isAllowed(file, constants.R_OK))
    throw new MaestroError("MR1002", { file, reason: "permission denied" });
  if (stats.size === 0 && (!isClean || existsSync(ballastOf(file))))
    throw new MaestroError("MR1004", { file, detail: "nothing is left of it" });
  const version = stats.size === 0 ? 0 : versionOf(file, { size: stats.size, isClean });
  if (!isAllowed(file, constants.W_OK)) throw new MaestroError("MR1006", { file });
  checkFolder(file);
  return version === 0 && isClean
    ? { kind: "nothing" }
    : { kind: "store", version, bytes: stats.size, isClean };
}

/** The schema version in the header; 0 when no table was made yet. */
function versionOf(file: string, { size, isClean }: { size: number; isClean: boolean }): number {
  const head = peek(file);
  if (head.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    if (existsSync(ballastOf(file)))
      throw new MaestroError("MR1004", { file, detail: "its header is overwritten" });
    throw new MaestroError("MR1003", {
      file,
      found: isText(head) ? "a text file" : "of a format unknown to SQLite",
    });
  }
  if (head.length < PEEK_BYTES)
    throw new MaestroError("MR1004", { file, detail: "it is cut off within its header" });
  const application = head.readUInt32BE(68);
  const version = head.readUInt32BE(60);
  if (application !== APPLICATION_ID && !(application === 0 && version === 0 && isWithoutTables(head))) {
    throw new MaestroError("MR1003", { file, found: "the SQLite database of another program" });
  }
  if (version > SCHEMA_VERSION)
    throw new MaestroError("MR1005", { file, found: version, known: SCHEMA_VERSION });
  // 1 is a rollback journal and 2 is WAL; a database of a later format is read and never written.
  if (![18, 19].every((at) => head.readUInt8(at) === 1 || head.readUInt8(at) === 2))
    throw new MaestroError("MR1004", { file, detail: "its header is of no known format" });
  const pageBytes = toPageBytes(head.readUInt16BE(16));
  if (pageBytes === undefined)
    throw new MaestroError("MR1004", { file, detail: "its header has no page size" });
  // An unclean one may lack pages that still are in its journal.
  if (isClean && size < pageBytes * head.readUInt32BE(28))
    throw new MaestroError("MR1004", { file, detail: "it is cut off" });
  return version;
}

/** 512 to 65,536, where 1 stands for the last. @see https://www.sqlite.org/fileformat2.html#page_size */
function toPageBytes(field: number): number | undefined {
  const bytes = field === 1 ? 65_536 : field;
  return bytes >= 512 && (bytes & (bytes - 1)) === 0 ? bytes : undefined;
}

/** The first page is a leaf of the list of tables, and has no entry. */
function isWithoutTables(head: Buffer): boolean {
  return head.readUInt8(HEADER_BYTES) === 0x0d && head.readUInt16BE(HEADER_BYTES + 3) === 0;
}

function isText(head: Buffer): boolean {
  return !head.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}

function peek(file: string): Buffer {
  const fd = openSync(file, "r");
  try {
    const head = Buffer.alloc(PEEK_BYTES);
    return head.subarray(0, readSync(fd, head, 0, PEEK_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}

/** The folder takes the journal, so it has to be writable too. One that is missing will be made. */
function checkFolder(file: string): void {
  let folder = dirname(file);
  let stats = statOf(folder);
  while (stats === undefined && folder !== dirname(folder)) {
    folder = dirname(folder);
    stats = statOf(folder);
  }
  if (!stats?.isDirectory()) throw new MaestroError("MR1002", { file, reason: `${folder} is not a folder` });
  if (!isAllowed(folder, constants.W_OK | constants.X_OK)) throw new MaestroError("MR1006", { file });
}

/** `undefined` when nothing is there. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "EACCES" ? "permission denied" : `${code}`;
    throw new MaestroError("MR1002", { file: path, reason }, { cause });
  }
}

/** Asks the system, which also knows of read-only file systems and immutable files, where even root must not write. */
function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
