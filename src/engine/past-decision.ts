import { parseStored } from "../store/parse-stored.ts";
import type { StepRow } from "../store/store.ts";
import type { StepInfo } from "./step-info.ts";

/** Who has decided a checkpoint, as far as that is known, and when, as ISO 8601 writes it; `undefined` while nobody has. */
export function pastDecision(
  step: Pick<StepRow, "runId" | "key" | "kind" | "status" | "info" | "endedAt">,
): { readonly by?: string; readonly at: string } | undefined {
  const { kind, status, info, endedAt } = step;
  if (kind !== "checkpoint" || status !== "completed" || endedAt === null) return undefined;
  const { by } = parseStored(info ?? "{}", `step "${step.key}" of run ${step.runId}`) as StepInfo;
  return { at: new Date(endedAt).toISOString(), ...(by === undefined ? {} : { by }) };
}
