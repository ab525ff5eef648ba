import type { Job, Message } from "../child/protocol.ts";
import {
  type ChildEnd,
  type ChildOptions,
  DRAIN_MS,
  KEPT_ERRORS,
  onMessageOf,
  START_MS,
  startStanding,
} from "../run-child.ts";

const DONE = { code: 0, signal: null, timedOut: false, errors: "" } as const satisfies ChildEnd;

/** A job that is being done. */
interface Doing {
  readonly onMessage: (message: Message) => void;
  readonly settle: (end: ChildEnd) => void;
  readonly timeoutMs: number;
}

/** An evaluating process that stays, and does one job after the other. */
export class StandingChild {
  /** It does nothing more: it has ended, or is going to. */
  isGone = false;
  /** How many definitions it has been told to load before it was wanted. */
  warmed = 0;
  /** What has changed since then, from the root. */
  readonly missed = new Set<string>();
  /** How many modules it holds that newer ones have taken the place of. */
  staleModules = 0;
  /** Files of which it holds the newest module, from the root. */
  readonly #held = new Set<string>();
  /** The memory it said it has, and what it had after its first job. */
  usedMb = 0;
  usedAtFirstMb: number | undefined;
  readonly #child: ReturnType<typeof startStanding>;
  #doing: Doing | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #hasSpoken = false;
  #timedOut = false;
  #errors = "";

  constructor(root: string, options: ChildOptions) {
    const child = startStanding(root, options);
    this.#child = child;
    onMessageOf(child, (message) => this.#hear(message));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-KEPT_ERRORS);
    });
    child.on("error", (error) => {
      this.#errors += error.message;
      this.#ended(null, null);
    });
    child.on("close", (code, signal) => this.#ended(code, signal));
    child.on("exit", () => {
      this.isGone = true;
      setTimeout(() => child.stdio.forEach((stream) => void stream?.destroy()), DRAIN_MS).unref();
    });
    child.stdin!.on("error", () => undefined);
    child.unref();
  }

  /** Does a job, after the one before. It does not reject, however it ends. */
  run(job: Job, options: ChildOptions, onMessage: (message: Message) => void): Promise<ChildEnd> {
    const done = this.#last.then(() => this.#run(job, options, onMessage));
    this.#last = done;
    return done;
  }

  get isWarm(): boolean {
    return this.warmed > 0;
  }

  /** Loads what it will be asked for, and tells nobody. */
  async warm(job: Job, options: ChildOptions): Promise<void> {
    this.warmed += job.files.length;
    await this.run(job, options, () => undefined);
    // What it grows by from here on is what nobody reads any more.
    this.usedAtFirstMb = undefined;
  }

  #run(job: Job, { timeoutMs }: ChildOptions, onMessage: (message: Message) => void): Promise<ChildEnd> {
    const stale = [...new Set([...(job.stale ?? []), ...this.missed])];
    this.missed.clear();
    for (const file of stale) if (this.#held.delete(file)) this.staleModules++;
    this.#child.ref();
    return new Promise((resolve) => {
      const settle = (end: ChildEnd) => {
        clearTimeout(this.#timer);
        this.#doing = undefined;
        this.#child.unref();
        resolve(end);
      };
      this.#doing = { onMessage, settle, timeoutMs };
      this.#waitFor(this.#hasSpoken ? timeoutMs : Math.max(timeoutMs, START_MS));
      this.#child.stdin!.write(`${JSON.stringify({ ...job, stale })}\n`);
    });
  }

  /** Lets it end by itself. */
  close(): void {
    this.isGone = true;
    this.#child.stdin!.end();
    // What an author's module left open would keep it.
    setTimeout(() => this.#child.kill("SIGKILL"), DRAIN_MS).unref();
  }

  kill(): void {
    this.isGone = true;
    this.#child.kill("SIGKILL");
  }

  #waitFor(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timedOut = true;
      this.kill();
    }, ms);
  }

  #hear(message: Message): void {
    const doing = this.#doing;
    if (!doing) return;
    this.#hasSpoken = true;
    if (message.is !== "done") {
      this.#waitFor(doing.timeoutMs);
      if (message.is === "loaded") this.#hold(message);
      doing.onMessage(message);
      return;
    }
    this.usedMb = message.usedMb ?? 0;
    this.usedAtFirstMb ??= this.usedMb;
    doing.settle(DONE);
  }

  #hold({ loaded, imports }: Message & { readonly is: "loaded" }): void {
    this.#held.add(loaded.file);
    for (const { from, to } of imports) this.#held.add(from).add(to);
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.isGone = true;
    this.#doing?.settle({ code, signal, timedOut: this.#timedOut, errors: this.#errors });
  }
}
