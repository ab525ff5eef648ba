const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
] as const;

/** `ms` as authors write it, in the largest unit of which it is two or more: `250ms`, `1s`, `60s`, `2m`, `24h`. */
export function toDurationText(ms: number): string {
  for (const [unit, size] of UNITS) if (ms % size === 0 && ms >= 2 * size) return `${ms / size}${unit}`;
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
