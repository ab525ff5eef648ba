import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** A file of the workspace whose text may be changed. */
export interface SourceFile {
  /** Absolute, with symbolic links followed. */
  readonly path: string;
  /** Without a byte order mark. */
  readonly text: string;
  /** The byte order mark that it begins with, or nothing. */
  readonly mark: "\ufeff" | "";
  /** When it was last written, Unix ms by the clock of its disk. */
  readonly writtenAt: number;
}

/**
 * The file `file` of the workspace at `root`.
 * @returns why it must not be changed, when it must not: its words end "was left as it is"
 */
export function openSource(root: string, file: string): SourceFile | string {
  try {
    const path = realpathSync(join(root, file));
    const own = relative(root, path).split(sep);
    if (own[0] === ".." || own.includes("node_modules")) return "is a link out of the workspace";
    accessSync(path, constants.W_OK);
    const { mtimeMs, ctimeMs } = statSync(path);
    const bytes = readFileSync(path);
    const whole = bytes.toString("utf8");
    if (!bytes.equals(Buffer.from(whole))) return "is not UTF-8";
    const mark = whole.startsWith("\ufeff") ? "\ufeff" : "";
    return { path, text: whole.slice(mark.length), mark, writtenAt: Math.max(mtimeMs, ctimeMs) };
  } catch (error) {
    return `cannot be written (${(error as NodeJS.ErrnoException).code})`;
  }
}

/**
 * Writes `text` in the place of the file's, in one step: whoever reads it sees the old or the new one, whole.
 * @returns why that was not possible, when it was not
 */
export function replaceText({ path, mark }: SourceFile, text: string): string | undefined {
  // It begins with a dot and ends otherwise than sources do, so that nothing takes it for one.
  const half = join(dirname(path), `.maestro-fix.${process.pid}.tmp`);
  try {
    const descriptor = openSync(half, "wx");
    try {
      writeFileSync(descriptor, mark + text);
      fchmodSync(descriptor, statSync(path).mode);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(half, path);
    return undefined;
  } catch (error) {
    rmSync(half, { force: true });
    return `cannot be written (${(error as NodeJS.ErrnoException).code})`;
  }
}
