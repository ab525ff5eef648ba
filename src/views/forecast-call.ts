import type { AgentPlan } from "../plan/index.ts";
import { mostBytesOf } from "./most-bytes-of.ts";

/** What a bound is made from, besides plans. */
export interface Knowing {
  /** In micro-USD for a million tokens, of what is dearest; `undefined` when nobody has said. */
  readonly priceOf: (model: string) => { readonly input: number; readonly output: number } | undefined;
  /** `provider/model` of a name that the configuration gives to one. */
  readonly fullName: (model: string) => string;
  /** The most tokens of one prompt, where somebody says so. */
  readonly inputTokens?: number | undefined;
}

/** What one attempt of an agent can come to. */
export interface CallBound {
  /** Those that it may ask. */
  readonly models: readonly string[];
  readonly callsPerAttempt: number;
  /** Of one call; `null` when nothing bounds them. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly perAttemptMicroUsd: number | null;
  /** Are its answers bounded? Then a budget is never passed. */
  readonly isBounded: boolean;
}

/** Calls of one step that has tools, when its agent says nothing. */
const MOST_TURNS = 10;
/** An answer, and two that mend it. */
const ANSWERS = 3;
/** About as many tokens as a model can make of so many bytes. */
const BYTES_PER_TOKEN = 3;
/** What is said about an answer that does not fit. */
const REPAIR_TOKENS = 2_000;

export function boundOfCall(
  plan: AgentPlan,
  knowing: Knowing,
): CallBound & { readonly whyNot: readonly string[] } {
  const whyNot: string[] = [];
  const { maxTokens, maxTurns = MOST_TURNS, tools = [] } = plan;
  const names = [...(plan.tiers ?? [plan.model]), ...(plan.fallback ?? [])];
  const models = [...new Set(names.map(knowing.fullName))];
  const hasTools = tools.length > 0;
  // One whose stream breaks off is billed, and the next model begins the turn anew.
  const callsPerAttempt = (hasTools ? maxTurns : Math.min(maxTurns, ANSWERS)) + models.length - 1;
  const first = firstPrompt(plan, knowing, whyNot);
  if (maxTokens === undefined) whyNot.push("it has no maxTokens, so an answer has no end");
  if (hasTools && knowing.inputTokens === undefined)
    whyNot.push(
      "what its tools give is part of the next prompt, and has no end; say the most with --input-tokens",
    );
  const unpriced = models.filter((model) => !knowing.priceOf(model));
  for (const model of unpriced) whyNot.push(`nobody has said what "${model}" costs`);
  const grows = (maxTokens ?? 0) + REPAIR_TOKENS;
  const isInputKnown = first !== null && (!hasTools || knowing.inputTokens !== undefined);
  const inputTokens = !isInputKnown
    ? null
    : (knowing.inputTokens ?? (maxTokens === undefined ? null : first + (callsPerAttempt - 1) * grows));
  const outputTokens = maxTokens ?? null;
  const isKnown = inputTokens !== null && outputTokens !== null && unpriced.length === 0;
  const dearest = models.map((model) => {
    const { input = 0, output = 0 } = knowing.priceOf(model) ?? {};
    return Math.ceil(((inputTokens ?? 0) * input + (outputTokens ?? 0) * output) / 1e6);
  });
  return {
    models,
    callsPerAttempt,
    inputTokens,
    outputTokens,
    perAttemptMicroUsd: isKnown ? callsPerAttempt * Math.max(...dearest) : null,
    isBounded: maxTokens !== undefined && unpriced.length === 0,
    whyNot,
  };
}

/** Tokens of what is said first; `null` when nothing bounds them. */
function firstPrompt(plan: AgentPlan, { inputTokens }: Knowing, whyNot: string[]): number | null {
  if (inputTokens !== undefined) return inputTokens;
  const { instructions, input, output } = plan;
  if (instructions === undefined)
    whyNot.push("its instructions are computed from its input; say the most of a prompt with --input-tokens");
  const given = input === undefined ? { why: "its input has no schema" } : mostBytesOf(input, "input");
  if ("why" in given) whyNot.push(`${given.why}; say the most of a prompt with --input-tokens`);
  if (instructions === undefined || "why" in given) return null;
  const bytes = Buffer.byteLength(instructions) + given.bytes + JSON.stringify(output ?? {}).length;
  return Math.ceil(bytes / BYTES_PER_TOKEN) + 64;
}
