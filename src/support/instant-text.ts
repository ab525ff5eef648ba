const formats = new Map<string, Intl.DateTimeFormat>();

/** An instant as a clock on the wall of `timezone` shows it: `Mon 2026-11-23 09:00`. */
export function toInstantText(at: number, timezone: string): string {
  const format = formats.get(timezone) ?? formatFor(timezone);
  formats.set(timezone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.weekday} ${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}`;
}

function formatFor(timezone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}
