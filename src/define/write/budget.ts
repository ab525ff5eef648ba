import type { Budget } from "../../plan/index.ts";
import { type At, invalid, shown, type Writing } from "./writing.ts";

const KEYS = { perRunUsd: "perRunMicroUsd", perDayUsd: "perDayMicroUsd" } as const;
export type BudgetKey = keyof typeof KEYS;

/** `budget` of a score or the configuration; `undefined` when it bounds nothing. */
export function budgetOf(
  budget: unknown,
  { at, keys = ["perRunUsd", "perDayUsd"] }: { readonly at: At; readonly keys?: readonly BudgetKey[] },
  writing: Pick<Writing, "report">,
): Budget | undefined {
  if (budget === undefined) return undefined;
  if (typeof budget !== "object" || budget === null) {
    const example = `it is { ${keys.map((key) => `${key}: ${key === "perRunUsd" ? 0.5 : 5}`).join(", ")} }`;
    invalid("budget", shown(budget), example, at("budget"), writing);
    return undefined;
  }
  const limits = keys.flatMap((key) => {
    const microUsd = microUsdOf((budget as Readonly<Record<string, unknown>>)[key], key, at, writing);
    return microUsd === undefined ? [] : [[KEYS[key], microUsd] as const];
  });
  return limits.length > 0 ? (Object.fromEntries(limits) as Budget) : undefined;
}

/** The least that can be counted; and more than anybody has. */
const [LEAST_USD, MOST_USD] = [0.000_001, 1_000_000];

/** An amount in micro-USD; `undefined` when there is none, with a finding when it is no amount. */
export function microUsdOf(
  usd: unknown,
  key: string,
  at: At,
  writing: Pick<Writing, "report">,
): number | undefined {
  if (usd === undefined) return undefined;
  if (typeof usd === "number" && usd >= LEAST_USD && usd <= MOST_USD) return Math.round(usd * 1e6);
  const reason = "it has to be an amount of US dollars above 0, and at most 1,000,000";
  invalid(`budget.${key}`, shown(usd), reason, at("budget", key), writing);
  return undefined;
}
