import { budgetOf } from "../../define/write/budget.ts";
import type { At } from "../../define/write/writing.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** MS3001: a budget of the configuration that could never be kept. A score's is written into its plan. */
export function budgetOptions({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "config") return;
  const { budget, sites } = definition;
  const at: At = (...path) => ({ reader: "defineConfig()", sites, path });
  budgetOf(budget, { at, keys: ["perDayUsd"] }, { report });
}
