import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";

/**
 * Where in the author's source a task failed, as `scores/lib/git.ts:42:9`: the innermost frame of `stack` that lies in
 * the deployment's code. `undefined` when there is none, or its source map is gone.
 */
export function locateFailure(stack: string, root: string): string | undefined {
  const [, file, line, column] =
    /(\/[^\s()]*\.maestro\/cache\/code\/[0-9a-f]+\.mjs):(\d+):(\d+)/.exec(stack) ?? [];
  if (file === undefined) return undefined;
  try {
    const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
    const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!("originalSource" in entry)) return undefined;
    const source = relative(root, resolve(dirname(file), entry.originalSource));
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  } catch {
    return undefined;
  }
}
