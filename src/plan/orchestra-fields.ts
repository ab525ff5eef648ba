import { toDurationText } from "../support/duration-text.ts";
import type { Json } from "../support/json.ts";
import { toUsd } from "../support/money.ts";
import type { OrchestraPlan, SchedulePlan, SecretSource, TriggerPlan } from "./orchestra-plan.ts";

/**
 * What an orchestra says, field by field, each as its author writes it: what is compared when two of them are. What is not
 * said, and has a default, is not there.
 */
export function orchestraFields(plan: OrchestraPlan): Map<string, string> {
  const fields = new Map<string, string>();
  const add = (path: string, text: string | undefined) => {
    if (text !== undefined) fields.set(path, text);
  };
  const { name, tag, description, schedule, on, input, secrets, budget, concurrency } = plan;
  add("name", name && JSON.stringify(name));
  add("tag", tag && JSON.stringify(tag));
  add("description", description && JSON.stringify(description));
  add("plays", plan.score);
  if (schedule) addSchedule(schedule, add);
  for (const [i, trigger] of (on ?? []).entries()) add(`on.${i}`, toTriggerText(trigger));
  for (const [secret, source] of Object.entries(secrets ?? {}))
    add(`secrets.${secret}`, toSourceText(source));
  const { perRunMicroUsd, perDayMicroUsd } = budget ?? {};
  if (perRunMicroUsd !== undefined) add("budget.perRunUsd", toUsd(perRunMicroUsd));
  if (perDayMicroUsd !== undefined) add("budget.perDayUsd", toUsd(perDayMicroUsd));
  add("concurrency", concurrency?.toString());
  for (const [path, text] of leavesOf(input, "input")) add(path, text);
  return fields;
}

type Add = (path: string, text: string | undefined) => void;

function addSchedule({ cron, timezone, overlap, catchUp, jitterMs }: SchedulePlan, add: Add): void {
  add("schedule.cron", JSON.stringify(cron));
  add("schedule.timezone", timezone);
  if (overlap !== "skip") add("schedule.overlap", JSON.stringify(overlap));
  if (catchUp !== "last") add("schedule.catchUp", toCatchUpText(catchUp));
  if (jitterMs > 0) add("schedule.jitter", toDurationText(jitterMs));
}

/** As its author writes it. */
function toCatchUpText(catchUp: SchedulePlan["catchUp"]): string {
  if (typeof catchUp === "string") return JSON.stringify(catchUp);
  const { max, windowMs } = catchUp.all;
  return `the last ${max} of ${toDurationText(windowMs)}`;
}

function toTriggerText(trigger: TriggerPlan): string {
  const into = trigger.into === undefined ? "" : ` into ${trigger.into}`;
  return trigger.is === "webhook"
    ? `webhook(${toSourceText(trigger.secret)})${into}`
    : `runOf(${trigger.orchestra}: ${trigger.status.join(", ")})${into}`;
}

/** Where a secret comes from, as its author writes it. */
export function toSourceText(source: SecretSource): string {
  switch (source.is) {
    case "env":
      return `env(${JSON.stringify(source.name)})`;
    case "file":
      return `encrypted(${JSON.stringify(source.key)})`;
    case "command":
      return `fromCommand(${JSON.stringify(source.command)})`;
    default:
      return source satisfies never;
  }
}

/** Every value inside of one with its path, without recursion: what came as JSON may be deep. */
function leavesOf(value: Json, at: string): [string, string][] {
  const leaves: [string, string][] = [];
  const open: [Json, string][] = [[value, at]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [inner, path] = next;
    const isObject = typeof inner === "object" && inner !== null;
    const parts = isObject ? Object.entries(inner as Readonly<Record<string, Json>>) : [];
    if (parts.length === 0) {
      if (path !== at || !isObject) leaves.push([path, JSON.stringify(inner)]);
      continue;
    }
    const isList = Array.isArray(inner);
    for (const [key, part] of parts.reverse())
      open.push([part, isList ? `${path}[${key}]` : `${path}.${key}`]);
  }
  return leaves;
}
