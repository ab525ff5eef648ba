import type { MaestroError } from "../../diagnostics/index.ts";
import { ElsewhereError } from "../../engine/elsewhere.ts";
import { toStepError } from "../../engine/perform.ts";
import type { Child } from "./child.ts";
import type { Heard, Job } from "./job.ts";
import { isChecked, isStepError, readJson } from "./messages.ts";
import { isCheck } from "./protocol.ts";

/** A function of a score that is called: a `derive` or a check. */
export class CallJob implements Job {
  readonly id: number;
  readonly key: string;
  readonly timeoutMs: number | undefined;
  /** Of a tool, opened. */
  readonly secrets: Job["secrets"];
  readonly made: Promise<unknown>;
  child: Child | undefined;
  dueAt = Number.POSITIVE_INFINITY;
  isTold = false;
  isSettled = false;
  readonly #line: string;
  readonly #again: () => void;
  readonly #hasEffects: boolean;
  readonly #isCheck: boolean;
  #resolve!: (made: unknown) => void;
  #reject!: (error: Error) => void;

  constructor(
    id: number,
    of: {
      readonly score: number;
      readonly path: string;
      readonly values: readonly unknown[];
      /** None of a tool, which is told to end. */
      readonly timeoutMs: number | undefined;
      readonly secrets: Job["secrets"];
      /** It may change something outside. */
      readonly hasEffects: boolean;
      /** It came to nothing through no fault of its own. */
      readonly again: (job: CallJob) => void;
    },
  ) {
    const { score, path, values, timeoutMs, again } = of;
    this.id = id;
    this.timeoutMs = timeoutMs;
    this.secrets = of.secrets;
    this.#hasEffects = of.hasEffects;
    this.#isCheck = isCheck(path);
    this.key = `~${id}`;
    const missing = values.flatMap((value, place) => (value === undefined ? [place] : [])).join(",");
    this.#line = `c\t${id}\t${score}\t${path}\t${missing}\t${JSON.stringify(values)}`;
    this.#again = () => again(this);
    this.made = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  toLine(): string {
    return this.#line;
  }

  hear(kind: string, rest: string): Heard {
    const said = kind === "u" ? undefined : readJson(rest);
    if (kind === "f" && isStepError(said)) this.#reject(new ElsewhereError(said));
    else if (kind === "k" && said !== undefined && (!this.#isCheck || isChecked(said))) this.#resolve(said);
    else if (kind === "u" && !this.#isCheck) this.#resolve(undefined);
    else return "nonsense";
    return "result";
  }

  print(): void {}

  /** Whoever called it does not wait any more. */
  stop(reason: Error): void {
    if (this.child) this.child.stop(this, reason);
    else this.isSettled = true;
    this.#reject(reason);
  }

  abandon(): void {}

  /** What changes nothing is simply called again, once more by itself. Of anything else nobody knows what it did. */
  interrupt(why: MaestroError, isCounted: boolean): void {
    if (this.#hasEffects) this.#reject(new ElsewhereError(toStepError(why), { isInterrupted: true }));
    else if (isCounted) this.#reject(why);
    else this.#again();
  }
}
