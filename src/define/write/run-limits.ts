import type { Plan } from "../../plan/index.ts";
import type { ScoreRecord } from "../define-score.ts";
import { describe } from "../describe.ts";
import { budgetOf } from "./budget.ts";
import { routing } from "./routing.ts";
import { tagsOf } from "./sharing.ts";
import { type At, invalid, shown, type Writing, wholeNumber } from "./writing.ts";

const MOST_RUNS = 10_000;

/** `runs`, `tags`, `budget`, `routing` and `phases` of a score. */
export function runLimits(
  { id, runs, tags, budget, routing: policy, phases, sites }: ScoreRecord,
  writing: Pick<Writing, "report">,
): Pick<Plan, "runs" | "tags" | "budget" | "routing" | "phases"> {
  const at: At = (...path) => ({ reader: `"${id}"`, sites, path });
  const listed = tags === undefined ? [] : tagsOf(tags, at("tags"), writing);
  const named = phases === undefined ? [] : phasesOf(phases, at, writing);
  const spending = budgetOf(budget, { at }, writing);
  return {
    ...(spending ? { budget: spending } : {}),
    ...(runs === undefined ? {} : { runs: { max: maxOf(runs, at, writing) } }),
    ...(listed.length > 0 ? { tags: listed } : {}),
    ...routing(policy, at, writing),
    ...(named.length > 0 ? { phases: named } : {}),
  };
}

function phasesOf(phases: unknown, at: At, writing: Pick<Writing, "report">): string[] {
  if (!Array.isArray(phases)) {
    invalid("phases", describe(phases), "it lists names, in their order", at("phases"), writing);
    return [];
  }
  return phases.filter((name: unknown, i): name is string => {
    const isName = typeof name === "string" && /^[\w-]{1,60}$/.test(name);
    if (isName && phases.indexOf(name) === i) return true;
    const reason = isName ? "it is listed twice" : "a phase is named with letters, digits, - and _";
    invalid("phases", shown(name), reason, at("phases", i), writing);
    return false;
  });
}

function maxOf(runs: unknown, at: At, writing: Pick<Writing, "report">): number {
  if (typeof runs === "object" && runs !== null && "max" in runs)
    return wholeNumber(runs.max, "runs.max", MOST_RUNS, at, writing);
  invalid("runs", shown(runs), "it says how many at once: { max: 3 }", at("runs"), writing);
  return 1;
}
