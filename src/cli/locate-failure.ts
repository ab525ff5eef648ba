import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const CODE_FOLDER = ".maestro/cache/code";
/** A frame in the code of a deployment, whatever the folder of the workspace is called and however that is written. */
const FRAME = /[\\/]\.maestro[\\/]cache[\\/]code[\\/]([0-9a-f]+\.mjs):(\d+):(\d+)/;

/**
 * Where in the author's source a task failed, as `scores/lib/git.ts:42:9`: the innermost frame of `stack` that lies in
 * the deployment's code. `undefined` when there is none, or its source map is gone.
 */
export function locateFailure(stack: string, root: string): string | undefined {
  const [, file, line, column] = FRAME.exec(stack) ?? [];
  if (file === undefined) return undefined;
  try {
    const folder = join(root, CODE_FOLDER);
    const map = new SourceMap(JSON.parse(readFileSync(join(folder, `${file}.map`), "utf8")));
    const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!("originalSource" in entry)) return undefined;
    // A source map names files as URLs do.
    const source = relative(root, fileURLToPath(new URL(entry.originalSource, pathToFileURL(`${folder}/`))));
    return `${source.split(sep).join("/")}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  } catch {
    return undefined;
  }
}
