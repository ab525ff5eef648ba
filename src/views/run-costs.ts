import type { Store } from "../store/store.ts";

/** What one run has cost. */
export interface RunCost {
  readonly run: string;
  readonly microUsd: number;
  /** By agent. */
  readonly agents: Readonly<Record<string, number>>;
  /** Calls whose price is not known. */
  readonly unpriced: number;
  /** From its beginning to its end, waiting included. */
  readonly durationMs: number;
}

const MOST_INSIDE = 10_000;

/**
 * What the last completed runs of a score have cost. Rehearsed ones and the like are none of them.
 * @param of `isWhole`: with what the runs have cost that they played
 */
export async function runCosts(
  store: Pick<Store, "listRuns" | "modelCallsOf" | "stepsOf">,
  { score, limit, isWhole }: { readonly score: string; readonly limit: number; readonly isWhole: boolean },
): Promise<RunCost[]> {
  const rows = await store.listRuns({ limit, score, status: "completed" });
  const costs: RunCost[] = [];
  for (const { id, source, startedAt, createdAt, endedAt } of rows) {
    const durationMs = (endedAt ?? createdAt) - (startedAt ?? createdAt);
    if (source === null) costs.push({ ...(await costOf(store, id, isWhole)), durationMs });
  }
  return costs;
}

async function costOf(
  store: Pick<Store, "modelCallsOf" | "stepsOf">,
  run: string,
  isWhole: boolean,
): Promise<Omit<RunCost, "durationMs">> {
  const agents: Record<string, number> = {};
  let [microUsd, unpriced] = [0, 0];
  // What is found is looked into as well, so this goes on while the list grows.
  const runs = [run];
  for (const id of runs) {
    for (const call of await store.modelCallsOf(id)) {
      if (call.source !== "live") continue;
      if (call.microUsd === null && call.inputTokens + call.outputTokens > 0) unpriced++;
      microUsd += call.microUsd ?? 0;
      agents[call.agent] = (agents[call.agent] ?? 0) + (call.microUsd ?? 0);
    }
    for (const { kind, info } of isWhole ? await store.stepsOf(id) : []) {
      const inner =
        kind === "score" && info !== null ? (JSON.parse(info) as { run?: unknown }).run : undefined;
      if (typeof inner === "string" && runs.length < MOST_INSIDE) runs.push(inner);
    }
  }
  return { run, microUsd, agents, unpriced };
}
