/** What a model costs, in whole micro-USD for a million tokens. */
export interface Price {
  /** Under which the ledger names it. */
  readonly id: string;
  readonly input: number;
  /** Of what the provider read from its own cache. */
  readonly cachedInput: number;
  readonly output: number;
  /** Of the output that nobody sees. */
  readonly reasoning: number;
}

/** What a model costs as a configuration says it, in US dollars for a million tokens. */
export interface PriceOption {
  readonly input: number;
  readonly output: number;
  /** Absent: as `input`. */
  readonly cachedInput?: number;
  /** Absent: as `output`. */
  readonly reasoning?: number;
  /** The first day, in UTC: `2026-01-31`. Absent: it has always counted. */
  readonly from?: string;
  /** Where the figures are from. */
  readonly source?: string;
}

/** By `provider/model`; several are the prices of several times. */
export type PriceOptions = Readonly<Record<string, PriceOption | readonly PriceOption[]>>;

/** Tokens as providers count them: `cachedTokens` are among `inputTokens`, `reasoningTokens` among `outputTokens`. */
export interface Tokens {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

const MILLION = 1_000_000n;

/** Whole micro-USD, rounded up. In whole numbers all the way: sums of it are exact. */
export function toMicroUsd(tokens: Tokens, price: Price): number {
  const [input, output] = [whole(tokens.inputTokens), whole(tokens.outputTokens)];
  const cached = least(whole(tokens.cachedTokens), input);
  const reasoning = least(whole(tokens.reasoningTokens), output);
  const exact =
    (input - cached) * BigInt(price.input) +
    cached * BigInt(price.cachedInput) +
    (output - reasoning) * BigInt(price.output) +
    reasoning * BigInt(price.reasoning);
  return Number((exact + MILLION - 1n) / MILLION);
}

/** What a provider says is taken as far as it is a count. */
function whole(tokens: number): bigint {
  return Number.isFinite(tokens) && tokens > 0 ? BigInt(Math.ceil(tokens)) : 0n;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
