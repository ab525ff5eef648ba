import { isAbsolute, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";

const NAME = "__maestroPlace";
/** The URL of the workspace's folder, with `/` at its end: whoever loads a bundle says where the workspace is. */
const ROOT = Symbol.for("maestro.root");

/** For esbuild's `define`: where a module is, is where its source is, and not where the bundle is. */
export const PLACE_DEFINES: Readonly<Record<string, string>> = {
  "import.meta.url": `${NAME}.url`,
  "import.meta.filename": `${NAME}.filename`,
  "import.meta.dirname": `${NAME}.dirname`,
};

/** Does `code`, as esbuild writes it, ask where it is? */
export function asksForPlace(code: string): boolean {
  return code.includes("import.meta");
}

/**
 * The source of the module at `path` with its own place at hand, in front of its first line. It is put together when the
 * module is loaded: the code holds the path from the workspace's root alone, so it is the same in every folder.
 */
export function withOwnPlace(source: string, path: string, root: string): string {
  if (!/\bmeta\b/.test(source)) return source;
  const own = relative(root, path);
  const url = isAbsolute(own) ? pathToFileURL(path).href : own.split(sep).map(encodeURIComponent).join("/");
  return `${placeOf(url)}${source.replace(/^#!.*/, "")}`;
}

function placeOf(url: string): string {
  // A module may have names of its own for what belongs to the language.
  return `const ${NAME}=/*@__PURE__*/(g=>{const {href:url}=new g.URL(${JSON.stringify(url)},g[g.Symbol.for(${JSON.stringify(Symbol.keyFor(ROOT))})]);const get=g.process.getBuiltinModule;const filename=get("node:url").fileURLToPath(url);return {url,filename,dirname:get("node:path").dirname(filename)}})(globalThis);`;
}
