import { definitionKind } from "../../define/definition.ts";
import { describe, toText } from "../../define/describe.ts";
import { triggerRecord } from "../../define/trigger.ts";
import { toMs } from "../../support/duration.ts";
import { shortestGapMs } from "../cron-times.ts";
import type { DefinitionContext } from "./definition-rules.ts";
import { whyNoSource } from "./orchestra-secrets.ts";

const LONGEST_TEXT = 200;
const MOST_RUNS = 1_000;
const MOST_USD = 1_000_000;
const MOST_CAUGHT_UP = 1_000;
const STATUSES: readonly unknown[] = ["completed", "failed", "cancelled"];

type Wrong = (value: unknown, reason: string, ...path: (string | number)[]) => void;

/** MS3001: what an orchestra says of itself that nobody could go by. */
export function orchestraOptions({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "orchestra") return;
  const { id, sites } = definition;
  const wrong: Wrong = (value, reason, ...path) => {
    const found = typeof value === "string" ? JSON.stringify(value) : foundIn(value);
    const facts = { what: `\`${path.join(".")}\` of "${toText(id)}"`, found, reason };
    report({ code: "MS3001", facts, sites, path, subject: toText(id) });
  };
  for (const key of ["name", "tag", "description"] as const) {
    const value = definition[key];
    if (value !== undefined && !isLine(value))
      wrong(value, `it has to be one line of 1 to ${LONGEST_TEXT} characters`, key);
  }
  const { budget, concurrency, on } = definition;
  if (concurrency !== undefined && !isCount(concurrency, MOST_RUNS))
    wrong(
      concurrency,
      `it has to be a whole number from 1 to ${MOST_RUNS.toLocaleString("en")}`,
      "concurrency",
    );
  if (budget !== undefined) checkBudget(budget, wrong);
  checkSchedule(definition.schedule, wrong);
  if (on === undefined) return;
  const isList = Array.isArray(on);
  for (const [i, one] of (isList ? on : [on]).entries())
    checkTrigger(one, isList ? ["on", i] : ["on"], wrong);
}

function foundIn(value: unknown): string {
  if (typeof value === "object" && value !== null && "toShow" in value) return String(value.toShow);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : describe(value);
}

function isLine(value: unknown): boolean {
  return (
    typeof value === "string" &&
    value.trim() !== "" &&
    value.length <= LONGEST_TEXT &&
    !/[\p{Cc}]/u.test(value)
  );
}

function isCount(value: unknown, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
}

function checkBudget(budget: unknown, wrong: Wrong): void {
  if (typeof budget !== "object" || budget === null)
    return wrong(budget, "it says how much: { perRunUsd: 0.5, perDayUsd: 5 }", "budget");
  for (const [key, value] of Object.entries(budget)) {
    if (key !== "perRunUsd" && key !== "perDayUsd") continue;
    if (value === undefined || (typeof value === "number" && value > 0 && value <= MOST_USD)) continue;
    wrong(value, "it has to be a number of dollars above 0 and up to 1,000,000", "budget", key);
  }
}

function checkSchedule(schedule: unknown, wrong: Wrong): void {
  if (typeof schedule !== "object" || schedule === null) return;
  const { cron, timezone, catchUp, jitter } = schedule as Readonly<Record<string, unknown>>;
  if (catchUp !== undefined && catchUp !== "none" && catchUp !== "last") checkCatchUp(catchUp, wrong);
  if (jitter === undefined) return;
  const ms = typeof jitter === "string" ? toMs(jitter) : undefined;
  if (ms === undefined)
    return wrong(jitter, 'it has to be a length of time such as "2m"', "schedule", "jitter");
  if (typeof cron !== "string" || typeof timezone !== "string") return;
  const gapMs = shortestGapMs({ cron, timezone }, new Date());
  if (gapMs !== undefined && ms >= gapMs)
    wrong(jitter, "the next instant would come before it is over", "schedule", "jitter");
}

function checkCatchUp(catchUp: unknown, wrong: Wrong): void {
  const { all, ...rest } = Object(catchUp) as Readonly<Record<string, unknown>>;
  if (typeof all !== "object" || all === null || Object.keys(rest).length > 0)
    return wrong(
      catchUp,
      'it is "none", "last" or { all: { max: 10, window: "24h" } }',
      "schedule",
      "catchUp",
    );
  const { max, window } = all as Readonly<Record<string, unknown>>;
  if (!isCount(max, MOST_CAUGHT_UP))
    wrong(max, "it has to be a whole number from 1 to 1,000", "schedule", "catchUp", "all", "max");
  if (typeof window !== "string" || toMs(window) === undefined)
    wrong(window, 'it has to be a length of time such as "24h"', "schedule", "catchUp", "all", "window");
}

function checkTrigger(value: unknown, path: (string | number)[], wrong: Wrong): void {
  const record = triggerRecord(value);
  if (!record) return wrong(value, "it has to be webhook(…) or runOf(…)", ...path);
  const { into } = record;
  if (into !== undefined && (typeof into !== "string" || into === ""))
    wrong(into, "it has to be the name of a field of the input", ...path, "into");
  if (record.is === "webhook") {
    const why = whyNoSource(record.secret);
    // What stands there instead is never shown: it may be the secret itself.
    if (why) wrong({ toShow: why.found }, why.reason, ...path, "secret");
    return;
  }
  if (definitionKind(record.orchestra) !== "orchestra")
    wrong(record.orchestra, "it has to be another orchestra", ...path);
  const { status = "completed" } = record;
  const statuses: readonly unknown[] = Array.isArray(status) ? status : [status];
  if (statuses.length === 0 || !statuses.every((one) => STATUSES.includes(one)))
    wrong(status, 'it is "completed", "failed", "cancelled", or a list of these', ...path, "status");
}
