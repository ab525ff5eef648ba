import { type Check, type Problem, type ShownBudget, toBudgetDecision } from "../plan/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { StepRow } from "../store/store.ts";
import { toUsd } from "../support/money.ts";

const WAYS = ["limitUsd", "stop", "again"] as const;
const KNOWN: ReadonlySet<string> = new Set([...WAYS, "note"]);
const MOST_USD = 1_000_000;

/** Looks at what a person says about a budget that is reached: one way to go on, and one that helps. */
export function checkBudgetDecision(step: StepRow): Check {
  return (value) => {
    const problems = problemsOf(value, shownIn(step));
    return problems.length > 0 ? { problems } : { value };
  };
}

/** The budget that a decision raises, and to how much. */
export function raisedBy(
  step: StepRow,
  value: unknown,
): { readonly scope: string; readonly microUsd: number } | undefined {
  const decided = toBudgetDecision(value);
  return decided.is === "raise" ? { scope: shownIn(step).scope, microUsd: decided.microUsd } : undefined;
}

function shownIn({ info, key, runId }: StepRow): ShownBudget {
  const { show } = parseStored(info ?? "{}", `step "${key}" of run ${runId}`) as {
    readonly show: ShownBudget;
  };
  return show;
}

function problemsOf(value: unknown, { limitUsd: limit, spentUsd }: ShownBudget): Problem[] {
  const problem = (path: string, detail: string): Problem[] => [{ path, detail, type: "custom" }];
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return problem("", "it is { limitUsd: 2 }, { stop: true } or { again: true }");
  const said = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(said).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) return problem(unknown, "there is no such field");
  const ways = WAYS.filter((key) => said[key] !== undefined);
  if (ways.length !== 1) return problem("", "say one of limitUsd, the new limit, stop: true, or again: true");
  const { limitUsd, note } = said;
  if (note !== undefined && typeof note !== "string") return problem("note", "it has to be a text");
  if (limitUsd === undefined)
    return said[ways[0]!] === true ? [] : problem(ways[0]!, "it is true, or left out");
  if (typeof limitUsd !== "number" || !(limitUsd > 0 && limitUsd <= MOST_USD))
    return problem("limitUsd", "it has to be an amount of US dollars above 0, and at most 1,000,000");
  if (limitUsd > limit) return [];
  const spent = toUsd(Math.round(spentUsd * 1e6));
  return problem("limitUsd", `the limit is ${toUsd(Math.round(limit * 1e6))} already, and ${spent} is spent`);
}
