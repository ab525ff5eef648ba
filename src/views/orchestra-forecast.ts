import { nextTimes } from "../compile/cron-times.ts";
import type { OrchestraPlan, Plan } from "../plan/index.ts";
import { boundOf } from "./forecast-bound.ts";
import type { Knowing } from "./forecast-call.ts";
import type { RunHistory } from "./run-history.ts";

const DAYS = 30;
const WINDOW_MS = DAYS * 86_400_000;
/** Of a schedule that is due more often, the rest is worked out. */
const MOST_INSTANTS = 1_000;

/** In micro-USD. */
export interface CostForecast {
  /** The most, as plan and budgets say; `null` when nothing bounds it. */
  readonly boundMicroUsd: number | null;
  /** Of the last completed runs of the score; absent when there are none. */
  readonly p50MicroUsd?: number;
  readonly p95MicroUsd?: number;
}

/** What an orchestra will cost. */
export interface OrchestraForecast {
  readonly perRun: CostForecast;
  /** By its schedule, the next 30 days; absent without one. What triggers begin is not counted. */
  readonly perMonth?: CostForecast & { readonly runs: number };
  /** How many past runs it rests on, and of how many of them not every price is known. */
  readonly history: { readonly runs: number; readonly unpriced: number };
}

interface Forecasting {
  readonly orchestra: OrchestraPlan;
  readonly plan: Plan;
  /** Of every score, by id. */
  readonly plans: ReadonlyMap<string, Plan>;
  readonly knowing: Knowing;
  readonly history: RunHistory | undefined;
  readonly now: number;
}

/** `undefined` of one whose score asks no model. */
export function forecastOf(forecasting: Forecasting): OrchestraForecast | undefined {
  const { orchestra, plan, plans, knowing, history, now } = forecasting;
  const limits = [plan.budget?.perRunMicroUsd, orchestra.budget?.perRunMicroUsd].filter(
    (one) => one !== undefined,
  );
  const budget = limits.length === 0 ? {} : { budget: { perRunMicroUsd: Math.min(...limits) } };
  const bound = boundOf({ ...plan, ...budget }, plans, knowing);
  if (bound.agents.length === 0 && bound.unbounded.length === 0) return undefined;
  const perRun = { boundMicroUsd: bound.microUsd, ...usual(history, 1) };
  const about = { runs: history?.runs ?? 0, unpriced: history?.unpriced ?? 0 };
  const { schedule } = orchestra;
  if (!schedule) return { perRun, history: about };
  const runs = instantsIn(schedule, now);
  // A day has its budget, however often it is due.
  const perDay = orchestra.budget?.perDayMicroUsd;
  const isBounded = bound.agents.every((agent) => agent.isBounded);
  const all = bound.microUsd === null ? null : bound.microUsd * runs;
  const most =
    perDay !== undefined && isBounded ? Math.min(perDay * DAYS, all ?? Number.POSITIVE_INFINITY) : all;
  return { perRun, perMonth: { runs, boundMicroUsd: most, ...usual(history, runs) }, history: about };
}

function usual(history: RunHistory | undefined, runs: number): Omit<CostForecast, "boundMicroUsd"> {
  if (!history) return {};
  return { p50MicroUsd: history.p50MicroUsd * runs, p95MicroUsd: history.p95MicroUsd * runs };
}

function instantsIn(schedule: { readonly cron: string; readonly timezone: string }, now: number): number {
  const instants = nextTimes(schedule, now, MOST_INSTANTS);
  const last = instants.at(-1);
  if (last === undefined) return 0;
  if (last > now + WINDOW_MS || instants.length < MOST_INSTANTS)
    return instants.filter((at) => at <= now + WINDOW_MS).length;
  return Math.round((WINDOW_MS / (last - now)) * instants.length);
}
