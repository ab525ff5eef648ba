import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { readJsonc } from "../read-jsonc.ts";

/** What a tsconfig.json says about where its files are. */
export interface Project {
  /** The file itself and everything it extends, absolute. */
  readonly configs: readonly string[];
  /** What it names without a pattern: files, or folders; absolute. They need not be there. */
  readonly named: readonly string[];
  /** The folders in which a new file could belong to it, absolute. */
  readonly folders: readonly string[];
}

interface Written {
  readonly extends?: unknown;
  readonly include?: unknown;
  readonly files?: unknown;
}

/** Somebody's circle of `extends` is tsc's to report. */
const MOST_CONFIGS = 20;

/** Reads the tsconfig.json at `root`; `undefined` when there is none. What is wrong with it is tsc's to say. */
export function readProject(root: string): Project | undefined {
  const first = join(root, "tsconfig.json");
  if (!existsSync(first)) return undefined;
  const configs: string[] = [];
  const patterns = collect(first, { root, configs }) ?? [join(root, "**/*")];
  const named = patterns.filter((pattern) => !WILD.test(pattern));
  return { configs, named, folders: [...new Set(patterns.map(toFolder))] };
}

const WILD = /[*?]/;

/** Adds `file` and what it extends to `configs`; gives its patterns, absolute, or those it inherits. */
function collect(
  file: string,
  { root, configs }: { readonly root: string; readonly configs: string[] },
): string[] | undefined {
  if (configs.length >= MOST_CONFIGS || configs.includes(file)) return undefined;
  configs.push(file);
  const written = (readJsonc(file) ?? {}) as Written;
  const parents = [written.extends].flat().filter((one) => typeof one === "string");
  const inherited = parents.map((parent) => {
    const path = resolveParent(file, parent);
    return path === undefined ? undefined : collect(path, { root, configs });
  });
  if (written.include === undefined && written.files === undefined) return inherited.findLast(Boolean);
  const own = [written.include, written.files].flat().filter((one) => typeof one === "string");
  return own.map((pattern) =>
    resolve(
      dirname(file),
      pattern.replace(/^\$\{configDir\}/, () => root),
    ),
  );
}

/** As tsc: a path from the file, with or without its ending, or the config of a package. */
function resolveParent(file: string, parent: string): string | undefined {
  const isPath = /^(?:\.{0,2}[\\/]|[A-Za-z]:|\.{1,2}$)/.test(parent);
  if (isPath) {
    const path = resolve(dirname(file), parent);
    return path.endsWith(".json") ? path : `${path}.json`;
  }
  const require = createRequire(file);
  for (const candidate of [parent, `${parent}.json`, `${parent}/tsconfig.json`]) {
    try {
      const path = require.resolve(candidate);
      if (path.endsWith(".json")) return path;
    } catch {
      // The next candidate may be there.
    }
  }
  return undefined;
}

/** The part of a pattern before its first `*` or `?`: `/w/src` of `/w/src/x-*.ts`. A plain name is a folder or a file. */
function toFolder(pattern: string): string {
  const wild = pattern.search(WILD);
  return wild < 0 ? pattern : dirname(`${pattern.slice(0, wild)}x`);
}
