import type { Plan } from "../../plan/index.ts";
import type { ScoreRecord } from "../define-score.ts";
import { budgetOf } from "./budget.ts";
import { routing } from "./routing.ts";
import { tagsOf } from "./sharing.ts";
import { type At, invalid, shown, type Writing, wholeNumber } from "./writing.ts";

const MOST_RUNS = 10_000;

/** `runs`, `tags`, `budget` and `routing` of a score. */
export function runLimits(
  { id, runs, tags, budget, routing: policy, sites }: ScoreRecord,
  writing: Pick<Writing, "report">,
): Pick<Plan, "runs" | "tags" | "budget" | "routing"> {
  const at: At = (...path) => ({ reader: `"${id}"`, sites, path });
  const listed = tags === undefined ? [] : tagsOf(tags, at("tags"), writing);
  const spending = budgetOf(budget, { at }, writing);
  return {
    ...(spending ? { budget: spending } : {}),
    ...(runs === undefined ? {} : { runs: { max: maxOf(runs, at, writing) } }),
    ...(listed.length > 0 ? { tags: listed } : {}),
    ...routing(policy, at, writing),
  };
}

function maxOf(runs: unknown, at: At, writing: Pick<Writing, "report">): number {
  if (typeof runs === "object" && runs !== null && "max" in runs)
    return wholeNumber(runs.max, "runs.max", MOST_RUNS, at, writing);
  invalid("runs", shown(runs), "it says how many at once: { max: 3 }", at("runs"), writing);
  return 1;
}
