import type { Ending, Play, Playable } from "../engine/index.ts";
import { toColors } from "../support/colors.ts";
import { toReadable } from "../support/duration.ts";
import { toVisible } from "../support/to-visible.ts";
import type { Ask, Owner } from "./at-store.ts";
import { type Following, followRun } from "./follow-run.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { type KeptDeployment, loadCode } from "./load-code.ts";
import type { Isolated } from "./load-isolated.ts";
import { locateFailure } from "./locate-failure.ts";
import { leaveOnInterrupt, type Patience, stopOnInterrupt } from "./patience.ts";
import { printError } from "./print-error.ts";
import { reportEnding } from "./report/ending.ts";
import { jsonReporter } from "./report/json-reporter.ts";
import { namedIo } from "./report/named-io.ts";
import { plainReporter } from "./report/plain-reporter.ts";
import { quietReporter } from "./report/quiet-reporter.ts";
import type { Reporter } from "./report/reporter.ts";
import { RunTally } from "./report/run-tally.ts";
import { warnLines } from "./write-line.ts";

export interface Showing {
  /** Print events as JSON lines. */
  readonly json?: boolean;
  /** Print nothing but the output, as JSON. */
  readonly quiet?: boolean;
  /** Play author code in child processes. */
  readonly isolated?: boolean;
  /** Lines of standard input say what is played next. */
  readonly step?: boolean;
}

export interface Staging {
  readonly io: Io;
  readonly show: Showing;
  /** The workspace, for naming places in it. */
  readonly root: string;
  /** Several runs are shown side by side. */
  readonly ofMany?: true;
}

/** One run of several. */
export interface Beginning {
  readonly run: string;
  /** Begins it, or goes on with it; `undefined` when there is nothing to play any more. */
  readonly begin: () => Promise<Play | undefined>;
}

/**
 * Where author code is loaded and played, in this process or in children of it: what it prints goes past the report and not through it, and
 * what it does to the process is told as what it is.
 */
export class Stage {
  readonly #staging: Staging;
  readonly #reporter: Reporter;
  readonly #tally: RunTally;
  readonly #restore: (() => void)[];
  #isolated: Promise<Isolated> | undefined;
  /** What is being played, and what is known of it. */
  readonly #playing = new Map<string, RunTally>();

  /** Opens a stage; author code may be loaded from now on. */
  static async open(staging: Staging): Promise<Stage> {
    const tally = new RunTally();
    return new Stage(staging, tally, await reporterFor(staging, tally));
  }

  private constructor(staging: Staging, tally: RunTally, reporter: Reporter) {
    this.#staging = staging;
    this.#tally = tally;
    this.#reporter = reporter;
    const { io } = staging;
    this.#restore = [
      io.captureOutput((text) => reporter.print(text)),
      io.watchProcess({
        stray: (error) => this.#lose(`a task threw outside of its step: ${messageOf(error)}`, stackOf(error)),
        idle: () => this.#lose(`${this.#underWay()} waits for something that can never happen`),
        ending: () => {
          this.#say(`${this.#underWay()} ended the process`);
          return { exitCode: EXIT.problems };
        },
      }),
    ];
  }

  /**
   * Begins a run, shows it until it ends, and lets Ctrl-C stop it.
   * @param steer plays it step by step, beside that
   */
  async watch(begin: () => Promise<Play>, steer?: (play: Play) => Promise<void>): Promise<ExitCode> {
    const startedAt = Date.now();
    const play = await begin();
    const { io } = this.#staging;
    const patience = stopOnInterrupt(play, io);
    const shown = { io, tally: this.#tally, reporter: this.#reporter, startedAt };
    try {
      // It ends with the run, or before it; only when it fails there is something to hear of it.
      const steering = steer?.(play).then(() => play.ending);
      return await this.#show(play, { ...shown, patience, steering });
    } finally {
      patience.end();
    }
  }

  /** Shows a run that another process plays, until it comes to rest. Ctrl-C only ends the showing. */
  async follow(ask: Ask, run: string, { pid, command }: Owner): Promise<ExitCode> {
    const { io } = this.#staging;
    const elsewhere = `process ${pid} (${command})`;
    const play = followRun(ask, run, (ms) =>
      warnLines(
        io,
        `${elsewhere} does not answer any more; waiting ${toReadable(ms)} for one that goes on with ${run}`,
      ),
    );
    const patience = leaveOnInterrupt(play, io);
    const shown = { io, tally: this.#tally, reporter: this.#reporter, startedAt: Date.now() };
    try {
      return await this.#show(play, { ...shown, patience, followed: { elsewhere, play } });
    } finally {
      patience.end();
    }
  }

  /**
   * Begins several runs in their order, shows each until it comes to rest, and lets Ctrl-C stop all of them. One that
   * cannot begin keeps no other from it. The exit code is the worst of theirs.
   */
  async watchAll(beginnings: readonly Beginning[]): Promise<ExitCode> {
    const { io, show } = this.#staging;
    const plays = new Set<Play>();
    const stop = (reason: Error) => {
      for (const play of plays) play.stop(reason);
    };
    const patience = stopOnInterrupt({ stop }, io);
    const showing: Promise<ExitCode>[] = [];
    try {
      for (const { run, begin } of beginnings) {
        if (patience.isInterrupted()) break;
        const startedAt = Date.now();
        const named = namedIo(io, run, show);
        const play = await begin().catch((error: unknown) => printError(error, named));
        if (typeof play === "number") showing.push(Promise.resolve(play));
        if (typeof play !== "object") continue;
        plays.add(play);
        const tally = new RunTally();
        const reporter = await reporterFor({ ...this.#staging, io: named }, tally);
        const shown = this.#show(play, { io: named, tally, reporter, startedAt, patience });
        // What the store says when it has failed is thrown below.
        shown.catch(() => {});
        showing.push(shown);
        if (patience.isInterrupted()) play.stop(new Error("the run was stopped"));
      }
      const codes = await Promise.all(showing);
      return Math.max(EXIT.ok, ...codes, patience.isInterrupted() ? EXIT.interrupted : EXIT.ok) as ExitCode;
    } finally {
      patience.end();
    }
  }

  /** Shows a run until it comes to rest, and says how that was. */
  async #show(play: Play, { io, tally, reporter, startedAt, ...until }: Shown): Promise<ExitCode> {
    const { patience, steering, followed } = until;
    this.#playing.set(play.id, tally);
    play.subscribe((event) => reporter.hear(event));
    try {
      const ending = await Promise.race([play.ending, patience.isOver, ...(steering ? [steering] : [])]);
      reporter.end();
      if (followed && patience.isInterrupted()) return this.#leaveAlone(play.id, followed.elsewhere);
      const at = followed?.play.silentSince() ?? Date.now();
      // No event says it: nobody is left who could.
      if (followed && ending.is === "stopped" && this.#staging.show.json)
        io.write(`${JSON.stringify({ type: "run.stopped", run: play.id, at })}\n`);
      const summary = tally.toSummary(at - startedAt);
      return reportEnding(play.id, ending, { ...this.#staging, io, summary });
    } finally {
      this.#playing.delete(play.id);
      reporter.end();
    }
  }

  #leaveAlone(run: string, elsewhere: string): ExitCode {
    warnLines(
      this.#staging.io,
      `${run} goes on in ${elsewhere}; see what becomes of it: maestro runs show ${run}`,
    );
    return EXIT.interrupted;
  }

  /** Makes a deployment ready to be played: as `loadCode`, or where it can do no harm. */
  readonly load = async (deployment: KeptDeployment): Promise<Playable> => {
    const { show, io } = this.#staging;
    if (!show.isolated) return loadCode(deployment);
    // Loaded when it is asked for: few runs are isolated.
    this.#isolated ??= import("./load-isolated.ts").then(({ openIsolated }) =>
      openIsolated(io, (text) => this.#reporter.print(text)),
    );
    return (await this.#isolated).load(deployment);
  };

  /** No author code runs any more. */
  async close(): Promise<void> {
    this.#restoreAll();
    await (await this.#isolated)?.close();
  }

  #restoreAll(): void {
    this.#reporter.end();
    for (const restore of this.#restore) restore();
  }

  #underWay(): string {
    const tallies = [...this.#playing.values()];
    const steps = tallies.flatMap(({ underWay }) => [...underWay]).map((step) => `"${step}"`);
    if (steps.length === 0) return "the workspace's code";
    return steps.length > 3 ? `one of ${steps.length} steps` : steps.join(" or ");
  }

  #lose(why: string, stack?: string): never {
    this.#say(why, stack);
    this.#restoreAll();
    return this.#staging.io.leave(EXIT.problems);
  }

  #say(why: string, stack?: string): void {
    const { io, root } = this.#staging;
    this.#reporter.end();
    const place = stack && locateFailure(stack, root);
    warnLines(io, `${toColors(io.hasColor).red("error")}: ${toVisible(why)}`);
    if (place) warnLines(io, `  at ${place}`);
    const [run, ...others] = this.#playing.keys();
    if (run === undefined) return;
    warnLines(io, `  hint: mend it, then go on with: maestro resume${others.length > 0 ? "" : ` ${run}`}`);
  }
}

/** A run that is shown, and until when. */
interface Shown {
  readonly io: Io;
  readonly tally: RunTally;
  readonly reporter: Reporter;
  readonly startedAt: number;
  readonly patience: Patience;
  readonly steering?: Promise<Ending> | undefined;
  readonly followed?: { readonly elsewhere: string; readonly play: Following } | undefined;
}

async function reporterFor({ io, show, ofMany }: Staging, tally: RunTally): Promise<Reporter> {
  const { json, quiet, step } = show;
  if (json) return jsonReporter(io, tally);
  if (quiet) return quietReporter(io, tally);
  // What redraws the screen would draw over what is asked and typed, and over another run.
  return io.isTerminal && !step && !ofMany
    ? (await import("./report/live-reporter.ts")).liveReporter(io, tally)
    : plainReporter(io, tally);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error && typeof error.stack === "string" ? error.stack : undefined;
}
