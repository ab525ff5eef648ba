import type { MaestroError } from "../../diagnostics/index.ts";
import type { ElsewhereCall } from "../../engine/elsewhere.ts";
import { type Performed, toStepError } from "../../engine/perform.ts";
import type { TaskNode } from "../../plan/index.ts";
import type { Child } from "./child.ts";
import type { Heard, Job } from "./job.ts";
import { isLogLine, isProgress, isStepError, readJson } from "./messages.ts";

/** One attempt at a task. */
export class PlayJob implements Job {
  readonly id: number;
  readonly key: string;
  readonly timeoutMs: number | undefined;
  readonly performed: Promise<Performed>;
  child: Child | undefined;
  dueAt = Number.POSITIVE_INFINITY;
  isTold = false;
  isSettled = false;
  readonly #score: number;
  readonly #node: TaskNode;
  readonly #call: ElsewhereCall;
  #settle!: (performed: Performed) => void;
  #reason: Error | undefined;

  constructor(
    id: number,
    { score, node, call }: { readonly score: number; readonly node: TaskNode; readonly call: ElsewhereCall },
  ) {
    this.id = id;
    this.key = call.idempotencyKey;
    this.timeoutMs = node.timeoutMs;
    this.#score = score;
    this.#node = node;
    this.#call = call;
    this.performed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    call.whenAborted((reason) => this.#stop(reason));
  }

  get secrets(): Readonly<Record<string, string>> | undefined {
    return this.#call.secrets;
  }

  toLine(): string {
    const { attempt, escalation, input, secrets } = this.#call;
    const shown = isEmpty(secrets) ? "" : JSON.stringify(secrets);
    const { code } = this.#node;
    const given = JSON.stringify(input) ?? "";
    return `p\t${this.id}\t${this.#score}\t${code}\t${attempt}\t${escalation}\t${this.timeoutMs ?? 0}\t${this.key}\t${shown}\t${given}`;
  }

  hear(kind: string, rest: string): Heard {
    const said = readJson(rest);
    switch (kind) {
      case "k":
        if (said === undefined) return "nonsense";
        this.#end({ value: said, json: rest });
        return "result";
      case "f":
        if (!isStepError(said)) return "nonsense";
        this.#end({ error: said });
        return "result";
      case "l":
        if (!isLogLine(said)) return "nonsense";
        this.#call.log(said.message, said.data);
        return "news";
      case "g":
        if (!isProgress(said)) return "nonsense";
        this.#tellProgress(said);
        return "news";
      default:
        return "nonsense";
    }
  }

  /** What is no number is told to nobody: who draws it would fall over it here, not in the code that gave it. */
  #tellProgress([done, total]: readonly unknown[]): void {
    if (typeof done === "number" && typeof total === "number") this.#call.progress(done, total);
  }

  print(line: string): void {
    this.#call.log(line, undefined);
  }

  abandon(): void {
    this.#end({ error: toStepError(this.#reason) });
  }

  interrupt(why: MaestroError, isCounted: boolean): void {
    this.#end({ error: { ...toStepError(why), ...(isCounted ? { isCounted } : {}) }, isInterrupted: true });
  }

  #stop(reason: Error): void {
    if (this.isSettled) return;
    this.#reason = reason;
    if (this.child) this.child.stop(this, reason);
    else this.abandon();
  }

  #end(performed: Performed): void {
    this.isSettled = true;
    this.#settle(performed);
  }
}

function isEmpty(fields: object): boolean {
  for (const _ in fields) return false;
  return true;
}
