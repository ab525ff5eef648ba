import { MaestroError } from "../diagnostics/index.ts";
import type { DeriveNode } from "../plan/index.ts";
import type { Step, StepError } from "./core/state.ts";
import { toStepError } from "./perform.ts";
import type { Performance } from "./performance.ts";
import { writeNote } from "./take-moves.ts";

type Rule = NonNullable<DeriveNode["harmony"]>;

/** What came of looking whether artifacts agree, as it is kept. */
interface Harmony {
  readonly agrees: boolean;
  readonly conflict?: string;
  /** `letter.total`, `offer.sum`: where they contradict each other. */
  readonly places?: readonly string[];
}

/** What a score says of its artifacts, when that is what `step` computes. */
export function harmonyOf({ node: { plan } }: Step): Rule | undefined {
  return plan.kind === "derive" ? plan.harmony : undefined;
}

/** Writes down whether artifacts agree. A conflict fails the step, and the run with it, or is only told. */
export function checkHarmony(
  run: Performance,
  { key }: Step,
  { rule, said }: { readonly rule: Rule; readonly said: unknown },
): { readonly value: Harmony } | { readonly error: StepError } {
  const { artifacts, onConflict } = rule;
  const found = toHarmony(said, rule);
  if (found instanceof MaestroError)
    return failed(run, key, { error: toStepError(found), info: { artifacts } });
  const { conflict, places = [] } = found;
  if (conflict === undefined) {
    writeNote(run, { key, kind: "harmony", status: "completed", value: found, info: { artifacts } });
    return { value: found };
  }
  run.tell({ type: "harmony.conflict", step: key, artifacts, places, conflict });
  const info = { artifacts, conflict, places, onConflict };
  if (onConflict === "fail") {
    const error = toStepError(new MaestroError("MR3055", { artifacts, places, conflict }));
    return failed(run, key, { error, info });
  }
  writeNote(run, { key, kind: "harmony", status: "completed", value: found, info });
  return { value: found };
}

function failed(
  run: Performance,
  key: string,
  { error, info }: { readonly error: StepError; readonly info: Readonly<Record<string, unknown>> },
): { readonly error: StepError } {
  writeNote(run, { key, kind: "harmony", status: "failed", error, info });
  return { error };
}

/** What the author's check said, made into data; or that it said nothing clear. */
function toHarmony(said: unknown, { artifacts }: Rule): Harmony | MaestroError {
  if (said === true) return { agrees: true };
  if (said === false) return { agrees: false, conflict: "they do not agree", places: artifacts };
  const { conflict, paths } = Object(said) as { readonly conflict?: unknown; readonly paths?: unknown };
  if (typeof conflict !== "string" || !(paths === undefined || Array.isArray(paths)))
    return new MaestroError("MR3056", { artifacts, found: JSON.stringify(said) ?? "nothing" });
  const places = artifacts.map((name, i) => {
    const path: unknown = paths?.[i];
    return typeof path === "string" && path !== "" ? `${name}.${path}` : name;
  });
  return { agrees: false, conflict, places };
}
