import { partKeyOf } from "./artifact-parts.ts";
import { BUDGET_NAME, isBudgetKey } from "./budget-question.ts";

/** What people call a checkpoint by its step's key: one that an artifact asks has the artifact's name. */
export function checkpointName(key: string): string {
  return isBudgetKey(key) ? BUDGET_NAME : (partKeyOf(key)?.key ?? key);
}
