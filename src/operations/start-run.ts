import { MaestroError } from "../diagnostics/index.ts";
import type { Engine, Play, Playable } from "../engine/index.ts";

/**
 * Begins a run. Its input is checked first; what the schema gives back (defaults filled in) is what is stored and played.
 * @throws MaestroError MR2002 with every wrong field; then nothing has been stored
 */
export async function startRun(engine: Engine, playable: Playable, input: unknown): Promise<Play> {
  return engine.start(playable, await checkedInput(playable, input));
}

/** The input as the score's schema gives it back. */
export async function checkedInput({ plan, code }: Playable, input: unknown): Promise<unknown> {
  if (!code.checkInput) return checkedNone(plan.score, input);
  const checked = await code.checkInput(input ?? {});
  if ("problems" in checked) throw new MaestroError("MR2002", { score: plan.score, problems: checked.problems });
  return checked.value;
}

/** A score without an input schema takes nothing. */
function checkedNone(score: string, input: unknown): unknown {
  const keys = typeof input === "object" && input !== null ? Object.keys(input) : [];
  if (keys.length === 0 && (input === undefined || input === null || typeof input === "object")) return {};
  const problems = keys.length > 0 ? keys.map((path) => ({ path, detail: "the score takes no input" })) : [{ path: "", detail: "the score takes no input" }];
  throw new MaestroError("MR2002", { score, problems });
}
