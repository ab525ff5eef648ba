import type { TaskCall } from "../plan/index.ts";
import type { ToolResult, ToolUse } from "../players/models/memory.ts";
import type { Call } from "../players/player.ts";
import { Redactor } from "../players/redactor.ts";
import type { Clock } from "../support/clock.ts";
import { toReason } from "../support/to-reason.ts";
import type { StepCost } from "./ask-model.ts";
import type { Ticket } from "./core/admission.ts";
import type { Step } from "./core/state.ts";
import type { ElsewhereCall } from "./elsewhere.ts";
import { toJsonText } from "./performance.ts";
import { infoOf } from "./step-info.ts";

/** The run that an attempt is part of: what it may tell while it is under way, and to whom. */
export interface Hearer {
  readonly state: { readonly id: string };
  readonly clock: Clock;
  log(step: string, message: string, data: unknown): void;
  progress(step: string, done: number, total: number): void;
  say(step: string, text: string): void;
  tellTool(step: string, use: ToolUse, result: ToolResult): void;
}

const NO_SECRETS: TaskCall["secrets"] = Object.freeze({});

/** One attempt under way, and the means to end it early. Made once per attempt on the hot path. */
export class AttemptCall implements Call, ElsewhereCall {
  input: unknown;
  /** Of the task, opened; by name. */
  secrets: TaskCall["secrets"] = NO_SECRETS;
  /** Takes them out of what comes back. */
  redactor: Redactor | undefined;
  readonly attempt: number;
  readonly startedAt: number;
  readonly step: Step;
  readonly run: string;
  /** What its calls of models came to. */
  cost: StepCost | undefined;
  /** Has it called a tool that changes something outside? */
  hasTakenEffect = false;
  /** What is kept of it besides what it gives. */
  info: object | undefined;
  /** Under what its result is kept for other runs. */
  key: string | undefined;
  /** What it shares with others and has taken. */
  holds: Ticket<number> | undefined;
  /** Has its beginning been written down? */
  isNoted = false;
  /** Among those that are under way in its run. */
  place = -1;
  /** Has it ended? What its task still tells is told to nobody. */
  isOver = false;
  readonly #hearer: Hearer;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;
  #onAbort: ((reason: Error) => void) | undefined;

  constructor(step: Step, hearer: Hearer) {
    this.step = step;
    this.attempt = step.attempt;
    this.startedAt = hearer.clock.now();
    this.run = hearer.state.id;
    this.info = infoOf(step);
    this.#hearer = hearer;
  }

  /** The same for every attempt of this step; of a value that is made anew, for every attempt at that value. */
  get idempotencyKey(): string {
    const { key, again } = this.step;
    return again ? `${this.run}/${key}~${again.round}` : `${this.run}/${key}`;
  }

  get escalation(): number {
    return this.step.again?.escalation ?? 0;
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
    const isFirst = this.#abortReason === undefined;
    this.#abortReason ??= reason;
    this.#controller?.abort(reason);
    if (isFirst) this.#onAbort?.(reason);
  }

  /** A signal's listener, without the signal: that costs more than most steps. */
  whenAborted(act: (reason: Error) => void): void {
    this.#onAbort = act;
    if (this.#abortReason) act(this.#abortReason);
  }

  openSecrets(secrets: TaskCall["secrets"]): void {
    this.secrets = secrets;
    this.redactor = new Redactor(new Map(Object.entries(secrets)));
  }

  log(message: string, data: unknown): void {
    if (this.isOver) return;
    if (this.redactor)
      this.#hearer.log(this.step.key, this.redactor.text(message), this.#withoutSecrets(data));
    else this.#hearer.log(this.step.key, message, data);
  }

  #withoutSecrets(data: unknown): unknown {
    return data === undefined ? undefined : this.redactor!.value(JSON.parse(toJsonText(data)));
  }

  progress(done: number, total: number): void {
    if (!this.isOver) this.#hearer.progress(this.step.key, done, total);
  }

  /** What a model says, piece by piece. */
  say(text: string): void {
    if (!this.isOver) this.#hearer.say(this.step.key, text);
  }

  /** A call of a tool that is over. */
  tellTool(use: ToolUse, result: ToolResult): void {
    if (!this.isOver) this.#hearer.tellTool(this.step.key, use, result);
  }

  toTaskCall(input: unknown): TaskCall {
    return new AuthorCall(this, input);
  }
}

/** What stands behind what author code sees of its attempt. */
export interface Backstage extends Omit<TaskCall, "input" | "log" | "progress"> {
  log(message: string, data: unknown): void;
  progress(done: number, total: number): void;
}

/** What author code sees of its attempt. What most tasks never touch is made on demand. */
export class AuthorCall implements TaskCall {
  readonly input: unknown;
  readonly secrets: TaskCall["secrets"];
  readonly attempt: number;
  readonly #call: Backstage;

  constructor(call: Backstage, input: unknown) {
    this.input = input;
    this.secrets = call.secrets;
    this.attempt = call.attempt;
    this.#call = call;
  }

  get idempotencyKey(): string {
    return this.#call.idempotencyKey;
  }

  get escalation(): number {
    return this.#call.escalation;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get log(): TaskCall["log"] {
    const call = this.#call;
    return (message, data) => call.log(typeof message === "string" ? message : toReason(message), data);
  }

  get progress(): TaskCall["progress"] {
    const call = this.#call;
    return (done, total) => call.progress(done, total);
  }
}
