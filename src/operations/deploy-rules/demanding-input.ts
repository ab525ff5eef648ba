import type { MovedRun } from "./moved-run.ts";

/** MS5005: an input that a run was begun with, and could not be begun with now. */
export function demandingInput({ migration, callers, report }: MovedRun): void {
  for (const { path: at, detail } of migration.problems) {
    const [first, ...rest] = at.split(".");
    if (first !== "input") continue;
    const facts = { path: rest.join("."), detail: detail.replace(/\.$/, "") };
    report({ code: "MS5005", facts, path: ["input"], others: callers });
  }
}
