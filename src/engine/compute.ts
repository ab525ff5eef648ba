import { MaestroError } from "../diagnostics/index.ts";
import type { Checked } from "../plan/index.ts";
import { isThenable } from "../support/is-thenable.ts";
import { checkHarmony, harmonyOf } from "./check-harmony.ts";
import { copyJson } from "./copy-json.ts";
import { apply } from "./core/core.ts";
import type { Step } from "./core/state.ts";
import { type Performed, toPerformed, toStepError } from "./perform.ts";
import type { Performance } from "./performance.ts";
import { playWhenDurable } from "./play-step.ts";
import { takeMoves } from "./take-moves.ts";

type Computed = Performed | { readonly value: undefined };

/** Calls the author's function of a `derive`. Its result is not recorded: it is computed again when it is needed. */
export function compute(run: Performance, step: Step): void {
  let made: Computed;
  try {
    made = isChecked(step) ? toChecked(check(run, step)) : toDerived(derive(run, step));
  } catch (error) {
    made = { error: toStepError(error) };
  }
  take(run, step, made);
}

/**
 * The same where the code is in another process. Its sources are durable when it begins; what it makes possible waits
 * for every result that was taken in meanwhile (E1).
 */
export async function computeElsewhere(run: Performance, step: Step): Promise<void> {
  try {
    const made = await computedElsewhere(run, step);
    // E2: the run was cancelled, and has ended without it.
    if (run.ending) return;
    take(run, step, made);
    playWhenDurable(run, takeMoves(run));
    if (run.ending || run.isStopping) run.wake();
  } catch (error) {
    run.crash ??= { error };
    run.wake();
  }
}

async function computedElsewhere(run: Performance, step: Step): Promise<Computed> {
  try {
    return isChecked(step) ? toChecked(await check(run, step)) : toDerived(await derive(run, step));
  } catch (error) {
    return { error: toStepError(error) };
  }
}

function take(run: Performance, step: Step, computed: Computed): void {
  const { key, attempt } = step;
  const rule = harmonyOf(step);
  const made =
    rule && "value" in computed ? checkHarmony(run, step, { rule, said: computed.value }) : computed;
  apply(
    run.state,
    "error" in made
      ? { is: "failed", key, attempt, error: made.error, at: run.clock.now() }
      : { is: "completed", key, attempt, value: made.value },
  );
}

function derive(run: Performance, { node, input }: Step): unknown {
  const { code } = node.plan as Extract<typeof node.plan, { kind: "derive" }>;
  return run.playable.code.derives[code]!(...(copyJson(input) as unknown[]));
}

/** Is it a loop's state, or an artifact's value, that a schema looks at? */
function isChecked({ loop, artifact }: Step): boolean {
  return loop !== undefined || artifact !== undefined;
}

/** The state or the value as its schema gives it back. */
function check(run: Performance, { node, input }: Step): Checked | Promise<Checked> {
  const { code } = node.plan as Extract<typeof node.plan, { kind: "loop" | "artifact" }>;
  return run.playable.code.checks[code]?.(copyJson(input)) ?? { value: input };
}

function toChecked(checked: Checked | Promise<Checked>): Performed {
  if (checked instanceof Promise) {
    checked.catch(() => {});
    return { error: toStepError(new MaestroError("MR3004", { found: "its schema is asynchronous" })) };
  }
  if ("problems" in checked)
    return { error: toStepError(new MaestroError("MR3001", { problems: checked.problems })) };
  return toPerformed(checked.value);
}

/** A derive gives JSON, as every step does; `undefined` stays a missing value. */
function toDerived(value: unknown): Computed {
  if (value === undefined) return { value };
  if (!isThenable(value)) return toPerformed(value);
  Promise.resolve(value).catch(() => {});
  return { error: toStepError(new MaestroError("MR3004", { found: "it is a promise; use a task" })) };
}
