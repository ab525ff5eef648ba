import type { Finding } from "../../define/finding.ts";
import type { DefinitionFile, Failure, LoadedFile } from "../child/protocol.ts";
import type { Evaluated } from "../evaluate-files.ts";
import { LiveImportGraph } from "../import-graph.ts";

/** A file that is another one than before, by its path from the root. */
export interface SourceChange {
  readonly file: string;
  readonly is: "added" | "changed" | "removed";
}

/** What a change asks for. */
export interface Round {
  /** The definitions to evaluate. */
  readonly files: readonly DefinitionFile[];
  /** Every module that must be loaded anew, so that no two of them see different states of a third. */
  readonly stale: readonly string[];
  /** Definitions that are there no longer. */
  readonly removed: readonly string[];
  /** Nothing that was loaded before may be used. */
  readonly isFresh: boolean;
}

/** What modules do while they are loaded: told of the file that is loaded, once, and not again while it stays loaded. */
const WHILE_LOADED: ReadonlySet<string> = new Set(["MS1008", "MS1012"]);
/** Files that decide how all others are understood, and packages. */
const SURROUNDING =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|tsconfig[\w.-]*\.json)$|(?:^|\/)node_modules\//;
/** Does `file` decide on all others? */
export function isSurrounding(file: string): boolean {
  return SURROUNDING.test(file);
}

/** Node knows these modules by their paths alone: only another process loads them anew. */
const BY_PATH = /\.(?:c[jt]s|js|jsx|node)$/;

/**
 * What is known of the files of a workspace, and what of it a change makes worth knowing again. Pure: it reads nothing
 * and evaluates nothing.
 */
export class LiveFiles {
  readonly graph = new LiveImportGraph();
  #loaded = new Map<string, LoadedFile>();
  /** Every file that was ever loaded: processes have it as it was, also when nobody imports it any more, or it was gone. */
  readonly #seen = new Set<string>();

  get loaded(): readonly LoadedFile[] {
    return [...this.#loaded.values()];
  }

  /** Does a change of `file` matter? Any new one may be what an import was waiting for. */
  isKnown(file: string): boolean {
    return this.#loaded.has(file) || this.#seen.has(file) || isSurrounding(file);
  }

  /** Is anything missing that another file could be, or was? */
  get isIncomplete(): boolean {
    return this.loaded.some(({ failures }) => failures.some(isAboutImport));
  }

  /** Definitions that failed: any file that comes may be what they wait for. */
  get failing(): string[] {
    return this.loaded.filter(({ failures }) => failures.length > 0).map(({ file }) => file);
  }

  /** What has to be evaluated when `changes` have been made, `listing` are the definitions, and `again` are in doubt. */
  next(
    listing: readonly DefinitionFile[],
    changes: readonly SourceChange[],
    again: readonly string[] = [],
  ): Round {
    const listed = new Set(listing.map(({ file }) => file));
    const removed = [...this.#loaded.keys()].filter((file) => !listed.has(file));
    const whole = (): Round => ({
      files: listing,
      stale: [...new Set([...this.graph.files(), ...listed])],
      removed,
      isFresh: true,
    });
    if (this.#loaded.size === 0 || changes.some(({ file }) => isSurrounding(file))) return whole();
    const touched = new Set(changes.map(({ file }) => file));
    // It was gone, and is back before anybody has told.
    for (const file of listed) if (!this.#loaded.has(file) && this.#seen.has(file)) touched.add(file);
    // What they told of shared files others have to tell now.
    for (const file of removed) for (const shared of this.#toldOf(file)) touched.add(shared);
    const waiting = changes.some(({ is }) => is !== "changed") ? this.failing : [];
    for (const file of [...again, ...waiting, ...this.#circling])
      for (const reached of this.graph.reachedFrom(file)) touched.add(reached);
    let stale = this.graph.importersOf(touched);
    const before = [...this.#loaded].filter(([file]) => stale.has(file)).map(([, loaded]) => loaded);
    if (before.some(({ failures }) => failures.some(({ is }) => is === "copies"))) return whole();
    // Which file has replaced a built-in function is not known, and whoever loads that first is told of it: each time anew.
    const replacing = this.loaded.filter(({ changed }) => changed.length > 0).map(({ file }) => file);
    if (replacing.length > 0) {
      const reached = replacing.flatMap((file) => this.graph.reachedFrom(file));
      stale = this.graph.importersOf([...stale, ...reached]);
    }
    return {
      files: listing.filter(({ file }) => stale.has(file) || !this.#loaded.has(file)),
      stale: [...stale],
      removed,
      isFresh: [...stale].some((file) => BY_PATH.test(file)),
    };
  }

  /**
   * Takes what evaluating a round gave. Gives the modules that have told something while they were loaded and that
   * nobody imports now: who imports them again has to load them anew, or nothing is told.
   */
  take(
    { stale, removed }: Round,
    { loaded, imports }: Pick<Evaluated, "loaded" | "imports">,
  ): ReadonlySet<string> {
    this.graph.forget(stale);
    this.graph.forget(removed);
    this.graph.add(imports);
    for (const { to } of imports) this.#seen.add(to);
    for (const file of removed) this.#loaded.delete(file);
    const renewed = new Set(stale);
    const untold: Finding[] = [];
    for (const one of loaded) {
      this.#seen.add(one.file);
      const before = this.#loaded.get(one.file);
      const told = new Set(one.findings.map((finding) => JSON.stringify(finding)));
      const reached = new Set(isLinked(one) ? this.graph.reachedFrom(one.file) : []);
      const kept = (before?.findings ?? []).filter((finding) => {
        const at = WHILE_LOADED.has(finding.code) ? finding.sites[0]?.file : undefined;
        if (at === undefined || renewed.has(at)) return false;
        if (!reached.has(at)) return void untold.push(finding);
        return !told.has(JSON.stringify(finding));
      });
      this.#loaded.set(one.file, kept.length > 0 ? { ...one, findings: [...one.findings, ...kept] } : one);
    }
    return this.graph.importersOf(untold.flatMap((finding) => this.#handOn(finding)));
  }

  /**
   * Has another file that imports what a finding is about tell it: the one that did imports that no more.
   * Gives what it is about when there is none.
   */
  #handOn(finding: Finding): string[] {
    const at = finding.sites[0]!.file;
    const other = this.loaded.find((one) => isLinked(one) && this.graph.reachedFrom(one.file).includes(at));
    if (!other) return [at];
    this.#loaded.set(other.file, { ...other, findings: [...other.findings, finding] });
    return [];
  }

  /** Definitions that fail in a circle of imports: where, and what was done before that, is decided by who enters it first. */
  get #circling(): string[] {
    const isCircle = (failure: Failure, file: string) =>
      failure.is === "threw" &&
      failure.mayBeCycle &&
      this.graph.circleThrough(failure.sites[0]?.file ?? file) !== undefined;
    return this.loaded
      .filter(({ file, failures }) => failures.some((failure) => isCircle(failure, file)))
      .map(({ file }) => file);
  }

  /** Shared files of which `file` has told something. */
  #toldOf(file: string): string[] {
    const { findings = [] } = this.#loaded.get(file) ?? {};
    const sites = findings.filter(({ code }) => WHILE_LOADED.has(code)).flatMap((one) => one.sites[0] ?? []);
    return sites.map((site) => site.file).filter((at) => at !== file);
  }
}

/** Whether all it imports was found and read: before that nothing of it does anything. */
function isLinked({ failures }: LoadedFile): boolean {
  return !failures.some((failure) => isAboutImport(failure) || failure.is === "syntax");
}

function isAboutImport({ is }: Failure): boolean {
  return is === "missingModule" || is === "missingExport";
}
