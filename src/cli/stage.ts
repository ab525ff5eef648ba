import type { Ending, Play, Playable } from "../engine/index.ts";
import { toColors } from "../support/colors.ts";
import { toReadable } from "../support/duration.ts";
import { toVisible } from "../support/to-visible.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { type KeptDeployment, loadCode } from "./load-code.ts";
import type { Isolated } from "./load-isolated.ts";
import { locateFailure } from "./locate-failure.ts";
import { reportEnding } from "./report/ending.ts";
import { jsonReporter } from "./report/json-reporter.ts";
import { plainReporter } from "./report/plain-reporter.ts";
import { quietReporter } from "./report/quiet-reporter.ts";
import type { Reporter } from "./report/reporter.ts";
import { RunTally } from "./report/run-tally.ts";

const GRACE_MS = 5_000;

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
  /** The run that is being played. */
  #playing: string | undefined;

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
   * @param elsewhere who plays it, when that is not this process: then Ctrl-C only ends the watching
   */
  async watch(
    begin: () => Promise<Play>,
    steer?: (play: Play) => Promise<void>,
    elsewhere?: string,
  ): Promise<ExitCode> {
    const startedAt = Date.now();
    const play = await begin();
    this.#playing = play.id;
    play.subscribe((event) => this.#reporter.hear(event));
    const patience =
      elsewhere === undefined
        ? stopOnInterrupt(play, this.#staging.io)
        : leaveOnInterrupt(play, this.#staging.io);
    try {
      // It ends with the run, or before it; only when it fails there is something to hear of it.
      const steering = steer?.(play).then(() => play.ending);
      const ending = await Promise.race([play.ending, patience.isOver, ...(steering ? [steering] : [])]);
      this.#reporter.end();
      if (elsewhere !== undefined && patience.isInterrupted()) return this.#leaveAlone(play.id, elsewhere);
      const summary = this.#tally.toSummary(Date.now() - startedAt);
      return reportEnding(play.id, ending, { ...this.#staging, summary });
    } finally {
      this.#playing = undefined;
      this.#reporter.end();
      patience.end();
    }
  }

  #leaveAlone(run: string, elsewhere: string): ExitCode {
    this.#staging.io.warn(`${run} goes on in ${elsewhere}; see what becomes of it: maestro runs show ${run}`);
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
    const steps = [...this.#tally.underWay].map((step) => `"${step}"`);
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
    io.warn(`${toColors(io.hasColor).red("error")}: ${toVisible(why)}`);
    if (place) io.warn(`  at ${place}`);
    if (this.#playing) io.warn(`  hint: mend it, then go on with: maestro resume ${this.#playing}`);
  }
}

async function reporterFor({ io, show: { json, quiet, step } }: Staging, tally: RunTally): Promise<Reporter> {
  if (json) return jsonReporter(io, tally);
  if (quiet) return quietReporter(io, tally);
  // What redraws the screen would draw over what is asked and typed.
  return io.isTerminal && !step
    ? (await import("./report/live-reporter.ts")).liveReporter(io, tally)
    : plainReporter(io, tally);
}

/** Ctrl-C once, or a terminal that is closed: no new step, those under way are told to end and are given some time. Ctrl-C twice: out. */
function stopOnInterrupt(play: Play, io: Io) {
  let isStopping = false;
  let giveUp: (ending: Ending) => void;
  let timer: NodeJS.Timeout | undefined;
  const isOver = new Promise<Ending>((resolve) => {
    giveUp = resolve;
  });
  const stop = () => {
    isStopping = true;
    io.warn(
      `stopping: no new step begins, and those under way are told to end (${toReadable(GRACE_MS)}; Ctrl-C again leaves at once)`,
    );
    play.stop(new Error("the run was stopped"));
    timer = setTimeout(() => giveUp({ is: "stopped" }), GRACE_MS);
  };
  const off = io.onInterrupt(() => (isStopping ? io.leave(EXIT.interrupted) : stop()));
  const endHangup = io.onHangup(() => isStopping || stop());
  return {
    isOver,
    isInterrupted: () => isStopping,
    end() {
      off();
      endHangup();
      clearTimeout(timer);
    },
  };
}

/** The run is played by another process, and goes on there. */
function leaveOnInterrupt(play: Play, io: Io) {
  const { promise: isOver, resolve } = Promise.withResolvers<Ending>();
  let isInterrupted = false;
  const end = io.onInterrupt(() => {
    isInterrupted = true;
    play.stop(new Error("nobody watches any more"));
    resolve({ is: "stopped" });
  });
  return { isOver, end, isInterrupted: () => isInterrupted };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error && typeof error.stack === "string" ? error.stack : undefined;
}
