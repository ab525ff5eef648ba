import { statSync } from "node:fs";
import type { Engine } from "../../engine/index.ts";
import { planOfRow } from "../../operations/deploy-changes.ts";
import type { Store } from "../../store/store.ts";
import type { Seen } from "../scheduler/scheduler.ts";
import type { Received } from "../webhooks/webhooks.ts";
import type { Readings } from "./open-face.ts";

const MS_PER_S = 1_000;
const MICRO = 1_000_000;

export interface Measured {
  readonly engine: Engine;
  readonly store: Store;
  readonly now: () => number;
  /** Absolute path of the store. */
  readonly file: string;
  readonly slots: number;
  readonly seen: Seen;
  readonly received: Received;
}

/** How the orchestrator is, in numbers. */
export async function readMetrics(measured: Measured): Promise<Readings> {
  const { engine, store, now, file, slots, seen, received } = measured;
  const at = now();
  const today = new Date(at).setUTCHours(0, 0, 0, 0);
  const [open, costs] = await Promise.all([store.openRuns(), store.costsBy({ by: "day", since: today })]);
  const oldest = open.find(({ status }) => status === "queued")?.oldestAt;
  const lags = seen.lagsMs.toSorted((a, b) => a - b);
  const lagOf = (share: number) => (lags[Math.ceil(share * lags.length) - 1] ?? 0) / MS_PER_S;
  const { underWay, queued } = engine.load;
  return {
    maestro_runs: {
      help: "Runs that have not ended, by how they stand.",
      is: { by: "status", values: Object.fromEntries(open.map(({ status, count }) => [status, count])) },
    },
    maestro_slots: { help: "How many runs may be under way at once.", is: slots },
    maestro_slots_in_use: { help: "Runs under way.", is: underWay },
    maestro_queued_runs: { help: "Runs that wait for their turn.", is: queued },
    maestro_queue_age_seconds: {
      help: "How long the oldest run in the queue has waited.",
      is: oldest === undefined ? 0 : Math.max(0, at - oldest) / MS_PER_S,
    },
    maestro_instants: {
      help: "Instants of schedules since the start, by what became of them.",
      is: {
        by: "as",
        values: { fired: seen.fired, skipped: seen.skipped, missed: seen.missed, failed: seen.failed },
      },
    },
    maestro_instant_lag_seconds: {
      help: "How long after its instant a run began, of the last 1,000.",
      is: { by: "quantile", values: { "0.5": lagOf(0.5), "0.99": lagOf(0.99), "1": lagOf(1) } },
    },
    maestro_deliveries: {
      help: "Calls of webhooks since the start, by what became of them.",
      is: { by: "as", values: { ...received } },
    },
    maestro_store_wal_bytes: { help: "Size of the store's journal.", is: sizeOf(`${file}-wal`) },
    maestro_budget_left_usd: {
      help: "What models may still cost the runs of an orchestra today, in UTC; of orchestras that say how much a day.",
      is: { by: "orchestra", values: await budgetsLeft(store, today) },
    },
    maestro_cost_today_usd: {
      help: "What models have cost today, in UTC, as far as their prices are known.",
      is: costs.reduce((sum, { microUsd }) => sum + microUsd, 0) / MICRO,
    },
  };
}

/** Also where somebody has raised it for today. */
async function budgetsLeft(store: Store, today: number): Promise<Record<string, number>> {
  const day = new Date(today).toISOString().slice(0, 10);
  const left: Record<string, number> = {};
  for (const row of await store.orchestras.list()) {
    const { budget } = planOfRow(row);
    if (budget?.perDayMicroUsd === undefined) continue;
    const account = await store.account(`orchestra:${row.id}:${day}`);
    const most = Math.max(budget.perDayMicroUsd, account?.raisedTo ?? 0);
    const spent = Math.max(account?.microUsd ?? 0, await store.spentIn({ day, orchestra: row.id }));
    left[row.id] = Math.max(0, most - spent) / MICRO;
  }
  return left;
}

/** Asked of the folder: the file itself is never opened beside its connection (S5). */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
