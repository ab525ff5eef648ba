import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { toColors } from "../../support/colors.ts";
import type { LogLine } from "../../tui/source.ts";
import { toLogText } from "../orchestrator/to-log-text.ts";

/** Below the workspace; `maestro start` writes there. */
const LOGS = ".maestro/logs";
/** As much of the newest file as a screen shows. */
const MOST_BYTES = 128 * 1024;
const LOG = /^orchestrator.*\.log$/;
const STAMP = "00:00:00 ".length;

/** The end of the log that an orchestrator writes, read again when there is more of it. */
export class ReadLogs {
  readonly #folder: string;
  #seen = "";
  #lines: readonly LogLine[] = [];

  constructor(root: string) {
    this.#folder = join(root, LOGS);
  }

  /** The newest first; none where nobody writes a log. */
  async read(): Promise<readonly LogLine[]> {
    try {
      const newest = await newestIn(this.#folder);
      if (!newest) return [];
      const seen = `${newest.path} ${newest.size}`;
      if (seen !== this.#seen) this.#lines = await readEnd(newest.path, newest.size);
      this.#seen = seen;
    } catch {
      // Taken away between two looks: what was read stands.
    }
    return this.#lines;
  }
}

async function newestIn(folder: string): Promise<{ path: string; size: number } | undefined> {
  const names = (await readdir(folder)).filter((name) => LOG.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), ...(await statOf(join(folder, name))) })),
  );
  return files.toSorted((a, b) => b.mtimeMs - a.mtimeMs)[0];
}

async function statOf(path: string): Promise<{ readonly size: number; readonly mtimeMs: number }> {
  const { size, mtimeMs } = await stat(path);
  return { size, mtimeMs };
}

async function readEnd(path: string, size: number): Promise<LogLine[]> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const length = Math.min(size, MOST_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.toString("utf8", 0, bytesRead).split("\n");
    // The first may have been cut.
    return lines
      .slice(length < size ? 1 : 0)
      .flatMap(toLine)
      .reverse();
  } finally {
    await file?.close();
  }
}

function toLine(line: string): LogLine[] {
  if (line.trim() === "") return [];
  try {
    const { time } = JSON.parse(line) as { readonly time: string };
    return [{ at: Date.parse(time), text: toLogText(line, toColors(false)).slice(STAMP).trimEnd() }];
  } catch {
    return [];
  }
}
