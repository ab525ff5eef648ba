import { readFileSync, statSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join, posix } from "node:path";
import { type Job, MANY_FILES, type Stripped } from "./child/protocol.ts";

/** More takes longer than the start it is hidden behind, and whoever strips those does the others as well. */
const MOST_BYTES = 256 * 1024;
const TYPESCRIPT = /\.m?ts$/;
const IMPORTED = /\bfrom\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

/**
 * The files of a small job without their types, and those that they import by a path: done while the process that
 * evaluates them starts. What strips takes 25 ms to load, so a process that need not do it is ready so much earlier.
 *
 * It compares the sources with what it reads, and does itself what is not here.
 */
export function stripAhead({ root, files, loader }: Job): readonly Stripped[] {
  if (loader !== "strip" || files.length >= MANY_FILES) return [];
  const stripped: Stripped[] = [];
  const wanted = new Set(files.map(({ file }) => file));
  let rest = MOST_BYTES;
  for (const file of wanted) {
    const source = TYPESCRIPT.test(file) ? readShort(join(root, file), rest) : undefined;
    if (source === undefined) continue;
    rest -= source.length;
    const code = strip(source);
    if (code !== undefined) stripped.push({ file, source, code });
    for (const [, path] of source.matchAll(IMPORTED)) wanted.add(posix.join(posix.dirname(file), path!));
  }
  return stripped;
}

/** What a file holds, `undefined` when it has more than `most` bytes or cannot be read. */
function readShort(path: string, most: number): string | undefined {
  try {
    const about = statSync(path);
    return about.isFile() && about.size <= most ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** `undefined` when it cannot be stripped: the process that evaluates it says why. */
function strip(source: string): string | undefined {
  const { emitWarning } = process;
  // Node says once that it may change: with what Node runs us, it is there.
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
