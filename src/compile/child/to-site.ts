import { findSourceMap, type SourceMap } from "node:module";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Site } from "../../define/site.ts";

/** The folder of this package that a stack must not point into. */
const OWN = new URL(".", import.meta.url).href.replace(/compile\/child\/$/, "");

/** The path from `root` of a module of the workspace, with `/`; `undefined` for any other: packages, Node, Maestro. */
export function toFile(urlOrPath: string, root: string): string | undefined {
  if (urlOrPath.startsWith("node:") || urlOrPath.startsWith(OWN)) return undefined;
  const path = toPath(urlOrPath);
  if (path === undefined || !path.startsWith(root + sep)) return undefined;
  const file = relative(root, path).split(sep).join("/");
  return file.split("/").includes("node_modules") ? undefined : file;
}

/** `site` as a place in the source, its file a path from `root`; `undefined` when it is not in the workspace. */
export function toSite({ file, line, column }: Site, root: string, known?: SourceMap): Site | undefined {
  const own = toFile(file, root);
  if (own === undefined) return undefined;
  const map = known ?? findSourceMap(toPath(file)!) ?? findSourceMap(file);
  const source = map?.findEntry(line - 1, column - 1) as
    | { originalLine?: number; originalColumn?: number }
    | undefined;
  if (source?.originalLine === undefined) return { file: own, line, column };
  return { file: own, line: source.originalLine + 1, column: (source.originalColumn ?? 0) + 1 };
}

function toPath(urlOrPath: string): string | undefined {
  const bare = urlOrPath.replace(/\?.*$/s, "");
  if (!bare.startsWith("file:"))
    return bare.startsWith("/") || /^[A-Za-z]:[\\/]/.test(bare) ? bare : undefined;
  try {
    return fileURLToPath(bare);
  } catch {
    return undefined;
  }
}
