import type { Call } from "../players/player.ts";
import type { Step } from "./core/state.ts";

/** What an attempt may tell while it is under way. */
export interface Hearer {
  log(step: string, message: string, data: unknown): void;
  progress(step: string, done: number, total: number): void;
}

/**
 * One attempt under way: what its task is given, and the means to end it early.
 * Made once per attempt on the hot path, so everything that most tasks never touch is made on demand.
 */
export class AttemptCall implements Call {
  input: unknown;
  readonly attempt: number;
  readonly startedAt: number;
  readonly step: Step;
  /** Has its beginning been written down? */
  isNoted = false;
  readonly #run: string;
  readonly #hearer: Hearer;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;

  constructor(
    step: Step,
    input: unknown,
    at: { readonly run: string; readonly startedAt: number; readonly hearer: Hearer },
  ) {
    this.step = step;
    this.input = input;
    this.attempt = step.attempt;
    this.startedAt = at.startedAt;
    this.#run = at.run;
    this.#hearer = at.hearer;
  }

  get idempotencyKey(): string {
    return `${this.#run}/${this.step.key}`;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#abortReason) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  /** Tells the task to end; `reason` is what its signal carries. */
  abort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(reason);
  }

  get log(): Call["log"] {
    return (message, data) => this.#hearer.log(this.step.key, String(message), data);
  }

  get progress(): Call["progress"] {
    return (done, total) => this.#hearer.progress(this.step.key, done, total);
  }
}
