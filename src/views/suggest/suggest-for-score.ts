import { nodeAt, type Plan, type PlanNode, type Retry } from "../../plan/index.ts";
import { toReadable } from "../../support/duration.ts";
import type { MapFacts, NodeFacts, ScoreFacts } from "./node-facts.ts";
import type { Suggestion } from "./suggestion.ts";

/** Below so many there is no suggestion. */
const LEAST = { steps: 50, timeouts: 3, retried: 20, runs: 10 } as const;

/** What a score's source could say better, by what its runs have shown. Nothing where too little has been seen. */
export function suggestForScore(plan: Plan, facts: ScoreFacts): Suggestion[] {
  const found = facts.nodes.flatMap((seen) => {
    const node = nodeAt(plan, seen.key);
    if (!node) return [];
    const looked = { plan, node, seen };
    return [
      timeoutTooShort(looked),
      timeoutTooLong(looked),
      retriedInVain(looked),
      alwaysRetried(looked),
      oneWay(looked),
    ];
  });
  const maps = Map.groupBy(facts.maps, ({ path }) => path);
  for (const seen of maps.values()) found.push(mapWaits(plan, seen));
  return found.filter((one) => one !== undefined);
}

interface Look {
  readonly plan: Plan;
  readonly node: PlanNode;
  readonly seen: NodeFacts;
}

const share = (sorted: readonly number[], of: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(of * sorted.length) - 1)] ?? 0;

function timeoutOf(node: PlanNode): number | undefined {
  return node.kind === "task" || node.kind === "agent" || node.kind === "http" || node.kind === "shell"
    ? node.timeoutMs
    : undefined;
}

function about({ plan, seen }: Look): { readonly score: string; readonly path: string } {
  return { score: plan.score, path: seen.path };
}

/** Attempts are cut off that were nearly there: those that completed took nearly as long. */
function timeoutTooShort(look: Look): Suggestion | undefined {
  const { node, seen } = look;
  const timeoutMs = timeoutOf(node);
  const n = seen.tookMs.length + seen.timeouts;
  if (timeoutMs === undefined || n < LEAST.steps || seen.timeouts < LEAST.timeouts) return undefined;
  const p99 = share(seen.tookMs, 0.99);
  if (seen.timeouts / n < 0.02 || p99 < timeoutMs / 2) return undefined;
  return {
    rule: "timeout-too-short",
    about: about(look),
    says: `${seen.timeouts} of ${n} attempts were cut off after ${toReadable(timeoutMs)}, and of the others one in a hundred took ${toReadable(p99)} or longer`,
    n,
    option: ["timeout"],
    change: { from: toDuration(timeoutMs), to: toDuration(niceAbove(timeoutMs * 2)) },
  };
}

const LONG_MS = 30_000;

/** What hangs is noticed late. */
function timeoutTooLong(look: Look): Suggestion | undefined {
  const { node, seen } = look;
  const timeoutMs = timeoutOf(node);
  const n = seen.tookMs.length;
  if (timeoutMs === undefined || timeoutMs < LONG_MS || n < LEAST.steps || seen.timeouts > 0)
    return undefined;
  const [p99, most] = [share(seen.tookMs, 0.99), seen.tookMs.at(-1)!];
  const to = niceAbove(Math.max(5 * p99, 2 * most, 5_000));
  if (to * 4 > timeoutMs) return undefined;
  return {
    rule: "timeout-too-long",
    about: about(look),
    says: `of ${n} attempts the longest took ${toReadable(most)}, 99 in a hundred ${toReadable(p99)} at most: one that hangs is noticed after ${toReadable(timeoutMs)}`,
    n,
    option: ["timeout"],
    change: { from: toDuration(timeoutMs), to: toDuration(to) },
  };
}

function retryOf(node: PlanNode): Retry | undefined {
  const { retry } = node as { readonly retry?: Retry | "never" };
  return typeof retry === "object" ? retry : undefined;
}

function retriedInVain(look: Look): Suggestion | undefined {
  const { node, seen } = look;
  const retry = retryOf(node);
  const n = seen.saved + seen.lost;
  if (!retry || n < LEAST.retried || seen.saved / n > 0.02) return undefined;
  return {
    rule: "retried-in-vain",
    about: about(look),
    says: `${seen.lost} of ${n} steps that failed at first failed every time (${shorten(seen)})`,
    n,
    option: ["retry", "attempts"],
    change: { from: String(retry.attempts), to: "1" },
  };
}

/** A retry that is needed nearly always is no net any more: what it hides costs every run. */
function alwaysRetried(look: Look): Suggestion | undefined {
  const { node, seen } = look;
  const n = seen.steps - seen.skipped;
  if (
    !retryOf(node) ||
    seen.retried < LEAST.retried ||
    seen.retried / n < 0.8 ||
    seen.saved / seen.retried < 0.8
  )
    return undefined;
  return {
    rule: "always-retried",
    about: about(look),
    says: `${seen.retried} of ${n} steps failed at first, and ${seen.saved} of them completed later (${shorten(seen)})`,
    n,
    option: ["retry"],
  };
}

/** A guard that has never decided otherwise. */
function oneWay(look: Look): Suggestion | undefined {
  const { node, seen } = look;
  const n = seen.steps;
  if ((node as { readonly when?: unknown }).when === undefined || n < LEAST.steps) return undefined;
  if (seen.skipped !== 0 && seen.skipped !== n) return undefined;
  return {
    rule: "one-way",
    about: about(look),
    says:
      seen.skipped === 0
        ? `its guard has let it be played ${n} of ${n} times`
        : `it was skipped ${n} of ${n} times`,
    n,
    option: ["when"],
  };
}

/** Items wait for each other: as many as may be are under way nearly all the time. */
function mapWaits(plan: Plan, seen: readonly MapFacts[]): Suggestion | undefined {
  const node = nodeAt(plan, seen[0]!.key);
  if (node?.kind !== "map" || node.concurrency === undefined) return undefined;
  const { concurrency } = node;
  const telling = seen.filter(({ items, wallMs }) => items >= 3 * concurrency && wallMs > 0);
  const full = telling.filter(({ workMs, wallMs }) => workMs / wallMs >= 0.85 * concurrency);
  if (full.length < LEAST.runs || full.length / telling.length < 0.9) return undefined;
  const walls = full.map(({ wallMs }) => wallMs).sort((a, b) => a - b);
  return {
    rule: "map-waits",
    about: { score: plan.score, path: seen[0]!.path },
    says: `in ${full.length} of ${telling.length} runs ${concurrency} items were under way nearly all the time, for ${toReadable(share(walls, 0.5))} in the middle; twice as many at once would take about half of that`,
    n: telling.length,
    option: ["concurrency"],
    change: { from: String(concurrency), to: String(concurrency * 2) },
  };
}

function shorten({ error }: NodeFacts): string {
  if (!error) return "nothing was said";
  const text = error.message.length > 80 ? `${error.message.slice(0, 80)}…` : error.message;
  return `${error.times} times: ${text}`;
}

const NICE_S = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1_800, 3_600];

/** The next time that people write. */
function niceAbove(ms: number): number {
  const seconds = ms / 1_000;
  return (NICE_S.find((one) => one >= seconds) ?? Math.ceil(seconds / 3_600) * 3_600) * 1_000;
}

/** As authors write it. */
function toDuration(ms: number): string {
  const units = [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ] as const;
  const [unit, length] = units.find(([, of]) => ms % of === 0) ?? ["ms", 1];
  return `"${ms / length}${unit}"`;
}
