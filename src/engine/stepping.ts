import { MaestroError } from "../diagnostics/index.ts";
import { type Body, bodyOf, type Cases, casesOf, type JsonSchema } from "../plan/index.ts";
import { nearest } from "../support/nearest.ts";
import { withArticle } from "../support/with-article.ts";
import { copyJson } from "./copy-json.ts";
import { handBack } from "./core/core.ts";
import { isComputed } from "./core/reach-step.ts";
import type { Step, StepError } from "./core/state.ts";
import { openSecrets } from "./open-secrets.ts";
import { outputCheckOf } from "./output-check-of.ts";
import { type Performed, toPerformed } from "./perform.ts";
import type { Performance } from "./performance.ts";
import { playStep, record } from "./play-step.ts";

/** A step whose turn has come, and that waits to be let go on. */
export interface PendingStep {
  readonly step: string;
  readonly kind: string;
  readonly attempt: number;
  /** What it is given, secrets by their names; of a branch or a switch the case that it takes by itself. */
  readonly input: unknown;
}

/** What a step came to that was let go on. */
export type Stepped = { readonly step: string; readonly kind: string } & (
  | { readonly is: "completed"; readonly output: unknown }
  /** With `retryAt` (Unix ms) it will be tried again. */
  | { readonly is: "failed"; readonly error: StepError; readonly retryAt?: number }
  /** It waits for a time, a person or another run; or it was stopped. */
  | { readonly is: "open" }
);

/** What a person says of a step, and who that is. */
export interface Said {
  readonly value: unknown;
  readonly by: string;
}

/** What can be given in place of a step; neither where anything goes. */
export interface StepForm {
  readonly schema?: JsonSchema | undefined;
  readonly cases?: Cases["named"];
}

/** What whoever steers has of it. */
export type StepByStep = Pick<Stepping, "pending" | "next" | "override" | "takeOther" | "continue">;

/**
 * Plays a run step by step: what would be played is held until somebody lets it go on, gives its output instead, or has
 * a branch take another case. What is said is written down like any result, so a run that is resumed, step by step or
 * not, goes on from there. A run that is played straight has none of this.
 */
export class Stepping {
  readonly #run: Performance;
  readonly #held = new Map<string, Step>();
  readonly #brought = new WeakMap<
    Step,
    { readonly performed: Performed; readonly retryAt: number | undefined }
  >();
  #isOn = true;
  #hasEnded = false;
  #waiting: (() => void)[] = [];

  constructor(run: Performance) {
    this.#run = run;
  }

  /** Does it still hold what is to be played? Not when somebody has let everything go on. */
  get isOn(): boolean {
    return this.#isOn && !this.#hasEnded;
  }

  /** What may be played next as it stands now, which may be nothing: somebody who looks waits for no step. */
  held(): readonly PendingStep[] {
    return [...this.#held.values()].map((step) => this.#toPending(step));
  }

  /**
   * What can be given in place of a step: what its output has to be like, or the cases of a branch or a switch.
   * @throws MaestroError MR2025 when it is not held
   */
  formOf(key: string): StepForm {
    const step = this.#find(key);
    if (step.node.plan.kind === "branch") return { cases: [true, false] };
    if (step.node.plan.kind === "switchOn") return { cases: this.#casesOf(step).named };
    const { plan, code } = this.#run.playable;
    return { schema: outputCheckOf(step.node.plan, plan, code)?.schema };
  }

  /** The steps that may be played next, once there is one. None when the run has come to its end, or to rest. */
  async pending(): Promise<readonly PendingStep[]> {
    for (;;) {
      if (this.tidy() > 0) this.#run.wake();
      if (this.#hasEnded || this.#held.size > 0) break;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return [...this.#held.values()].map((step) => this.#toPending(step));
  }

  /**
   * Lets a step go on, the one that became ready first unless one is named, and resolves when what it came to is durable.
   * Undefined when the run has come to its end, or to rest.
   * @throws MaestroError MR2025 when the step that is named is not held
   */
  async next(key?: string): Promise<Stepped | undefined> {
    const [first] = await this.pending();
    if (!first) return undefined;
    return this.#play(this.#take(key ?? first.step));
  }

  /**
   * Gives a step its output instead of playing it.
   * @throws MaestroError MR2025 when it is not held, MR2014 when the output does not fit, MR2026 when it has none of its own
   */
  async override(key: string, { value, by }: Said): Promise<Stepped> {
    await this.pending();
    const step = this.#find(key);
    const { plan, code } = this.#run.playable;
    const want = outputCheckOf(step.node.plan, plan, code);
    if (!want)
      throw this.#cannot(key, `${withArticle(step.node.plan.kind)} has no output that could be given`);
    const checked = (await want.check?.(copyJson(value))) ?? { value };
    if ("problems" in checked) throw new MaestroError("MR2014", { step: key, problems: checked.problems });
    // Somebody else may have let it go on meanwhile.
    this.#take(key);
    return this.#give(step, checked.value, { overridden: true, by });
  }

  /**
   * Has a branch take the case that it would not, or a switch the case `value`.
   * @throws MaestroError MR2025 when it is not held, MR2026 when it is no branch and no switch, or has no such case
   */
  async takeOther(
    key: string,
    { value, by }: { readonly value?: unknown; readonly by: string },
  ): Promise<Stepped> {
    await this.pending();
    const step = this.#find(key);
    if (!isCase(step))
      throw this.#cannot(key, `it is ${withArticle(step.node.plan.kind)}, which takes no case`);
    const isBranch = step.node.plan.kind === "branch";
    const taken = value === undefined && isBranch ? step.input !== true : value;
    if (isBranch && typeof taken !== "boolean") throw this.#cannot(key, "a branch takes true or false");
    if (!isBranch) this.#checkCase(step, taken);
    this.#take(key);
    return this.#give(step, taken, { overridden: true, by });
  }

  /** Lets everything go on, from now on. */
  continue(): void {
    this.#isOn = false;
    this.#run.state.isStepped = false;
    const steps = [...this.#held.values()];
    this.#held.clear();
    for (const step of steps) void this.#play(step).catch(() => {});
  }

  /** @see playSteps */
  hold(steps: readonly Step[]): void {
    for (const step of steps) {
      // The time of a pause that is over, and a small function between steps, are nothing to be let go on.
      if (this.#isOn && step.until === undefined && !isComputed(step)) this.#held.set(step.key, step);
      else void this.#play(step).catch(() => {});
    }
    this.#ring();
  }

  /** Gives back what is held and is not to be played any more; says how much that is. */
  tidy(): number {
    const { isStopping, state } = this.#run;
    let count = 0;
    for (const [key, step] of this.#held) {
      const isOver = isStopping || state.failure !== undefined;
      if (!isOver && !step.scope.isDead()) continue;
      this.#held.delete(key);
      count++;
      // What is dead is dropped when it has its turn.
      handBack(state, step);
    }
    return count;
  }

  /** @see record */
  bring(step: Step, performed: Performed): void {
    const retry = this.#run.state.delayed.find((other) => other.step === step);
    this.#brought.set(step, { performed, retryAt: retry?.at });
  }

  /** The run has come to its end, or to rest. */
  end(): void {
    this.#hasEnded = true;
    this.#held.clear();
    this.#ring();
  }

  #ring(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #find(key: string): Step {
    if (this.tidy() > 0) this.#run.wake();
    const step = this.#held.get(key);
    if (step) return step;
    const pending = [...this.#held.keys()];
    const guess = nearest(key, pending);
    throw new MaestroError("MR2025", { run: this.#run.state.id, step: key, pending, guess });
  }

  #take(key: string): Step {
    const step = this.#find(key);
    this.#held.delete(key);
    return step;
  }

  async #play(step: Step): Promise<Stepped> {
    this.#brought.delete(step);
    if (isCase(step)) return this.#give(step, step.input, undefined);
    await playStep(this.#run, step);
    return this.#toStepped(step);
  }

  async #give(
    step: Step,
    value: unknown,
    info: Readonly<Record<string, unknown>> | undefined,
  ): Promise<Stepped> {
    const run = this.#run;
    const call = run.begin(step);
    run.finish(call);
    if (info) call.info = { ...call.info, ...info };
    try {
      await record(run, call, toPerformed(value));
    } catch (error) {
      run.crash ??= { error };
      run.wake();
      throw error;
    }
    return this.#toStepped(step);
  }

  #toStepped(step: Step): Stepped {
    const which = { step: step.key, kind: step.node.plan.kind };
    const brought = this.#brought.get(step);
    if (!brought) return { ...which, is: "open" };
    const { performed, retryAt } = brought;
    if ("json" in performed) return { ...which, is: "completed", output: performed.value };
    return { ...which, is: "failed", error: performed.error, ...(retryAt === undefined ? {} : { retryAt }) };
  }

  #toPending(step: Step): PendingStep {
    const { key, node, attempt } = step;
    const input = openSecrets(copyJson(step.input), this.#run.state.mark, (name) => `[secret:${name}]`);
    return { step: key, kind: node.plan.kind, attempt, input };
  }

  #casesOf({ node, scope }: Step): Cases {
    const { plan } = this.#run.playable;
    const { owner } = scope;
    const inHandler = this.#run.state.handling?.scope === scope;
    const body = (owner ? bodyOf(owner.node.plan) : inHandler ? plan.onError : plan.body) as Body;
    return casesOf(body, node.name);
  }

  #checkCase(step: Step, value: unknown): void {
    const { key } = step;
    const { named, hasOther } = this.#casesOf(step);
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (isPlain && (hasOther || named.includes(value))) return;
    const guess = nearest(String(value), named.map(String));
    throw this.#cannot(key, `no node is played for that case; there are ${named.join(", ")}`, guess);
  }

  #cannot(step: string, detail: string, guess?: string): MaestroError<"MR2026"> {
    return new MaestroError("MR2026", { step, detail, guess });
  }
}

function isCase({ node: { plan } }: Step): boolean {
  return plan.kind === "branch" || plan.kind === "switchOn";
}
