/** What a provider takes, in US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of what it read from its own cache; absent: as `input`. */
  readonly cachedInput?: number;
}

/** A price, and where it is from: a date, or `"config"`. */
export interface DatedPrice extends Price {
  readonly from: string;
}

/**
 * When the list was put together from the providers' public price pages. Prices change: those that matter are written
 * into `maestro.config.ts`, whose `prices` count before these.
 * @see https://openai.com/api/pricing
 * @see https://www.anthropic.com/pricing
 * @see https://ai.google.dev/pricing
 */
const READ_ON = "2025-10-15";

const LIST: Readonly<Record<string, Price>> = {
  "openai/gpt-5": { input: 1.25, cachedInput: 0.125, output: 10 },
  "openai/gpt-5-mini": { input: 0.25, cachedInput: 0.025, output: 2 },
  "openai/gpt-5-nano": { input: 0.05, cachedInput: 0.005, output: 0.4 },
  "openai/gpt-4.1": { input: 2, cachedInput: 0.5, output: 8 },
  "openai/gpt-4.1-mini": { input: 0.4, cachedInput: 0.1, output: 1.6 },
  "openai/gpt-4o": { input: 2.5, cachedInput: 1.25, output: 10 },
  "openai/gpt-4o-mini": { input: 0.15, cachedInput: 0.075, output: 0.6 },
  "anthropic/claude-opus-4-1": { input: 15, cachedInput: 1.5, output: 75 },
  "anthropic/claude-sonnet-4-5": { input: 3, cachedInput: 0.3, output: 15 },
  "anthropic/claude-haiku-4-5": { input: 1, cachedInput: 0.1, output: 5 },
};

/** What `model` costs; `undefined` when nobody has said. */
export function priceOf(model: string, own: Readonly<Record<string, Price>>): DatedPrice | undefined {
  if (Object.hasOwn(own, model)) return { ...own[model]!, from: "config" };
  return Object.hasOwn(LIST, model) ? { ...LIST[model]!, from: READ_ON } : undefined;
}

/** Tokens as providers count them: `cachedTokens` are among `inputTokens`. */
export interface Tokens {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** Dollars for a million tokens are micro-dollars for one. Rounded up to whole micro-USD: never told as less than it is. */
export function toMicroUsd({ inputTokens, cachedTokens, outputTokens }: Tokens, price: Price): number {
  const cached = cachedTokens * (price.cachedInput ?? price.input);
  const exact = (inputTokens - cachedTokens) * price.input + cached + outputTokens * price.output;
  // Sums of 0.1 and the like are a little off.
  return Math.ceil(Number(exact.toFixed(6)));
}
