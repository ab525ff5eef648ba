import { findSourceMap, type SourceMap } from "node:module";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Site } from "../../define/site.ts";

/** The folder of this package that a stack must not point into. */
const OWN = new URL(".", import.meta.url).href.replace(/compile\/child\/$/, "");

/** The path from `root` of a module of the workspace, with `/`; `undefined` for any other: packages, Node, Maestro. */
export function toFile(urlOrPath: string, root: string): string | undefined {
  answerFor(root);
  const known = withoutVersion(urlOrPath);
  if (files.has(known)) return files.get(known);
  const path = toForeignPath(known);
  const file = path?.startsWith(root + sep) ? fromRoot(path, root) : undefined;
  files.set(known, file);
  return file;
}

/** A module that is loaded anew is the same file. */
export function withoutVersion(urlOrPath: string): string {
  const at = urlOrPath.startsWith("file:") ? urlOrPath.indexOf("?") : -1;
  return at < 0 ? urlOrPath : urlOrPath.slice(0, at);
}

/** What was answered for the one workspace of this process: every node of a file, every import of it asks again. */
const files = new Map<string, string | undefined>();
const inputs = new Map<string, string | undefined>();
let answersOf: string | undefined;

function answerFor(root: string): void {
  if (root === answersOf) return;
  files.clear();
  inputs.clear();
  answersOf = root;
}

/**
 * The path from `root` of a module that somebody works on, with `/`: in the workspace, or beside it, such as a package
 * of the same repository that is linked (`../../packages/schemas/index.ts`). `undefined` for what is installed.
 */
export function toInput(urlOrPath: string, root: string): string | undefined {
  answerFor(root);
  const known = withoutVersion(urlOrPath);
  if (inputs.has(known)) return inputs.get(known);
  const path = toForeignPath(known);
  const file = path && fromRoot(path, root);
  inputs.set(known, file);
  return file;
}

/** The path of a module that is neither Node's nor ours. */
function toForeignPath(urlOrPath: string): string | undefined {
  return urlOrPath.startsWith("node:") || urlOrPath.startsWith(OWN) ? undefined : toPath(urlOrPath);
}

function fromRoot(path: string, root: string): string | undefined {
  const file = relative(root, path).split(sep).join("/");
  return file.split("/").includes("node_modules") ? undefined : file;
}

/** `site` as a place in the source, its file a path from `root`; `undefined` when it is not in the workspace. */
export function toSite({ file, line, column }: Site, root: string, known?: SourceMap): Site | undefined {
  const own = toFile(file, root);
  if (own === undefined) return undefined;
  // Where types are stripped nothing has moved, and a thousand files need not be looked up.
  if (!process.sourceMapsEnabled && !known) return { file: own, line, column };
  // By the path Node knows the first of its versions.
  const versioned = file.includes("?") ? findSourceMap(file) : undefined;
  const map = known ?? versioned ?? findSourceMap(toPath(file)!) ?? findSourceMap(file);
  const source = map?.findEntry(line - 1, column - 1) as
    | { originalLine?: number; originalColumn?: number }
    | undefined;
  if (source?.originalLine === undefined) return { file: own, line, column };
  return { file: own, line: source.originalLine + 1, column: (source.originalColumn ?? 0) + 1 };
}

function toPath(urlOrPath: string): string | undefined {
  if (!urlOrPath.startsWith("file:"))
    return urlOrPath.startsWith("/") || /^[A-Za-z]:[\\/]/.test(urlOrPath) ? urlOrPath : undefined;
  try {
    return fileURLToPath(urlOrPath.replace(/\?.*$/s, ""));
  } catch {
    return undefined;
  }
}
