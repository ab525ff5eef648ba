import { lstatSync } from "node:fs";
import { type ResolveFnOutput, type ResolveHookSync, registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { withLateLocales } from "./late-locales.ts";
import type { ModuleVersions } from "./module-versions.ts";
import { nodeAtWork } from "./node-at-work.ts";
import type { ImportEdge } from "./protocol.ts";
import type { StrippedTexts } from "./stripped-texts.ts";
import { toInput, withoutVersion } from "./to-site.ts";

/** An import that could not be resolved. */
export interface MissingImport {
  readonly specifier: string;
  readonly from: string | undefined;
}

/** What was imported since it was last asked, and which imports could not be resolved. */
export interface ImportRecord {
  take(): ImportEdge[];
  /** Files may have come or gone: what a path leads to is found out anew. */
  forgetPaths(): void;
  /** The modules of installed packages that files of the workspace imported since then, as paths. */
  takePackages(): string[];
  /** The import that `thrown` is about. */
  missing(thrown: unknown): MissingImport | undefined;
  /** The import that first led to the module with this URL, installed packages included. */
  cameFrom(url: string): { readonly parent: string; readonly specifier: string } | undefined;
}

interface Recording {
  readonly versions: ModuleVersions;
  /** Where types are stripped by us, and not by Node or tsx. */
  readonly texts: StrippedTexts | undefined;
  /** Called for each import of any file: the module being loaded is not stuck. */
  readonly onProgress: () => void;
}

/** Notes every import between files of the workspace and those beside it, as it is resolved. */
export function recordImports(root: string, { versions, texts, onProgress }: Recording): ImportRecord {
  let edges: ImportEdge[] = [];
  const packages = new Set<string>();
  const firsts = new Map<string, { readonly parent: string; readonly specifier: string }>();
  const missing = new WeakMap<object, MissingImport>();
  const { resolve: resolveOnce, forgetPaths } = toResolver();
  const record: ImportRecord = {
    missing: (thrown) => (typeof thrown === "object" && thrown !== null ? missing.get(thrown) : undefined),
    take() {
      const taken = edges;
      edges = [];
      return taken;
    },
    takePackages() {
      const taken = [...packages];
      packages.clear();
      return taken;
    },
    cameFrom: (url) => firsts.get(url),
    forgetPaths,
  };
  registerHooks({
    resolve(specifier, context, next) {
      onProgress();
      const parent = context.parentURL;
      const from = parent === undefined ? undefined : toInput(parent, root);
      nodeAtWork.imports++;
      try {
        const resolved = resolveOnce(specifier, context, next);
        const to = from && toInput(resolved.url, root);
        if (from && to === undefined && resolved.url.startsWith("file:")) packages.add(resolved.url);
        if (from && to) edges[edges.length] = { from, specifier, to };
        if (parent !== undefined && !firsts.has(resolved.url))
          firsts.set(resolved.url, { parent, specifier });
        // What is required is known by its path alone.
        if (context.conditions?.includes("require")) return resolved;
        const url = versions.current(resolved.url);
        return url === resolved.url ? resolved : { ...resolved, url };
      } catch (error) {
        if (typeof error === "object" && error !== null) missing.set(error, { specifier, from });
        throw error;
      } finally {
        nodeAtWork.imports--;
      }
    },
    load(url, context, next) {
      nodeAtWork.imports++;
      try {
        const known = texts?.known(url);
        if (known) return known;
        const read = withLateLocales(url, next(url, context));
        return texts ? texts.strip(url, read) : read;
      } finally {
        nodeAtWork.imports--;
      }
    },
  });
  return record;
}

/**
 * Finds what is imported; what a name leads to from one folder is found once: every score asks for the same few, and Node
 * looks through folders and `package.json`s each time. A package stays where it is for the life of this process.
 */
function toResolver(): { readonly resolve: ResolveHookSync; readonly forgetPaths: () => void } {
  const packages = new Map<string, ResolveFnOutput>();
  const paths = new Map<string, ResolveFnOutput>();
  /** Definitions, which are imported by their own URLs. */
  const entries = new Map<string, ResolveFnOutput>();
  const resolve: ResolveHookSync = (specifier, context, next) => {
    // `require` gives no attributes, and its conditions as a set.
    const { parentURL, importAttributes = {}, conditions = [] } = context;
    if (specifier.startsWith("file:")) {
      const url = withoutVersion(specifier);
      const entry = entries.get(url);
      if (entry && isFile(url)) return entry;
      const found = next(specifier, context);
      // A link is another file than the one that is loaded.
      if (found.url === specifier) entries.set(url, { ...found, url, shortCircuit: true });
      return found;
    }
    const known = PACKAGE.test(specifier) ? packages : PATH.test(specifier) ? paths : undefined;
    if (!known || parentURL === undefined || Object.keys(importAttributes).length > 0)
      return next(specifier, context);
    const key = `${parentURL.slice(0, parentURL.lastIndexOf("/"))} ${specifier} ${[...conditions].join(" ")}`;
    const before = known.get(key);
    if (before) return before;
    const found = { ...next(specifier, context), shortCircuit: true };
    known.set(key, found);
    return found;
  };
  return { resolve, forgetPaths: () => paths.clear() };
}

/** Is it still a file itself, and no link to one? */
function isFile(url: string): boolean {
  return lstatSync(fileURLToPath(url), { throwIfNoEntry: false })?.isFile() ?? false;
}

const PACKAGE = /^[@a-z][^:]*$/i;
const PATH = /^\.{1,2}\//;
