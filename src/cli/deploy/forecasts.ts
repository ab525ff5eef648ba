import type { Compilation } from "../../compile/index.ts";
import type { DeployPlan } from "../../operations/plan-deploy.ts";
import { effectiveOrchestra, type Plan } from "../../plan/index.ts";
import { toDearest } from "../../views/dearest-price.ts";
import { forecastOf, type OrchestraForecast } from "../../views/orchestra-forecast.ts";
import { playsScores, type RunHistory, toRunHistory } from "../../views/run-history.ts";
import type { Settings } from "../load-workspace.ts";
import type { DeployWorld } from "./world.ts";

/** Of each score so many runs say what is usual. */
const MOST_RUNS = 50;

export interface Forecasts {
  /** By orchestra; of those whose scores ask models. */
  readonly costs: ReadonlyMap<string, OrchestraForecast>;
  /** What past runs of a score were like. */
  readonly history: (score: string) => RunHistory | undefined;
}

interface Forecasting {
  readonly settings: Settings;
  readonly compilation: Compilation;
  readonly now: number;
}

/** What orchestras will cost as they are to be, from their plans, the prices in the store, and the runs so far. */
export async function forecastsOf(
  { ask }: DeployWorld,
  { orchestras }: DeployPlan,
  { settings, compilation, now }: Forecasting,
): Promise<Forecasts> {
  const plans = new Map(compilation.scores.map(({ id, plan }) => [id, plan]));
  const prices = (await ask({ op: "prices", all: false }))?.result ?? [];
  const { models } = settings;
  const knowing = {
    priceOf: toDearest(prices, now),
    fullName: (name: string) => (Object.hasOwn(models, name) ? models[name]! : name),
  };
  const histories = new Map<string, RunHistory | undefined>();
  const costs = new Map<string, OrchestraForecast>();
  for (const { id, after, overrides } of orchestras) {
    const plan = after && plans.get(after.score);
    if (!plan) continue;
    if (!histories.has(plan.score)) histories.set(plan.score, await historyOf(plan, ask));
    const orchestra = effectiveOrchestra(after, overrides).plan;
    const history = histories.get(plan.score);
    const forecast = forecastOf({ orchestra, plan, plans, knowing, history, now });
    if (forecast) costs.set(id, forecast);
  }
  return { costs, history: (score) => histories.get(score) };
}

async function historyOf(plan: Plan, ask: DeployWorld["ask"]): Promise<RunHistory | undefined> {
  const request = {
    op: "runCosts",
    score: plan.score,
    limit: MOST_RUNS,
    isWhole: playsScores(plan),
  } as const;
  return toRunHistory((await ask(request))?.result ?? []);
}
