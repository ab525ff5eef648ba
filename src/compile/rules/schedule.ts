import { describe, toText } from "../../define/describe.ts";
import { nextTime } from "../cron-times.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** Least, most and names of the five fields of a cron expression. */
const FIELDS = [
  { name: "minute", least: 0, most: 59, words: [] },
  { name: "hour", least: 0, most: 23, words: [] },
  { name: "day of the month", least: 1, most: 31, words: [] },
  {
    name: "month",
    least: 1,
    most: 12,
    words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { name: "day of the week", least: 0, most: 7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
] as const;

const OVERLAPS = ["skip", "queue", "replace", "allow"];

/** MS3001: a schedule that no clock could follow. */
export function schedule({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "orchestra" || definition.schedule === undefined) return;
  const { cron, timezone, overlap } = Object(definition.schedule) as { readonly [key: string]: unknown };
  const wrong = (key: string, value: unknown, reason: string) => {
    const found = typeof value === "string" ? JSON.stringify(value) : describe(value);
    const facts = { what: `\`schedule.${key}\` of "${definition.id}"`, found, reason };
    report({
      code: "MS3001",
      facts,
      sites: definition.sites,
      path: ["schedule", key],
      subject: toText(definition.id),
    });
  };
  const why =
    typeof cron === "string"
      ? whyNoSchedule(cron, isTimezone(timezone) ? timezone : "Etc/UTC")
      : "it has to be a string";
  if (why) wrong("cron", cron, why);
  const whyNot = whyNoTimezone(timezone);
  if (whyNot) wrong("timezone", timezone, whyNot);
  if (overlap !== undefined && !OVERLAPS.includes(overlap as string))
    wrong("overlap", overlap, 'it is "skip", "queue", "replace" or "allow"');
}

/** What is wrong with a cron expression, in words. */
export function whyNoSchedule(cron: string, timezone: string): string | undefined {
  return whyNoCron(cron) ?? whyNever(cron, timezone);
}

/** What is wrong with the name of a time zone, in words. */
export function whyNoTimezone(value: unknown): string | undefined {
  return isTimezone(value) ? undefined : 'it has to be an IANA name such as "Europe/Berlin"';
}

/** A schedule of right words that no clock can follow, such as 30 February. */
function whyNever(cron: string, timezone: string): string | undefined {
  const next = nextTime({ cron, timezone }, new Date());
  if (next === undefined) return "no clock can follow it";
  return next === null ? "no day is like that, so it is never due" : undefined;
}

function whyNoCron(cron: string): string | undefined {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== FIELDS.length)
    return `it has ${parts.length} fields and needs 5: minute, hour, day of the month, month, day of the week`;
  for (const [i, field] of FIELDS.entries()) {
    const wrong = parts[i]!.split(",").find((part) => !isCronPart(part, field));
    if (wrong !== undefined && /^\w+\/\d+$/.test(wrong))
      return `"${wrong}" has a step and no range, as "${wrong.replace("/", `-${field.most}/`)}" has one`;
    if (wrong !== undefined) return `"${wrong}" is no ${field.name} (${field.least} to ${field.most})`;
  }
  return undefined;
}

/** `*`, `5`, `1-5`, `mon-fri`, those that stand for several with `/n` or without; `L` and `?` as croner knows them. */
function isCronPart(part: string, field: (typeof FIELDS)[number]): boolean {
  const match = /^(\*|\?|L|[a-z]{3}|\d+)(?:-([a-z]{3}|\d+))?(?:#[1-5L])?(?:\/(\d+))?$/i.exec(part);
  if (!match) return false;
  const [, from = "", to, step] = match;
  if (step !== undefined && Number(step) < 1) return false;
  if (/^[*?L]$/i.test(from)) return to === undefined;
  if (step !== undefined && to === undefined) return false;
  const first = toNumber(from, field);
  const last = to === undefined ? first : toNumber(to, field);
  return first !== undefined && last !== undefined && first <= last;
}

function toNumber(text: string, { least, most, words }: (typeof FIELDS)[number]): number | undefined {
  const word = (words as readonly string[]).indexOf(text.toLowerCase());
  const value = word >= 0 ? word + least : Number(text);
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

function isTimezone(value: unknown): value is string {
  if (typeof value !== "string" || value === "") return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
