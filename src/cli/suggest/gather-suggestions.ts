import { shortestGapMs } from "../../compile/cron-times.ts";
import type { Compilation } from "../../compile/index.ts";
import type { RunOutline } from "../../store/history-store.ts";
import { nodeFacts } from "../../views/suggest/node-facts.ts";
import { suggestForAgent } from "../../views/suggest/suggest-for-agent.ts";
import { suggestForOrchestra } from "../../views/suggest/suggest-for-orchestra.ts";
import { suggestForScore } from "../../views/suggest/suggest-for-score.ts";
import type { Suggestion } from "../../views/suggest/suggestion.ts";
import type { AskFor } from "../export/run-records.ts";

/** Of each score so many runs are looked at, and so many attempts: the newest. */
const MOST_RUNS = 200;
const MOST_ATTEMPTS = 200_000;
const AFTER_ALL = "run_~";

export interface Gathering {
  readonly ask: AskFor;
  readonly compilation: Pick<Compilation, "scores" | "orchestras">;
  /** Unix ms: what was begun before is not looked at. */
  readonly since: number;
  /** `provider/model` of a name that the configuration gives to one. */
  readonly fullName: (model: string) => string;
}

/** What the workspace's source could say better, by what its runs have shown. */
export async function gatherSuggestions(gathering: Gathering): Promise<Suggestion[]> {
  const { scores, orchestras } = gathering.compilation;
  const found: Suggestion[] = [];
  for (const { plan } of scores) {
    const runs = await outlinesOf(plan.score, gathering);
    found.push(...suggestForScore(plan, nodeFacts(runs)));
  }
  for (const { id, schedule } of orchestras) {
    const gapMs = schedule && shortestGapMs(schedule, new Date());
    if (!schedule || gapMs === undefined) continue;
    const one = suggestForOrchestra({ id, cron: schedule.cron, gapMs }, await tookOf(id, gathering));
    if (one) found.push(one);
  }
  found.push(...(await aboutAgents(gathering)));
  return found;
}

async function outlinesOf(score: string, { ask, since }: Gathering): Promise<RunOutline[]> {
  const from = `run_${Math.max(0, since).toString(16).padStart(12, "0")}`;
  const runs: RunOutline[] = [];
  let attempts = 0;
  for (let before: string | undefined = AFTER_ALL; before !== undefined; ) {
    const page: Awaited<
      ReturnType<typeof ask<{ op: "outlines"; score: string; before: string; from: string }>>
    > = await ask({ op: "outlines", score, before, from });
    runs.push(...page.runs);
    for (const run of page.runs) attempts += run.attempts.length;
    before = runs.length < MOST_RUNS && attempts < MOST_ATTEMPTS ? page.next : undefined;
  }
  return runs.slice(0, MOST_RUNS);
}

async function tookOf(orchestra: string, { ask, since }: Gathering): Promise<number[]> {
  const rows = await ask({ op: "runs", orchestra, status: "completed", since, limit: MOST_RUNS });
  return rows.flatMap(({ startedAt, endedAt }) =>
    startedAt === null || endedAt === null ? [] : [endedAt - startedAt],
  );
}

async function aboutAgents({ ask, compilation, fullName }: Gathering): Promise<Suggestion[]> {
  const agents = new Map(
    compilation.scores.flatMap((score) => score.agents).map((agent) => [agent.id, agent]),
  );
  const several = [...agents.values()].filter(
    ({ models }) => models.length > 1 && models[0]!.at[0] === "model",
  );
  if (several.length === 0) return [];
  const prices = new Map(
    (await ask({ op: "prices", all: false }))
      .filter(({ isUsed }) => isUsed)
      .map(({ model, input, output }) => [model, input + output]),
  );
  const found: Suggestion[] = [];
  for (const { id, models } of several) {
    const named = models.map(({ name }) => ({ name, full: fullName(name) }));
    const history = await ask({ op: "modelHistory", agent: id, models: named.map(({ full }) => full) });
    const one = suggestForAgent({ agent: id, models: named, priceOf: (model) => prices.get(model) }, history);
    if (one) found.push(one);
  }
  return found;
}
