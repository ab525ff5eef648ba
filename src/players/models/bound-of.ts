import { type Price, toMicroUsd } from "./prices.ts";
import type { Asked } from "./purse.ts";

/** The most that a call may cost, in micro-USD, as far as `maxTokens` bounds it. */
export function boundOf(
  price: Price,
  { promptTokens, maxTokens = 0 }: Pick<Asked, "promptTokens" | "maxTokens">,
): number {
  const dearest = {
    ...price,
    input: Math.max(price.input, price.cachedInput),
    output: Math.max(price.output, price.reasoning),
  };
  return toMicroUsd(
    { inputTokens: promptTokens, outputTokens: maxTokens, cachedTokens: 0, reasoningTokens: 0 },
    dearest,
  );
}
