import type { OrchestraPlan, SchedulePlan, SecretSource, TriggerPlan } from "../plan/index.ts";
import { toMs } from "../support/duration.ts";
import type { Json } from "../support/json.ts";
import type { OrchestraRecord, Schedule } from "./define-orchestra.ts";
import type { ScoreKind, ScoreRecord } from "./define-score.ts";
import { definitionKind } from "./definition.ts";
import { idText, toText } from "./describe.ts";
import { listOf } from "./list-of.ts";
import { sourceOf } from "./secret-source.ts";
import { type RunStatusName, triggerRecord } from "./trigger.ts";

const TAGS: Readonly<Record<ScoreKind, string>> = {
  outreach: "Outreach",
  content: "Content",
  seo: "Research",
};

/**
 * An orchestra as plain JSON, defaults filled in. The rules have looked at it, or will: what is not as it has to be is
 * left out here, and told there.
 * @param score what it plays
 * @param input its input as JSON
 */
export function toOrchestraPlan(record: OrchestraRecord, score: ScoreRecord, input: Json): OrchestraPlan {
  const { name, description, schedule, secrets, budget, concurrency } = record;
  const tag = record.tag ?? TAGS[score.kind as ScoreKind];
  const sources = sourcesOf(secrets);
  const on = triggersOf(record.on);
  const limits = budgetOf(budget);
  return {
    id: idText(record.id),
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof tag === "string" ? { tag } : {}),
    ...(typeof description === "string" ? { description } : {}),
    score: idText(score.id),
    ...(schedule ? { schedule: scheduleOf(schedule) } : {}),
    ...(on.length > 0 ? { on } : {}),
    input,
    ...(Object.keys(sources).length > 0 ? { secrets: sources } : {}),
    ...(limits ? { budget: limits } : {}),
    ...(typeof concurrency === "number" ? { concurrency } : {}),
  };
}

function scheduleOf({ cron, timezone, overlap = "skip", catchUp = "last", jitter }: Schedule): SchedulePlan {
  return {
    cron: toText(cron).trim().replace(/\s+/g, " "),
    timezone: toText(timezone),
    overlap,
    catchUp: catchUpOf(catchUp),
    jitterMs: msOf(jitter) ?? 0,
  };
}

function catchUpOf(catchUp: NonNullable<Schedule["catchUp"]>): SchedulePlan["catchUp"] {
  if (catchUp === "none" || catchUp === "last") return catchUp;
  const { max, window } = Object(Object(catchUp).all) as {
    readonly max?: unknown;
    readonly window?: unknown;
  };
  const windowMs = msOf(window);
  return typeof max === "number" && windowMs !== undefined ? { all: { max, windowMs } } : "last";
}

function msOf(value: unknown): number | undefined {
  return typeof value === "string" ? toMs(value) : undefined;
}

function sourcesOf(secrets: unknown): Record<string, SecretSource> {
  const sources: Record<string, SecretSource> = {};
  for (const [name, value] of Object.entries(Object(secrets) as object)) {
    const source = sourceOf(value);
    if (source) sources[name] = source;
  }
  return sources;
}

function triggersOf(on: unknown): TriggerPlan[] {
  return (Array.isArray(on) ? listOf(on) : [on]).flatMap((value): TriggerPlan[] => {
    const record = triggerRecord(value);
    if (!record) return [];
    const into = typeof record.into === "string" ? { into: record.into } : {};
    if (record.is === "webhook") {
      const secret = sourceOf(record.secret);
      return secret ? [{ is: "webhook", secret, ...into }] : [];
    }
    if (definitionKind(record.orchestra) !== "orchestra") return [];
    const status = [record.status ?? "completed"].flat() as RunStatusName[];
    const { id } = record.orchestra as { readonly id?: unknown };
    return [{ is: "runOf", orchestra: idText(id), status, ...into }];
  });
}

function budgetOf(budget: unknown): OrchestraPlan["budget"] {
  const { perRunUsd, perDayUsd } = Object(budget) as Readonly<Record<string, unknown>>;
  const [perRunMicroUsd, perDayMicroUsd] = [toMicroUsd(perRunUsd), toMicroUsd(perDayUsd)];
  if (perRunMicroUsd === undefined && perDayMicroUsd === undefined) return undefined;
  return {
    ...(perRunMicroUsd === undefined ? {} : { perRunMicroUsd }),
    ...(perDayMicroUsd === undefined ? {} : { perDayMicroUsd }),
  };
}

function toMicroUsd(usd: unknown): number | undefined {
  return typeof usd === "number" && Number.isFinite(usd) ? Math.round(usd * 1_000_000) : undefined;
}
