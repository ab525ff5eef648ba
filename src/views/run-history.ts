import { bodyOf, type Plan } from "../plan/index.ts";
import type { RunCost } from "./run-costs.ts";

/** What the last completed runs of a score have cost, in micro-USD, and how long they took. */
export interface RunHistory {
  readonly runs: number;
  readonly p50MicroUsd: number;
  readonly p95MicroUsd: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Runs with calls of models whose price is not known. */
  readonly unpriced: number;
  readonly agents: Readonly<Record<string, { readonly p50MicroUsd: number; readonly p95MicroUsd: number }>>;
}

/** `undefined` when there are none. */
export function toRunHistory(runs: readonly RunCost[]): RunHistory | undefined {
  if (runs.length === 0) return undefined;
  const agents = new Set(runs.flatMap((one) => Object.keys(one.agents)));
  const [p50Ms, p95Ms] = quantiles(runs.map(({ durationMs }) => durationMs));
  return {
    runs: runs.length,
    ...costs(runs.map(({ microUsd }) => microUsd)),
    p50Ms,
    p95Ms,
    unpriced: runs.filter(({ unpriced }) => unpriced > 0).length,
    agents: Object.fromEntries([...agents].map((id) => [id, costs(runs.map((one) => one.agents[id] ?? 0))])),
  };
}

function costs(values: readonly number[]) {
  const [p50MicroUsd, p95MicroUsd] = quantiles(values);
  return { p50MicroUsd, p95MicroUsd };
}

/** The nearest rank: the least value that is at least as large as this share of them. */
function quantiles(values: readonly number[]): readonly [p50: number, p95: number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
  return [at(0.5), at(0.95)];
}

/** Are runs of other scores part of its runs? */
export function playsScores(plan: Plan): boolean {
  const bodies = [plan.body, ...(plan.onError ? [plan.onError] : [])];
  for (const { nodes } of bodies)
    for (const node of Object.values(nodes)) {
      if (node.kind === "score") return true;
      const inside = bodyOf(node);
      if (inside) bodies.push(inside);
    }
  return false;
}
