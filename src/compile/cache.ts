/**
 * What was compiled before: the second start evaluates nothing. On the way of every start, so it imports Node alone,
 * never the room's door, which brings compilers with it.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const FORMAT = 1;
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,79}$/;
/** A file written so shortly before it was read may have been written again in the same tick of the disk's clock. */
const SETTLED_MS = 50;

interface Fingerprint {
  /** From the root, or absolute. */
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly sha256: string;
}

interface Stored {
  readonly format: typeof FORMAT;
  readonly version: string;
  readonly node: string;
  readonly files: readonly Fingerprint[];
  /** The names in the folders it was made from, by which a new file shows. */
  readonly listings: readonly { readonly folder: string; readonly names: readonly string[] }[];
  readonly entry: unknown;
}

interface Folder {
  readonly root: string;
}

/**
 * The entry called `name`, if nothing it was made from has changed since. Looks at sizes and times, and at content
 * only where a time differs. `undefined` on any doubt: then compile.
 * @param version this package's version
 */
export function readCached({ root }: Folder, name: string, version: string): unknown {
  if (!NAME.test(name)) return undefined;
  try {
    const stored = JSON.parse(readFileSync(pathOf(root, name), "utf8")) as Stored;
    const isSameProgram =
      stored.format === FORMAT && stored.version === version && stored.node === process.version;
    if (!isSameProgram || stored.files.length === 0) return undefined;
    if (!stored.listings.every(({ folder, names }) => isSameListing(names, list(root, folder))))
      return undefined;
    return stored.files.every((print) => isFresh(root, print)) ? stored.entry : undefined;
  } catch {
    return undefined;
  }
}

/** What an entry rests on. */
export interface Basis {
  /** Every file it was made from, from the root or absolute. One that does not exist is remembered as missing. */
  readonly inputs: readonly string[];
  /** Folders, from the root, in which a new file could change it. */
  readonly folders: readonly string[];
  /** This package's version. */
  readonly version: string;
}

/** Remembers `entry`, plain data. It replaces an earlier one in one step, so a reader never sees half of it. */
export function writeCached(
  { root }: Folder,
  name: string,
  entry: unknown,
  { inputs, folders, version }: Basis,
): void {
  if (!NAME.test(name)) return;
  ensureMaestroFolder(root);
  const files = [...new Set(inputs)].sort().map((file) => fingerprint(root, file));
  const listings = folders.map((folder) => ({ folder, names: list(root, folder) }));
  const stored: Stored = { format: FORMAT, version, node: process.version, files, listings, entry };
  const path = pathOf(root, name);
  mkdirSync(dirname(path), { recursive: true });
  const written = `${path}.${process.pid}.${randomUUID()}.tmp`;
  try {
    writeFileSync(written, JSON.stringify(stored));
    renameSync(written, path);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
}

/** Creates `.maestro/`, for its owner alone, and keeps it out of git. Returns its path. */
export function ensureMaestroFolder(root: string): string {
  const folder = join(root, ".maestro");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return folder;
}

function pathOf(root: string, name: string): string {
  return join(root, ".maestro", "cache", `${name}.json`);
}

function list(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder)).sort();
  } catch {
    return [];
  }
}

function isSameListing(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

const MISSING = "missing";

function fingerprint(root: string, file: string): Fingerprint {
  const about = statSync(resolve(root, file), { throwIfNoEntry: false });
  if (!about) return { file, size: -1, mtimeMs: 0, sha256: MISSING };
  // Without a time its content is compared.
  const isSettled = Date.now() - about.mtimeMs > SETTLED_MS;
  return { file, size: about.size, mtimeMs: isSettled ? about.mtimeMs : -1, sha256: hashOf(root, file) };
}

function isFresh(root: string, { file, size, mtimeMs, sha256 }: Fingerprint): boolean {
  const about = statSync(resolve(root, file), { throwIfNoEntry: false });
  if (!about) return sha256 === MISSING;
  if (about.size !== size) return false;
  return about.mtimeMs === mtimeMs || hashOf(root, file) === sha256;
}

function hashOf(root: string, file: string): string {
  return createHash("sha256")
    .update(readFileSync(resolve(root, file)))
    .digest("hex");
}
