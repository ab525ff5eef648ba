import type { Playable } from "../engine/index.ts";
import type { JsonSchema, Plan, Problem } from "../plan/index.ts";
import { toCanonicalJson } from "../support/json.ts";
import { toPlainJson, unknownFields } from "./start-run.ts";

/**
 * A run's stored input in another deployment of its score: as that one's schema gives it back, or why it does not fit.
 * Where the schema is the one that it was checked with, it stays as it is.
 */
export async function carriedInput(
  { plan, code }: Playable,
  input: unknown,
  before: Plan | undefined,
): Promise<{ readonly value: unknown; readonly problems: readonly Problem[] }> {
  if (before === plan) return { value: input, problems: [] };
  if (!code.checkInput) return { value: {}, problems: [] };
  const known = withoutUnknown(plan.input, input);
  const checked = await code.checkInput(known);
  if ("problems" in checked) return { value: known, problems: checked.problems };
  const isSame = before && toCanonicalJson(before.input ?? null) === toCanonicalJson(plan.input ?? null);
  return { value: isSame ? input : toPlainJson(checked.value, plan.score), problems: [] };
}

/** What the score takes no longer is not asked for. */
function withoutUnknown(schema: JsonSchema | undefined, input: unknown): unknown {
  const unknown = new Set(unknownFields(schema, input).map(({ path }) => path));
  if (unknown.size === 0) return input;
  return Object.fromEntries(Object.entries(input as object).filter(([key]) => !unknown.has(key)));
}
