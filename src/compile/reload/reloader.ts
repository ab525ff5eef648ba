import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bySource, type Diagnostic } from "../../diagnostics/index.ts";
import { diskTime } from "../cache.ts";
import type { Compilation } from "../compilation.ts";
import type { TypesChecked } from "../types/check-types.ts";
import { findingsWithout } from "./compare-findings.ts";
import type { SourceChange } from "./live-files.ts";
import { LiveScores, type ScoreChange } from "./live-scores.ts";
import { LiveTypes } from "./live-types.ts";
import { type LiveOptions, LiveWorkspace, type Recompiled } from "./live-workspace.ts";
import { type Changes, joinChanges, type Move, watchFiles } from "./watch-files.ts";

export interface ReloaderOptions extends LiveOptions {
  /** The environment that TypeScript is run with; without it types are not checked. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Path of the script that asks TypeScript about edited files: `child/answer-types.ts`, or what it was built to. */
  readonly typesEntry?: string | undefined;
  readonly onReload: (reload: Reload) => void;
  /** Something went wrong that is no mistake in the workspace. */
  readonly onError: (error: unknown) => void;
}

/** What one change of the workspace came to. */
export interface Reload {
  /** What changed; empty at the beginning, when TypeScript has answered, and when a file is there that was gone for a moment. */
  readonly changes: readonly SourceChange[];
  /** Is it what TypeScript says of the change before? */
  readonly isTypes: boolean;
  /** From when the change was known until it was live. */
  readonly durationMs: number;
  /** How many definitions were evaluated again. */
  readonly evaluated: number;
  readonly scores: readonly ScoreChange[];
  readonly appeared: readonly Diagnostic[];
  readonly fixed: readonly Diagnostic[];
  readonly compilation: Compilation;
}

interface Publishing extends Pick<Reload, "changes" | "isTypes"> {
  /** Was it compiled again although nothing has changed? What TypeScript says of it stays. */
  readonly isAgain?: boolean;
  readonly startedAt: number;
}

/** An editor writes a file in a few steps. */
const QUICK_MS = 6;
/** Several files at once are the work of a program: it may not be done. */
const MANY_MS = 60;
/** A rename adds and takes away, a folder made anew takes away and adds; chokidar tells the one 100 ms after the other. */
const MOVED_MS = 150;
const ENVIRONMENT = /^\.env(?:\.[\w-]+)?$/;
const SOURCE = /\.[mc]?[jt]sx?$|\.json$/;

/** Keeps a workspace compiled while somebody works on it: each change is one reload, in their order. */
export class Reloader {
  readonly scores: LiveScores;
  readonly #options: ReloaderOptions;
  readonly #live: LiveWorkspace;
  readonly #changes: Changes;
  #compilation: Compilation | undefined;
  #diagnostics: readonly Diagnostic[] = [];
  readonly #types: LiveTypes | undefined;
  #working: Promise<void> = Promise.resolve();
  #isClosed = false;
  /** Files that came or went, and nobody has asked yet who has met them so. */
  readonly #moved: Move[];
  /** Is all compiled, and somebody going to ask? */
  #asksMoved = false;
  /** Not before this was anything read that was compiled last; Unix ms. */
  #readAt = 0;

  /** Compiles the workspace, and goes on with each change. */
  static async open(options: ReloaderOptions): Promise<Reloader> {
    const scores = new LiveScores();
    const live = new LiveWorkspace({ ...options, onScore: (score) => void scores.print(score) });
    const { root } = options.workspace;
    let reloader: Reloader | undefined;
    const moved: Move[] = [];
    const startedAt = diskTime({ root });
    const watching = watchFiles(root, {
      isRelevant: ({ file, is }) =>
        live.files.isKnown(file) ||
        reloader?.hasTypesOf(file) ||
        ENVIRONMENT.test(file) ||
        (is === "added" && SOURCE.test(file)) ||
        // It may be what was guessed for an import of what is not there.
        (is === "removed" && SOURCE.test(file) && live.files.isIncomplete),
      settleMs,
      mayBegin: (group) => group.length === 1 && group[0]!.is === "changed",
      onMove(move) {
        if (!SOURCE.test(move.file)) return;
        moved.push(move);
        if (reloader) reloader.#askMoved();
      },
      hidden: ENVIRONMENT,
      onError: options.onError,
    });
    const first = live.compile([]);
    const changes = await watching;
    reloader = new Reloader(options, { live, scores, changes, moved });
    await reloader.#begin(await first, startedAt);
    return reloader;
  }

  private constructor(
    options: ReloaderOptions,
    {
      live,
      scores,
      changes,
      moved,
    }: { live: LiveWorkspace; scores: LiveScores; changes: Changes; moved: Move[] },
  ) {
    this.#options = options;
    this.scores = scores;
    this.#live = live;
    this.#changes = changes;
    this.#moved = moved;
    const { env, workspace, typesEntry, onError } = options;
    const onTypes = (types: TypesChecked | undefined, startedAt: number) =>
      this.#inTurn(async () => {
        const recompiled = await this.#live.withTypes(types);
        this.#publish(recompiled, { changes: [], isTypes: true, startedAt });
      });
    this.#types = env && new LiveTypes({ workspace, env, typesEntry, onTypes, onError });
  }

  /** The workspace as it is compiled now. */
  get compilation(): Compilation {
    return this.#compilation!;
  }

  /** Were its types looked at, and would be again when it changes? */
  hasTypesOf(file: string): boolean {
    return this.#types?.has(file) ?? false;
  }

  get evaluators(): number {
    return this.#live.evaluators;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#types?.close();
    this.#changes.end();
    this.#live.close();
    await this.#changes.close();
    await this.#working.catch(() => undefined);
    await this.#turn;
  }

  /** What was written while nothing was watched yet was read before, or after, or never: it is read again. */
  async #begin(first: Recompiled, at: number): Promise<void> {
    this.#readAt = at;
    const missed = this.#missedSince(at);
    let begun = first;
    if (missed.length > 0) begun = joined(first, await this.#live.compile(missed));
    this.#publish(begun, { changes: [], isTypes: false, startedAt: performance.now() });
    this.#working = this.#follow();
    this.#asksMoved = true;
    this.#askMoved();
  }

  #missedSince(at: number): SourceChange[] {
    const { files } = this.#live;
    const { root } = this.#options.workspace;
    const known = [...files.graph.files(), ...files.loaded.map(({ file }) => file)];
    const gone = known.filter((file) => !existsSync(join(root, file)));
    const written = this.#changes.since(at).map(({ file, is }): SourceChange => {
      return { file, is: is === "changed" && !files.isKnown(file) ? "added" : is };
    });
    return [
      ...written.filter(({ file, is }) => (is === "added" ? SOURCE.test(file) : files.isKnown(file))),
      ...gone.map((file): SourceChange => ({ file, is: "removed" })),
    ];
  }

  async #follow(): Promise<void> {
    for (;;) {
      const changes = await this.#changes.next();
      if (!changes || this.#isClosed) return;
      const startedAt = performance.now();
      await this.#inTurn(() => this.#compile(changes, startedAt));
    }
  }

  /**
   * Has what was compiled while a file was gone, or there for a moment, compiled again. Where that makes no difference
   * nobody is told; where a change is on its way it is part of that.
   */
  #askMoved(): void {
    if (!this.#asksMoved || this.#moved.length === 0) return;
    this.#asksMoved = false;
    void this.#inTurn(async () => {
      this.#asksMoved = true;
      if (this.#isClosed || this.#changes.hasNext) return;
      const startedAt = performance.now();
      const recompiled = await this.#live.compileMoved(this.#moved.splice(0));
      if (recompiled) this.#publish(recompiled, { changes: [], isTypes: false, isAgain: true, startedAt });
    });
  }

  /** Compiles at once, and tells when nothing has come that belongs to it: an editor may not be done with the file. */
  async #compile(first: readonly SourceChange[], startedAt: number): Promise<void> {
    let changes = first;
    this.#readAt = Date.now();
    this.#types?.ask(first);
    let recompiled = await this.#live.compile(first);
    while (!(await this.#changes.settled())) {
      const more = await this.#changes.next();
      if (!more) return;
      this.#types?.ask(more);
      recompiled = joined(recompiled, await this.#live.compile(more));
      changes = joinChanges(changes, more);
    }
    recompiled = joined(recompiled, await this.#live.compileMoved(this.#moved.splice(0)));
    this.#publish(recompiled, { changes, isTypes: false, startedAt });
  }

  #publish(
    { compilation, listed, evaluated }: Recompiled,
    { changes, isTypes, isAgain = false, startedAt }: Publishing,
  ): void {
    if (this.#isClosed) return;
    this.#compilation = compilation;
    const { diagnostics } = compilation;
    // What TypeScript says of a file that has changed is not known before it has looked again.
    const touched = new Set(changes.map(({ file }) => file));
    const gone = findingsWithout(this.#diagnostics, diagnostics).sort(bySource);
    const isPending = ({ code, at }: Diagnostic) =>
      code === "MS1001" && (isAgain || (at !== undefined && touched.has(at.file)));
    const appeared = findingsWithout(diagnostics, this.#diagnostics);
    this.#diagnostics = [...diagnostics, ...(isTypes ? [] : gone.filter(isPending))];
    const fixed = isTypes ? gone : gone.filter((one) => !isPending(one));
    const scores = this.scores.take(compilation, listed, evaluated);
    this.#watchBesides();
    if (!isTypes && !isAgain) this.#types?.check(changes);
    else if (appeared.length + fixed.length === 0) return;
    const durationMs = performance.now() - startedAt;
    this.#options.onReload({
      changes,
      isTypes,
      durationMs,
      evaluated: evaluated.size,
      scores,
      appeared,
      fixed,
      compilation,
    });
  }

  /** Files beside the workspace, and packages: what they are is seen by where they begin. */
  #watchBesides(): void {
    const beside = [...this.#live.files.graph.files()].filter((file) => file.startsWith("../"));
    const packages = [...this.#live.packages].flatMap((url) => {
      const path = fileURLToPath(url);
      const folder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0];
      return folder === undefined ? [] : [path, `${folder}/package.json`];
    });
    this.#changes.add([...beside, ...packages], this.#readAt);
  }

  /** One thing after the other: a change and what TypeScript says of the one before would meet. */
  #turn: Promise<void> = Promise.resolve();
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work).catch((error: unknown) => {
      if (!this.#isClosed) this.#options.onError(error);
    });
    this.#turn = turn;
    await turn;
  }
}

/** What was compiled last, and what was evaluated for it. */
function joined(before: Recompiled, now: Recompiled | undefined): Recompiled {
  if (!now) return before;
  return { ...now, evaluated: new Set([...before.evaluated, ...now.evaluated]) };
}

function settleMs(pending: readonly SourceChange[]): number {
  if (pending.some(({ is }) => is !== "changed")) return MOVED_MS;
  return pending.length > 1 ? MANY_MS : QUICK_MS;
}
