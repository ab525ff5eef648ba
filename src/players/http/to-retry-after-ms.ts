const LONGEST_MS = 24 * 60 * 60 * 1_000;

/**
 * How long an answer asks to wait, from its Retry-After: seconds, or a date.
 * Range 0 to one day: a longer wait is cut, `undefined` for what is neither.
 */
export function toRetryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : /[a-z]/i.test(text) ? Date.parse(text) - now : NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_MS);
}
