import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Loader, TsxReason } from "../child/protocol.ts";
import type { Compilation, CompiledScore } from "../compilation.ts";
import { compileLoaded } from "../compile-loaded.ts";
import { CompileMemory } from "../compile-memory.ts";
import { evaluateFiles } from "../evaluate-files.ts";
import type { Workspace } from "../find-workspace.ts";
import { type Listing, listFiles } from "../list-files.ts";
import { DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_MS } from "../run-child.ts";
import type { TypesChecked } from "../types/check-types.ts";
import { Evaluator } from "./evaluator.ts";
import { isSurrounding, LiveFiles, type SourceChange } from "./live-files.ts";
import type { Move } from "./watch-files.ts";

export interface LiveOptions {
  readonly workspace: Workspace;
  /** Path of the script in which modules are evaluated: `child/evaluate.ts`, or what it was built to. */
  readonly childEntry: string;
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
  /** Told of a score as soon as it is evaluated; of what it imports nothing is known yet. */
  readonly onScore?: ((score: CompiledScore) => void) | undefined;
}

/** What compiling after a change gave. */
export interface Recompiled {
  readonly compilation: Compilation;
  /** The files of all definitions, and of those that were evaluated. */
  readonly listed: ReadonlySet<string>;
  readonly evaluated: ReadonlySet<string>;
}

/** A workspace that stays compiled: what a change does not reach is not evaluated, checked or placed again. */
export class LiveWorkspace {
  readonly files = new LiveFiles();
  /** URLs of the modules of installed packages that it imports. */
  readonly packages = new Set<string>();
  readonly #options: LiveOptions;
  readonly #evaluator: Evaluator;
  readonly #memory = new CompileMemory();
  #loader: Loader = "strip";
  #because: TsxReason | undefined;
  /**
   * Files that have changed when nothing had to be evaluated, or of which nobody tells what they did: who imports them again
   * must not see them as they were.
   */
  readonly #untold = new Set<string>();
  /** The definition that Node could not load, when it was tried last. */
  #needing: string | undefined;
  /** When the evaluation of each definition was begun, by `performance.now()`. */
  readonly #begunAt = new Map<string, number>();
  #types: TypesChecked | undefined;
  #listing: Listing | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#evaluator = new Evaluator(options.workspace.root, this.#childOptions);
  }

  /** How many processes have evaluated it. */
  get evaluators(): number {
    return this.#evaluator.started;
  }

  /**
   * Compiles it as it is after `changes`; the first time all of it. One at a time.
   * @throws Error when no process can be started that evaluates it
   */
  async compile(changes: readonly SourceChange[], again: readonly string[] = []): Promise<Recompiled> {
    try {
      return await (this.#mayStripAgain(changes) ? this.#compileAll() : this.#compile(changes, again));
    } catch {
      // Somebody may have ended the process. What it has not said is lost, and so it is all asked for again.
      return this.#compileAll();
    }
  }

  /**
   * Compiles what may have met these files while they were gone, or there for a moment: that is no change to anybody who
   * did not look just then (C16). `undefined` when nothing has.
   */
  async compileMoved(moves: readonly Move[]): Promise<Recompiled | undefined> {
    if (moves.length === 0) return undefined;
    const { root } = this.#options.workspace;
    const lastAt = moves.reduce((last, { at }) => Math.max(last, at), 0);
    const gone = moves.map(({ file }) => file).filter((file) => !existsSync(join(root, file)));
    const waiting = gone.length < moves.length ? this.files.failing : [];
    const doubtful = new Set([...waiting, ...this.files.graph.importersOf(gone)]);
    const again = this.files.loaded
      .map(({ file }) => file)
      .filter((file) => doubtful.has(file) && (this.#begunAt.get(file) ?? 0) < lastAt);
    return again.length > 0 ? this.compile([], again) : undefined;
  }

  /** Is what only tsx could load another one now? As a new start would, Node tries it first. */
  #mayStripAgain(changes: readonly SourceChange[]): boolean {
    if (this.#loader !== "tsx") return false;
    const reached = this.#needing === undefined ? [] : this.files.graph.reachedFrom(this.#needing);
    if (!changes.some(({ file }) => isSurrounding(file) || reached.includes(file))) return false;
    this.#stripAgain();
    return true;
  }

  #stripAgain(): void {
    [this.#loader, this.#because, this.#needing] = ["strip", undefined, undefined];
  }

  async #compile(changes: readonly SourceChange[], again: readonly string[] = []): Promise<Recompiled> {
    const begunAt = performance.now();
    const { root } = this.#options.workspace;
    // Seen by itself: a file may be gone before anybody is told.
    const listing = listFiles(this.#options.workspace);
    this.#listing = listing;
    if (this.#needing !== undefined && !listing.files.some(({ file }) => file === this.#needing)) {
      this.#stripAgain();
      return this.#compileAll();
    }
    const round = this.files.next(listing.files, changes, again);
    this.#forgetTypesOf(changes);
    const changed = changes.map(({ file }) => file);
    this.#memory.findings.touch(round.stale, round.isFresh ? round.stale : changed);
    if (round.isFresh) this.#evaluator.renew();
    if (round.files.length > 0) {
      const evaluated = await evaluateFiles(root, round.files, this.#childOptions, {
        run: this.#evaluator.run,
        loader: this.#loader,
        stale: [...new Set([...round.stale, ...this.#untold])],
        onLoaded: (one) => {
          const score = this.#memory.prepare(one);
          if (score) this.#options.onScore?.(score);
        },
      });
      this.#untold.clear();
      const isOther = evaluated.loader !== this.#loader;
      [this.#loader, this.#because] = [evaluated.loader, this.#because ?? evaluated.because];
      this.#needing ??= evaluated.needing;
      for (const url of evaluated.packages) this.packages.add(url);
      for (const file of this.files.take(round, evaluated)) this.#untold.add(file);
      for (const { file } of round.files) this.#begunAt.set(file, begunAt);
      // One loader for all: what the other one gave is not what this one gives.
      if (isOther && round.files.length < listing.files.length) return this.#compileAll();
    } else {
      for (const file of round.stale) this.#untold.add(file);
      this.files.take(round, { loaded: [], imports: [] });
    }
    return this.#settle(listing, new Set(round.files.map(({ file }) => file)));
  }

  /** The same once more, with what TypeScript says of it. */
  async withTypes(types: TypesChecked | undefined): Promise<Recompiled> {
    this.#types = types;
    return this.#settle(this.#listing ?? listFiles(this.#options.workspace), new Set());
  }

  /** What TypeScript said of a file is about what it was. */
  #forgetTypesOf(changes: readonly SourceChange[]): void {
    const changed = new Set(changes.map(({ file }) => file));
    const isOf = (file: string) => changed.has(file);
    if (this.#types?.findings.some(({ diagnostic }) => isOf(diagnostic.at.file)))
      this.#types = {
        ...this.#types,
        findings: this.#types.findings.filter(({ diagnostic }) => !isOf(diagnostic.at.file)),
      };
  }

  close(): void {
    this.#evaluator.close();
  }

  #compileAll(): Promise<Recompiled> {
    return this.#compile([{ file: "tsconfig.json", is: "changed" }]);
  }

  get #childOptions() {
    const { childEntry, timeoutMs = DEFAULT_TIMEOUT_MS, memoryMb = DEFAULT_MEMORY_MB } = this.#options;
    return { entry: childEntry, timeoutMs, memoryMb };
  }

  async #settle(listing: Listing, evaluated: ReadonlySet<string>): Promise<Recompiled> {
    const startedAt = performance.now();
    const { root } = this.#options.workspace;
    const compiled = await compileLoaded(
      {
        root,
        files: listing.files,
        isPartial: false,
        listed: listing.diagnostics,
        loaded: this.files.loaded,
        again: undefined,
        graph: this.files.graph,
        because: this.#because,
        types: Promise.resolve(this.#types),
        environment: undefined,
      },
      this.#memory,
    );
    return {
      compilation: { ...compiled, loader: this.#loader, durationMs: performance.now() - startedAt },
      listed: new Set(listing.files.map(({ file }) => file)),
      evaluated,
    };
  }
}
