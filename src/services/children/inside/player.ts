import { AsyncLocalStorage } from "node:async_hooks";
// Not the global ones, which author code can replace.
import { clearTimeout, setTimeout } from "node:timers";
import { MaestroError } from "../../../diagnostics/index.ts";
import { type Performed, toPerformed, toStepError } from "../../../engine/perform.ts";
import type { Checked, Code, TaskNode } from "../../../plan/index.ts";
import { playTask } from "../../../players/play-task.ts";
import { isThenable } from "../../../support/is-thenable.ts";
import { parse, stringify } from "../../../support/own-json.ts";
import { isCheck } from "../protocol.ts";
import { Attempt, type Tell } from "./attempt.ts";

/** What does not end so long after it was told to keeps the process from being of use. */
const LINGER_MS = 5_000;

/** Plays attempts and calls functions in this process, as it is told line by line. */
export class ChildPlayer {
  readonly #codes: readonly Code[];
  readonly #tell: Tell;
  /** Something does not end although it is over. */
  readonly #onLingering: () => void;
  readonly #attempts = new Map<string, Attempt>();
  /** Functions that were called and gave a promise. */
  readonly #calls = new Map<string, AbortController>();
  readonly #current = new AsyncLocalStorage<Attempt>();

  constructor(of: {
    readonly codes: readonly Code[];
    readonly tell: Tell;
    readonly onLingering: () => void;
  }) {
    this.#codes = of.codes;
    this.#tell = of.tell;
    this.#onLingering = of.onLingering;
  }

  /** The attempt whose code is running, as far as that is known. */
  get current(): Attempt | undefined {
    return this.#current.getStore();
  }

  get isIdle(): boolean {
    return this.#attempts.size + this.#calls.size === 0;
  }

  /** Plays `p id score task attempt escalation timeoutMs key secrets input`. */
  play([, id, score, task, attempt, escalation, timeoutMs, key, secrets, input]: readonly string[]): void {
    const begun = new Attempt(this.#tell, {
      id: id!,
      input: input === "" ? undefined : parse(input!),
      secrets: secrets === "" ? {} : parse(secrets!),
      attempt: Number(attempt),
      escalation: Number(escalation),
      idempotencyKey: key!,
    });
    this.#attempts.set(begun.id, begun);
    const code = this.#codes[Number(score)]!;
    this.#current.run(begun, () =>
      this.#begin(begun, code, { task: Number(task), timeoutMs: Number(timeoutMs) }),
    );
  }

  #begin(
    attempt: Attempt,
    code: Code,
    { task, timeoutMs }: { readonly task: number; readonly timeoutMs: number },
  ): void {
    let played: unknown;
    try {
      played = playTask({ code: task } as TaskNode, attempt, code);
      if (!isThenable(played)) return this.#end(attempt, toPerformed(played));
    } catch (error) {
      return this.#end(attempt, { error: toStepError(error) });
    }
    if (timeoutMs > 0) attempt.timer = setTimeout(() => this.#endLate(attempt, timeoutMs), timeoutMs);
    Promise.resolve(played).then(
      (value) => this.#end(attempt, toPerformed(value)),
      (error: unknown) => this.#end(attempt, { error: toStepError(error) }),
    );
  }

  #end(attempt: Attempt, performed: Performed): void {
    this.#attempts.delete(attempt.id);
    clearTimeout(attempt.timer);
    if (attempt.isOver) return;
    attempt.endPrinting();
    attempt.isOver = true;
    if ("error" in performed) return this.#tell("f", attempt.id, stringify(performed.error));
    this.#tell("k", attempt.id, performed.json);
  }

  #endLate(attempt: Attempt, timeoutMs: number): void {
    const error = new MaestroError("MR3002", { timeoutMs });
    this.#end(attempt, { error: toStepError(error) });
    this.#expectEnd(attempt);
    attempt.abort(error);
  }

  /** Tells an attempt to end. What it gives then still counts, for a while. */
  stop([, id, reason]: readonly string[]): void {
    const attempt = this.#attempts.get(id!);
    this.#tell("t", id!);
    this.#calls.get(id!)?.abort(new Error(parse(reason!)));
    if (!attempt) return;
    this.#expectEnd(attempt);
    attempt.abort(new Error(parse(reason!)));
  }

  #expectEnd(attempt: Attempt): void {
    this.#attempts.set(attempt.id, attempt);
    clearTimeout(attempt.timer);
    attempt.timer = setTimeout(() => {
      if (this.#attempts.has(attempt.id)) this.#onLingering();
    }, LINGER_MS);
    attempt.timer.unref();
  }

  /** Calls the function of `c id score path missing arguments`. */
  call([, id, score, path, missing, given]: readonly string[]): void {
    const controller = new AbortController();
    const tell = (made: unknown) => this.#answer(id!, path!, made);
    const fail = (error: unknown) => {
      this.#calls.delete(id!);
      this.#tell("f", id!, stringify(toStepError(error)));
    };
    try {
      const values = parse(given!) as unknown[];
      if (missing !== "") for (const place of missing!.split(",")) values[Number(place)] = undefined;
      const made = functionAt(this.#codes[Number(score)]!, path!)(...toArguments(path!, values, controller));
      // A derive that gives a promise is none.
      if (!isThenable(made) || path!.startsWith("derives/")) return tell(made);
      this.#calls.set(id!, controller);
      Promise.resolve(made).then(tell, fail);
    } catch (error) {
      fail(error);
    }
  }

  #answer(id: string, path: string, made: unknown): void {
    this.#calls.delete(id);
    if (isCheck(path)) return this.#tell("k", id, toCheckedJson(made as Checked));
    if (made === undefined) return this.#tell("u", id);
    if (isThenable(made)) {
      Promise.resolve(made).catch(() => {});
      const error = new MaestroError("MR3004", { found: "it is a promise; use a task" });
      return this.#tell("f", id, stringify(toStepError(error)));
    }
    const performed = toPerformed(made);
    if ("error" in performed) this.#tell("f", id, stringify(performed.error));
    else this.#tell("k", id, performed.json);
  }

  /** Nothing is left that could happen: what is open stays so. */
  giveUp(): void {
    const error = stringify(toStepError(new MaestroError("MR3074", {})));
    for (const attempt of this.#attempts.values()) {
      if (!attempt.isOver) this.#tell("f", attempt.id, error);
      attempt.isOver = true;
    }
    for (const id of this.#calls.keys()) this.#tell("f", id, error);
    this.#attempts.clear();
    this.#calls.clear();
  }
}

/** `derives/3`, `checks/0`, `checkInput`, `tasks/2/checkOutput`, `agents/0/tools/1/run`. */
function functionAt(code: Code, path: string): (...values: unknown[]) => unknown {
  let at: unknown = code;
  for (const part of path.split("/")) at = (at as Record<string, unknown>)[part];
  return at as (...values: unknown[]) => unknown;
}

/** A tool is given one object, with a signal in it, which does not travel. */
function toArguments(
  path: string,
  values: readonly unknown[],
  { signal }: AbortController,
): readonly unknown[] {
  return path.endsWith("/run") ? [{ ...Object(values[1]), input: values[0], signal }] : values;
}

function toCheckedJson(checked: Checked): string {
  if ("problems" in checked) return stringify(checked);
  const performed = toPerformed(checked.value);
  if ("json" in performed) return `{"value":${performed.json}}`;
  return stringify({
    problems: [{ path: "", detail: performed.error.message, type: typeof checked.value }],
  });
}
