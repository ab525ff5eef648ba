/**
 * What was compiled before: the second start evaluates nothing. On the way of every start, so it imports Node alone,
 * never the room's door, which brings compilers with it.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

const FORMAT = 3;
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,79}$/;
/** A file written so shortly before it was read may have been written again in the same tick of the disk's clock. */
const SETTLED_MS = 50;
/** The longest that `diskTime` waits for that clock: a disk that counts whole seconds is not waited for. */
const LONGEST_TICK_MS = 50;

interface Fingerprint {
  /** From the root, or absolute. */
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** When the disk last wrote it down. Unlike the other time, nobody can set it. */
  readonly ctimeMs: number;
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

/** The entry called `name` as it was remembered last, whatever has changed since. */
export function readLast({ root }: Folder, name: string): unknown {
  try {
    const { format, entry } = JSON.parse(readFileSync(pathOf(root, name), "utf8")) as Stored;
    return format === FORMAT ? entry : undefined;
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
  /**
   * When the first of it was read, by `diskTime`. What was written since may not be what was read, so nothing is
   * remembered then.
   */
  readonly startedAt?: number | undefined;
  /** Those of `inputs` that this process wrote itself, whenever it was. */
  readonly written?: readonly string[] | undefined;
  /** What `hashesOf` gave since `startedAt`: what was written later is remembered in no case. */
  readonly hashes?: ReadonlyMap<string, string> | undefined;
}

/** The hash of what each of `files` holds, for whoever has time before the answer is there. */
export function hashesOf({ root }: Folder, files: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of files) {
    try {
      found.set(file, hashOf(root, file));
    } catch {
      // It is asked for again when it is to be remembered.
    }
  }
  return found;
}

/**
 * Remembers `entry`, plain data. It replaces an earlier one in one step, so a reader never sees half of it.
 * Never throws: a workspace that cannot be written to has no cache.
 */
export function writeCached(
  { root }: Folder,
  name: string,
  entry: unknown,
  { inputs, folders, version, startedAt, written = [], hashes }: Basis,
): void {
  if (!NAME.test(name)) return;
  const path = pathOf(root, name);
  const half = `${path}.${process.pid}.${randomUUID()}.tmp`;
  try {
    ensureMaestroFolder(root);
    const known = startedAt === undefined ? undefined : hashes;
    const files = [...new Set(inputs)]
      .sort()
      .map((file) => fingerprint(root, file, { isOurs: written.includes(file), known: known?.get(file) }));
    const listings = folders.map((folder) => ({ folder, names: list(root, folder) }));
    // Looked at last: what is written from here on has another fingerprint than the one above.
    const looked = [
      ...files.filter(({ file }) => !written.includes(file)).map(({ file }) => file),
      ...folders,
    ];
    if (startedAt !== undefined && looked.some((file) => wasWrittenSince(startedAt, root, file))) return;
    const stored: Stored = { format: FORMAT, version, node: process.version, files, listings, entry };
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(half, JSON.stringify(stored));
    renameSync(half, path);
  } catch {
    remove(half);
  }
}

/** Forgets the entry called `name`. Never throws. */
export function forgetCached({ root }: Folder, name: string): void {
  if (NAME.test(name)) remove(pathOf(root, name));
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // In a workspace that cannot be written to it stays.
  }
}

/**
 * The time, by the clock that stamps the workspace's files: it ticks more slowly than ours, and on a network drive it
 * is another computer's. Every file written from now on is stamped with this or more.
 */
export function diskTime({ root }: Folder): number {
  try {
    const file = join(ensureMaestroFolder(root), "cache", "clock");
    mkdirSync(dirname(file), { recursive: true });
    const giveUpAt = performance.now() + LONGEST_TICK_MS;
    for (;;) {
      writeFileSync(file, ".");
      const { mtimeMs } = statSync(file);
      // Making our folder just now wrote the root: that has to be over.
      if (mtimeMs > statSync(root).mtimeMs || performance.now() > giveUpAt) return mtimeMs;
    }
  } catch {
    return Date.now();
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

function fingerprint(
  root: string,
  file: string,
  { isOurs, known }: { readonly isOurs: boolean; readonly known: string | undefined },
): Fingerprint {
  const about = statSync(resolve(root, file), { throwIfNoEntry: false });
  if (!about) return { file, size: -1, mtimeMs: 0, ctimeMs: 0, sha256: MISSING };
  // Without a time its content is compared. Nobody but us writes what is ours, so there its time says enough.
  const isSettled = isOurs || Date.now() - lastWritten(about) > SETTLED_MS;
  const { size, mtimeMs, ctimeMs } = about;
  return { file, size, mtimeMs: isSettled ? mtimeMs : -1, ctimeMs, sha256: known ?? hashOf(root, file) };
}

function isFresh(root: string, { file, size, mtimeMs, ctimeMs, sha256 }: Fingerprint): boolean {
  const about = statSync(resolve(root, file), { throwIfNoEntry: false });
  if (!about) return sha256 === MISSING;
  if (about.size !== size) return false;
  return (about.mtimeMs === mtimeMs && about.ctimeMs === ctimeMs) || hashOf(root, file) === sha256;
}

/** Was the file or folder written at `time` or later? Of one that is not there: was it taken out of its folder? */
function wasWrittenSince(time: number, root: string, file: string): boolean {
  const path = resolve(root, file);
  const about = statSync(path, { throwIfNoEntry: false });
  if (about) return lastWritten(about) >= time;
  const parent = dirname(path);
  // The root, and the folders around it, change for reasons of their own.
  if (!parent.startsWith(root + sep)) return false;
  const folder = statSync(parent, { throwIfNoEntry: false });
  return folder !== undefined && lastWritten(folder) >= time;
}

function lastWritten({ mtimeMs, ctimeMs }: { readonly mtimeMs: number; readonly ctimeMs: number }): number {
  return Math.max(mtimeMs, ctimeMs);
}

function hashOf(root: string, file: string): string {
  return createHash("sha256")
    .update(readFileSync(resolve(root, file)))
    .digest("hex");
}
