import type { Budget } from "../../plan/index.ts";
import type { Fact } from "./node-facts.ts";

/** More money is no harmless limit: no `room`. */
export function budgetFacts(budget: Budget | undefined): [string, Fact][] {
  const { perRunMicroUsd, perDayMicroUsd } = budget ?? {};
  return Object.entries({ perRunUsd: perRunMicroUsd, perDayUsd: perDayMicroUsd }).flatMap(
    ([key, microUsd]): [string, Fact][] =>
      microUsd === undefined ? [] : [[`budget.${key}`, { aspect: "policy", text: String(microUsd / 1e6) }]],
  );
}
