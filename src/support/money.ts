/** `5,437` tokens as `5.4K`, for people. */
export function toShortCount(count: number): string {
  if (count < 1_000) return String(count);
  const [unit, size] = count < 999_500 ? (["K", 1_000] as const) : (["M", 1_000_000] as const);
  const value = count / size;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
}

/** Micro-USD as `$12.30`, and below a cent with two digits that say something: `$0.0042`. */
export function toUsd(microUsd: number): string {
  const usd = microUsd / 1_000_000;
  if (microUsd === 0 || usd >= 0.01) return `$${usd.toFixed(2)}`;
  return `$${usd.toFixed(Math.min(6, 1 - Math.floor(Math.log10(usd)))).replace(/0$/, "")}`;
}

/** What models cost: `5.4K tokens · $0.04`, and of whom nobody has said what they take. */
export function toCostText(cost: {
  readonly tokens: number;
  readonly microUsd: number;
  readonly unpriced?: Iterable<string> | undefined;
}): string {
  const unpriced = [...(cost.unpriced ?? [])];
  const parts = [`${toShortCount(cost.tokens)} tokens`];
  if (cost.microUsd > 0 || unpriced.length === 0) parts.push(toUsd(cost.microUsd));
  if (unpriced.length > 0) parts.push(`price of ${unpriced.join(", ")} unknown`);
  return parts.join(" · ");
}
