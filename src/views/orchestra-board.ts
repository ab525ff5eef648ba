import { nextTimes } from "../compile/cron-times.ts";
import { effectiveOrchestra, type OrchestraPlan, orchestraFields } from "../plan/index.ts";
import type { DeliveryRow, OccurrenceRow, OrchestraRow, OverrideRow } from "../store/orchestra-store.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunStatus, RunSummary, Store } from "../store/store.ts";

/**
 * How an orchestra stands, which is computed and stored nowhere. `running`: a run of it is under way or about to be.
 * `paused`: somebody holds its schedule. `scheduled`: it is due at some time. `idle`: nothing begins it but people.
 */
export type OrchestraStatus = "running" | "paused" | "scheduled" | "idle";

/** One of its last runs. */
export type RunMark = Pick<RunSummary, "id" | "status" | "createdAt" | "dueAt">;

/** One orchestra as lists show it. */
export interface ListedOrchestra {
  readonly id: string;
  readonly name: string;
  readonly tag: string | null;
  readonly score: string;
  readonly status: OrchestraStatus;
  readonly isEnabled: boolean;
  readonly isPaused: boolean;
  /** As it is played. */
  readonly schedule: { readonly cron: string; readonly timezone: string } | null;
  /** The next instants, Unix ms; none when it is not enabled, or held. */
  readonly next: readonly number[];
  /** The newest first. */
  readonly runs: readonly RunMark[];
  /** Of the last runs that are over and were not cancelled; null when there is none. */
  readonly successRate: number | null;
  /** What models have cost in the last seven days; of calls whose price is known. */
  readonly weekMicroUsd: number;
  /** Calls in that time whose price is not known. */
  readonly weekUnpriced: number;
  readonly overrides: readonly ShownOverride[];
}

/** What an operator decided, beside what the file says. */
export interface ShownOverride {
  readonly field: string;
  readonly value: unknown;
  /** As its author writes it; null when the file does not say it. */
  readonly desired: string | null;
  readonly who: string;
  readonly why: string | null;
  readonly at: number;
}

/** One orchestra with everything about it. */
export interface OrchestraDetail extends ListedOrchestra {
  readonly description: string | null;
  /** What its file says, as its author writes it, by the path of the field. */
  readonly desired: Readonly<Record<string, string>>;
  readonly deployment: string;
  readonly createdAt: number;
  readonly deployedAt: number;
  readonly destroyedAt: number | null;
  /** What became of the last instants, the newest first. */
  readonly occurrences: readonly OccurrenceRow[];
  /** What became of the last calls of its webhooks, the newest first. */
  readonly deliveries: readonly DeliveryRow[];
}

const LAST_RUNS = 20;
const LAST_OCCURRENCES = 20;
const LAST_DELIVERIES = 20;
const NEXT = 3;
const WEEK_MS = 7 * 86_400_000;
const UNDER_WAY: readonly RunStatus[] = ["running", "queued"];

/** Every orchestra that is deployed, by id. */
export async function orchestraBoard(store: Store, now: number): Promise<ListedOrchestra[]> {
  const [rows, overrides, costs] = await Promise.all([
    store.orchestras.list(),
    store.orchestras.overrides(),
    store.costsBy({ by: "orchestra", since: now - WEEK_MS }),
  ]);
  const listed: ListedOrchestra[] = [];
  for (const row of rows) {
    const own = overrides.filter(({ orchestra }) => orchestra === row.id);
    const runs = await store.listRuns({ limit: LAST_RUNS, orchestra: row.id });
    listed.push(toListed(row, { overrides: own, runs, costs, now }));
  }
  return listed;
}

/** One orchestra, also one that is destroyed. */
export async function orchestraDetail(
  store: Store,
  row: OrchestraRow,
  now: number,
): Promise<OrchestraDetail> {
  const [overrides, runs, costs, occurrences, deliveries] = await Promise.all([
    store.orchestras.overrides(row.id),
    store.listRuns({ limit: LAST_RUNS, orchestra: row.id }),
    store.costsBy({ by: "orchestra", since: now - WEEK_MS }),
    store.orchestras.occurrences({ orchestra: row.id, limit: LAST_OCCURRENCES }),
    store.orchestras.deliveries({ orchestra: row.id, limit: LAST_DELIVERIES }),
  ]);
  const desired = planOf(row);
  return {
    ...toListed(row, { overrides, runs, costs, now }),
    description: effectiveOrchestra(desired, overrides).plan.description ?? null,
    desired: Object.fromEntries(orchestraFields(desired)),
    deployment: row.deployment,
    createdAt: row.createdAt,
    deployedAt: row.deployedAt,
    destroyedAt: row.destroyedAt,
    occurrences,
    deliveries,
  };
}

interface About {
  readonly overrides: readonly OverrideRow[];
  readonly runs: readonly RunSummary[];
  readonly costs: Awaited<ReturnType<Store["costsBy"]>>;
  readonly now: number;
}

function toListed(row: OrchestraRow, { overrides, runs, costs, now }: About): ListedOrchestra {
  const desired = planOf(row);
  const { plan, isEnabled, isPaused } = effectiveOrchestra(desired, overrides);
  const { schedule } = plan;
  const isLive = isEnabled && !isPaused && row.destroyedAt === null;
  const next = schedule && isLive ? nextTimes(schedule, Math.max(now, row.cursor ?? 0), NEXT) : [];
  const cost = costs.find(({ name }) => name === row.id);
  const isUnderWay = runs.some(({ status }) => UNDER_WAY.includes(status));
  const over = runs.filter(({ status }) => status === "completed" || status === "failed");
  const completed = over.filter(({ status }) => status === "completed").length;
  return {
    id: row.id,
    name: plan.name ?? row.id,
    tag: plan.tag ?? null,
    score: row.score,
    status: isUnderWay ? "running" : isPaused ? "paused" : next.length > 0 ? "scheduled" : "idle",
    isEnabled,
    isPaused,
    schedule: schedule ? { cron: schedule.cron, timezone: schedule.timezone } : null,
    next,
    runs: runs.map(({ id, status, createdAt, dueAt }) => ({ id, status, createdAt, dueAt })),
    successRate: over.length === 0 ? null : completed / over.length,
    weekMicroUsd: cost?.microUsd ?? 0,
    weekUnpriced: cost?.unpriced ?? 0,
    overrides: overrides.map((one) => toShown(one, desired)),
  };
}

function toShown({ field, value, who, why, at }: OverrideRow, desired: OrchestraPlan): ShownOverride {
  const fields = orchestraFields(desired);
  const said = fields.get(field) ?? fields.get(`schedule.${field}`) ?? null;
  return { field, value: JSON.parse(value) as unknown, desired: said, who, why, at };
}

function planOf({ id, definition }: OrchestraRow): OrchestraPlan {
  return parseStored(definition, `orchestra ${id}`) as OrchestraPlan;
}
