import { join } from "node:path";
import type { Workspace } from "../find-workspace.ts";
import { checkTypes, type TypesChecked } from "../types/check-types.ts";
import { findCompiler } from "../types/find-compiler.ts";
import { type TypeFinding, toTypeFindings } from "../types/to-findings.ts";
import { isSurrounding, type SourceChange } from "./live-files.ts";
import { StandingTypes } from "./standing-types.ts";

export interface LiveTypesOptions {
  readonly workspace: Workspace;
  /** The environment that TypeScript is run with. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of the script that asks TypeScript about single files; without it all of them are looked at each time. */
  readonly typesEntry?: string | undefined;
  /** What is known of the types of all files, since the moment `startedAt`. */
  readonly onTypes: (types: TypesChecked | undefined, startedAt: number) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** All types are looked at when somebody has stopped typing. */
const ALL_MS = 150;
/** Others are told of an edited file's new types a little later: the next edit may come before. */
const OTHERS_MS = 400;
/** More than a person has edited at once are looked at together with all others. */
const MOST_ASKED = 8;
/** Each question leaves 20 KB behind, and another process is not ready at once. */
const MOST_QUESTIONS = 3_000;
const TYPED = /\.[cm]?tsx?$/;

/**
 * Types that follow the sources: an edited file is asked about at once, in a process that has the project ready; whom
 * else an edit concerns, and what came or went, is found out by tsc itself, when it is quiet.
 */
export class LiveTypes {
  readonly #options: LiveTypesOptions;
  #standing: StandingTypes | undefined;
  #whole: TypesChecked | undefined;
  #files: ReadonlySet<string> = new Set();
  /** By file, what was said of it when TypeScript looked at types last. */
  readonly #known = new Map<string, readonly TypeFinding[]>();
  #checking: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Is there something that only looking at all of it shows? */
  #isOwed = true;
  #round = 0;
  /** What was asked, and nobody has checked yet. */
  readonly #ahead: { readonly changes: readonly SourceChange[]; readonly asked: Promise<boolean> }[] = [];
  /** What is known is not what was told last: the next edit came before. */
  #isUntold = false;
  #isClosed = false;

  constructor(options: LiveTypesOptions) {
    this.#options = options;
  }

  /** Files whose types were looked at, also those that nothing imports but for types. */
  has(file: string): boolean {
    return this.#files.has(file);
  }

  /** Asks about `changes` while they are compiled; `check` is told of them afterwards, with all that came with them. */
  ask(changes: readonly SourceChange[]): void {
    if (changes.some(({ file }) => isSurrounding(file))) return;
    this.#stopChecking();
    const asked = this.#ask(changes);
    if (asked) this.#ahead.push({ changes, asked });
  }

  /** Looks at what `changes` may have made another one; at the beginning at everything. */
  check(changes: readonly SourceChange[]): void {
    const round = ++this.#round;
    this.#stopChecking();
    if (changes.some(({ file }) => isSurrounding(file))) this.#drop();
    const typed = changes.filter(({ file }) => TYPED.test(file));
    for (const { file, is } of typed) if (is === "removed") this.#known.delete(file);
    if (typed.length !== changes.length || typed.some(({ is }) => is !== "changed")) this.#isOwed = true;
    if (typed.length > MOST_ASKED) this.#isOwed = true;
    const asking = this.#askedAhead(changes) ?? this.#ask(changes);
    if (this.#isOwed || !asking) this.#checkAllIn(ALL_MS);
    const startedAt = performance.now();
    asking
      ?.then(async (isAlone) => {
        this.#isOwed ||= !isAlone;
        if (round !== this.#round || this.#isClosed) return;
        if (!isAlone && this.#timer === undefined && !this.#checking) this.#checkAllIn(OTHERS_MS);
        if (!this.#isUntold) return;
        this.#isUntold = false;
        await this.#options.onTypes(this.#whole, startedAt);
      })
      .catch(this.#options.onError);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopChecking();
    this.#drop();
  }

  #stopChecking(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#checking?.abort();
    this.#checking = undefined;
  }

  /** What was asked already, if it was about all of `changes`. */
  #askedAhead(changes: readonly SourceChange[]): Promise<boolean> | undefined {
    const ahead = this.#ahead.splice(0);
    const told = new Set(ahead.flatMap(({ changes: own }) => own.map(({ file }) => file)));
    if (
      ahead.length === 0 ||
      this.#standing?.isGone !== false ||
      !changes.every(({ file }) => told.has(file))
    )
      return undefined;
    return Promise.all(ahead.map(({ asked }) => asked)).then((all) => all.every((isAlone) => isAlone));
  }

  /** Asks about edited files. Gives whether what is said of all others stays. */
  #ask(changes: readonly SourceChange[]): Promise<boolean> | undefined {
    const standing = this.#standing;
    const typed = changes.filter(({ file }) => TYPED.test(file));
    if (!standing || standing.isGone || this.#isClosed) return undefined;
    const { root } = this.#options.workspace;
    const pathsOf = (wanted: SourceChange["is"]) =>
      changes.filter(({ is }) => is === wanted).map(({ file }) => join(root, file));
    const question = { changed: pathsOf("changed"), created: pathsOf("added"), deleted: pathsOf("removed") };
    return standing.ask(question).then((answer) => {
      if (!answer) return false;
      if (standing.asked > MOST_QUESTIONS && standing === this.#standing) this.#drop();
      const findings = toTypeFindings(root, answer.problems);
      const { isAlone, isCutShort } = answer;
      const before = typed.some(({ file }) => this.#known.get(file)?.length);
      // Nothing was said of them before, and nothing is now.
      const isSame = !before && findings.length === 0 && this.#whole?.isCutShort === false;
      this.#isUntold ||= !isSame;
      if (!isCutShort)
        this.#know(
          typed.map(({ file }) => file),
          findings,
        );
      const all = isCutShort ? findings : [...this.#known.values()].flat();
      if (this.#whole) this.#whole = { ...this.#whole, isCutShort, findings: all };
      return isAlone;
    });
  }

  #checkAllIn(ms: number): void {
    if (this.#isClosed) return;
    this.#isOwed = true;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#checkAll().catch(this.#options.onError);
    }, ms);
  }

  async #checkAll(): Promise<void> {
    const { workspace, env, onTypes } = this.#options;
    const checking = new AbortController();
    const { signal } = checking;
    this.#checking = checking;
    const startedAt = performance.now();
    const types = await checkTypes({ workspace, env, signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
      return undefined;
    });
    if (signal.aborted || this.#isClosed) return;
    [this.#isOwed, this.#checking] = [false, undefined];
    this.#whole = types;
    this.#files = new Set(types?.files);
    if (types && !types.isCutShort) {
      this.#known.clear();
      this.#know([], types.findings);
    }
    this.#isUntold = false;
    await onTypes(types, startedAt);
    this.#begin();
  }

  /** Takes what is said of `files`, and of those that it is said of. */
  #know(files: readonly string[], findings: readonly TypeFinding[]): void {
    const byFile = Map.groupBy(findings, ({ diagnostic }) => diagnostic.at.file);
    for (const file of files) this.#known.delete(file);
    for (const [file, own] of byFile) this.#known.set(file, own);
  }

  #begin(): void {
    const { workspace, env, typesEntry: entry } = this.#options;
    if (entry === undefined || this.#isClosed || !this.#whole) return;
    const before = this.#standing;
    if (before && (!before.isGone || !before.isReady)) return;
    const compiler = findCompiler(workspace.root);
    if (compiler) this.#standing = new StandingTypes({ root: workspace.root, entry, compiler, env });
  }

  #drop(): void {
    this.#standing?.close();
    this.#standing = undefined;
  }
}
