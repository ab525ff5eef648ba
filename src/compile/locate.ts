import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ts as TS } from "ts-morph";
import type { Site } from "../define/site.ts";
import type { Place } from "../diagnostics/index.ts";
import { Syntax } from "./syntax.ts";

/** What to find: the call that starts at the first of `sites`, and from its options on the way `path`. */
export interface Wanted {
  readonly sites: readonly Site[];
  readonly path?: readonly (string | number)[] | undefined;
  /**
   * The key at the end of the way instead of its value; or, without a way, the expression and not the const it is given
   * to; or what is read or called at the site, with what it is a part of: `Date.now`, `new Date()`.
   */
  readonly aim?: "key" | "expression" | "access" | undefined;
  /** The last field of this name in what was found, `score` in `gte(research.output.score, 1)`. */
  readonly field?: string | undefined;
  /** The string in what was found, `"refnd"` in `kind.is("refnd")`. */
  readonly literal?: string | undefined;
}

/** Finds exact places in source. Each file is parsed once, when it is first asked for. */
export interface Locator {
  /** The nearest thing to what is wanted: at worst the call site. `undefined` without a site. */
  find(wanted: Wanted): Place | undefined;
  /** What is found, as its author wrote it and without casts: `found.output.name`. `undefined` for anything but names and fields. */
  words(wanted: Wanted): string | undefined;
  /** The const that is given what is called at the first of `sites`. */
  nameOf(sites: readonly Site[]): string | undefined;
  /** The first assignment to `name`, which may be `JSON.stringify`. */
  findAssignment(file: string, name: string): Place | undefined;
  /** The file as it is written; `undefined` when it cannot be read. */
  open(file: string): Syntax | undefined;
  /** The specifier of an import, or the name it imports; else the beginning of the file. */
  findImport(file: string, specifier: string, name?: string): Place;
  /** What follows `export default`; else the beginning of the file. */
  findDefaultExport(file: string): Place;
  /** The first `await` or `throw` outside functions; else the beginning of the file. */
  findTopLevel(file: string, what: "await" | "throw"): Place;
}

const LARGEST_BYTES = 2 * 2 ** 20;

/** A locator for the workspace at `root`. Without ts-morph it knows call sites alone. */
export async function toLocator(root: string): Promise<Locator> {
  const ts = await import("ts-morph").then(
    (module) => module.ts,
    () => undefined,
  );
  const parsed = new Map<string, Syntax | undefined>();
  const syntaxOf = (file: string): Syntax | undefined => {
    if (!ts) return undefined;
    if (!parsed.has(file)) parsed.set(file, parse(ts, root, file));
    return parsed.get(file);
  };
  const orStart = (file: string, place: Place | undefined): Place => place ?? { file, line: 1, column: 1 };
  return {
    find(wanted) {
      const site = wanted.sites[0];
      return site && (syntaxOf(site.file)?.find(site, wanted) ?? toPlace(site));
    },
    words(wanted) {
      const site = wanted.sites[0];
      return site && syntaxOf(site.file)?.words(site, wanted);
    },
    nameOf: ([site]) => site && syntaxOf(site.file)?.nameAt(site),
    findAssignment: (file, name) => syntaxOf(file)?.findAssignment(name),
    open: syntaxOf,
    findImport: (file, specifier, name) => orStart(file, syntaxOf(file)?.findImport(specifier, name)),
    findDefaultExport: (file) => orStart(file, syntaxOf(file)?.findDefaultExport()),
    findTopLevel: (file, what) => orStart(file, syntaxOf(file)?.findTopLevel(what)),
  };
}

function parse(ts: typeof TS, root: string, file: string): Syntax | undefined {
  try {
    const path = join(root, file);
    if (statSync(path).size > LARGEST_BYTES) return undefined;
    // Columns are counted without a byte order mark.
    const text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
    return new Syntax(ts, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  } catch {
    return undefined;
  }
}

function toPlace({ file, line, column }: Site): Place {
  return { file, line, column };
}
