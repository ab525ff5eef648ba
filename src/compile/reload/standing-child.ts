import { type Job, type Message, STAYS } from "../child/protocol.ts";
import {
  type ChildEnd,
  type ChildOptions,
  DRAIN_MS,
  KEPT_ERRORS,
  onMessageOf,
  START_MS,
  startChild,
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
  /** How many modules it holds that newer ones have taken the place of. */
  staleModules = 0;
  /** The memory it said it has, and what it had after its first job. */
  usedMb = 0;
  usedAtFirstMb: number | undefined;
  readonly #child: ReturnType<typeof startChild>;
  #doing: Doing | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasSpoken = false;
  #timedOut = false;
  #errors = "";

  constructor(root: string, options: ChildOptions) {
    const child = startChild(root, options, [STAYS]);
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

  /** Does a job; one at a time. It does not reject, however it ends. */
  run(job: Job, { timeoutMs }: ChildOptions, onMessage: (message: Message) => void): Promise<ChildEnd> {
    this.staleModules += job.stale?.length ?? 0;
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
      this.#child.stdin!.write(`${JSON.stringify(job)}\n`);
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
      doing.onMessage(message);
      return;
    }
    this.usedMb = message.usedMb ?? 0;
    this.usedAtFirstMb ??= this.usedMb;
    doing.settle(DONE);
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.isGone = true;
    this.#doing?.settle({ code, signal, timedOut: this.#timedOut, errors: this.#errors });
  }
}
