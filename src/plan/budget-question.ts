import { type CheckpointNode, HIDDEN, type JsonSchema } from "./plan.ts";

/** What a person says when a budget is reached; exactly one of the first three. */
const DECISION: JsonSchema = {
  type: "object",
  properties: {
    limitUsd: { type: "number", description: "what it may cost from now on, all together" },
    stop: { type: "boolean", const: true, description: "the steps that wait for it fail" },
    again: { type: "boolean", const: true, description: "try again with the budget as it is now" },
    note: { type: "string" },
  },
  additionalProperties: false,
};
const NOTHING = { is: "literal", value: null } as const;
/** No author's schema: its decision is checked by `checkBudgetDecision`. */
const NO_CODE = -1;

/** What a person is asked when a budget is reached. When the day that it is for is over, the step tries again. */
export const BUDGET_QUESTION: CheckpointNode = {
  kind: "checkpoint",
  title: NOTHING,
  decision: DECISION,
  onTimeout: { decide: { again: true } },
  code: NO_CODE,
};

const KEY = new RegExp(`^${HIDDEN}budget(\\d+)$`);

/** The key of a run's question number `n`, from 0: `~budget0`. */
export function toBudgetKey(n: number): string {
  return `${HIDDEN}budget${n}`;
}

/** Is it the key of such a question? */
export function isBudgetKey(key: string): boolean {
  return KEY.test(key);
}

/** What people call it when they answer it. */
export const BUDGET_NAME = "budget";

export type BudgetDecision =
  | { readonly is: "raise"; readonly microUsd: number }
  | { readonly is: "stop" | "again" };

/** What was decided; whatever is none, as a program may write it, is to try again. */
export function toBudgetDecision(value: unknown): BudgetDecision {
  const { limitUsd, stop } = Object(value) as { readonly limitUsd?: unknown; readonly stop?: unknown };
  if (stop === true) return { is: "stop" };
  return typeof limitUsd === "number"
    ? { is: "raise", microUsd: Math.round(limitUsd * 1e6) }
    : { is: "again" };
}

/** What is shown to who decides, in US dollars. */
export interface ShownBudget {
  readonly scope: string;
  readonly what: string;
  readonly limitUsd: number;
  readonly spentUsd: number;
  readonly callMayCostUsd: number;
  readonly model: string;
}
