/** What a provider takes, in US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of what it read from its own cache; absent: as `input`. */
  readonly cachedInput?: number;
}

/** Tokens as providers count them: `cachedTokens` are among `inputTokens`. */
export interface Tokens {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** Dollars for a million tokens are micro-dollars for one. Rounded up to whole micro-USD. */
export function toMicroUsd({ inputTokens, cachedTokens, outputTokens }: Tokens, price: Price): number {
  const cached = cachedTokens * (price.cachedInput ?? price.input);
  const exact = (inputTokens - cachedTokens) * price.input + cached + outputTokens * price.output;
  // Sums of 0.1 and the like are a little off.
  return Math.ceil(Number(exact.toFixed(6)));
}
