import { toMs } from "../support/duration.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The instant that an option says: `7d` or `24h` before now, or a date or a time, in UTC where it says no other zone.
 * @param option for the message, such as `--since`
 */
export function readInstant(text: string, option: string): number {
  const ms = toMs(text);
  if (ms !== undefined) return Date.now() - ms;
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text);
  const isZoned = text.length <= 10 || /(Z|[+-]\d\d:?\d\d)$/.test(text.slice(10));
  const at = isDate ? Date.parse(isZoned ? text : `${text}Z`) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new UsageError(
    `${option} ${text} is neither a time such as 7d or 24h nor a date such as 2026-01-31 or 2026-01-31T14:00.`,
  );
}
