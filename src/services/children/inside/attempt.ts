import { AuthorCall, type Backstage } from "../../../engine/call.ts";
import { toJsonText } from "../../../engine/performance.ts";
import type { TaskCall } from "../../../plan/index.ts";
import type { Call } from "../../../players/player.ts";
import { stringify } from "../../../support/own-json.ts";

/** Says what becomes of an attempt, one line each. */
export type Tell = (kind: "k" | "u" | "f" | "t" | "l" | "g", id: string, json?: string) => void;

const MOST_PRINTED = 64 * 1024;
const LONGEST_LINE = 8 * 1024;

/** One attempt at a task in this process. */
export class Attempt implements Call, Backstage {
  readonly id: string;
  readonly input: unknown;
  readonly secrets: TaskCall["secrets"];
  readonly attempt: number;
  readonly escalation: number;
  readonly idempotencyKey: string;
  /** Has its result been told? */
  isOver = false;
  /** Ends its time limit. */
  timer: NodeJS.Timeout | undefined;
  readonly #tell: Tell;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;
  #printed = 0;
  #line = "";

  constructor(
    tell: Tell,
    of: Pick<Attempt, "id" | "input" | "secrets" | "attempt" | "escalation" | "idempotencyKey">,
  ) {
    this.#tell = tell;
    this.id = of.id;
    this.input = of.input;
    this.secrets = of.secrets;
    this.attempt = of.attempt;
    this.escalation = of.escalation;
    this.idempotencyKey = of.idempotencyKey;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#abortReason) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(reason);
  }

  log(message: string, data: unknown): void {
    if (this.isOver) return;
    const kept = data === undefined ? "" : `,"data":${toJsonText(data)}`;
    this.#tell("l", this.id, `{"message":${stringify(message)}${kept}}`);
  }

  progress(done: number, total: number): void {
    if (!this.isOver) this.#tell("g", this.id, toJsonText([done, total]));
  }

  /** Its code wrote to standard output or error: each line is one of its log, up to a limit in all. */
  print(text: string): void {
    if (this.#printed > MOST_PRINTED) return;
    this.#printed += text.length;
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop()!;
    if (this.#line.length > LONGEST_LINE) this.endPrinting();
    for (const line of lines) if (line !== "") this.log(line.slice(0, LONGEST_LINE), undefined);
    if (this.#printed <= MOST_PRINTED) return;
    this.#line = "";
    this.log("(it printed more, which is left out)", undefined);
  }

  /** What it printed last may have no end of line. */
  endPrinting(): void {
    const line = this.#line;
    this.#line = "";
    if (line !== "") this.log(line.slice(0, LONGEST_LINE), undefined);
  }

  toTaskCall(input: unknown): TaskCall {
    return new AuthorCall(this, input);
  }
}
