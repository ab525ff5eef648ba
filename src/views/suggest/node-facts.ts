import type { RunOutline } from "../../store/history-store.ts";

/** What runs have shown of one node. */
export interface NodeFacts {
  /** Of the node in its score: `drafts/letter`. */
  readonly path: string;
  /** A key that it had, to find it in the plan. */
  readonly key: string;
  /** Steps that were settled, and those of them that were skipped. */
  readonly steps: number;
  readonly skipped: number;
  /** Steps of which the first attempt failed; those of them that completed after all, and those that never did. */
  readonly retried: number;
  readonly saved: number;
  readonly lost: number;
  /** Attempts that failed because their time was over. */
  readonly timeouts: number;
  /** How long attempts took that completed, sorted. */
  readonly tookMs: readonly number[];
  /** What went wrong most often, and how often. */
  readonly error: { readonly message: string; readonly times: number } | undefined;
}

/** How one map of one run went. */
export interface MapFacts {
  readonly path: string;
  readonly key: string;
  readonly items: number;
  /** From the beginning of its first item to the end of the last. */
  readonly wallMs: number;
  /** All its items one after the other. */
  readonly workMs: number;
}

export interface ScoreFacts {
  readonly runs: number;
  readonly nodes: readonly NodeFacts[];
  readonly maps: readonly MapFacts[];
}

const TIMED_OUT = "MR3002";

/** What runs have shown of the nodes of their score. */
export function nodeFacts(runs: readonly RunOutline[]): ScoreFacts {
  const nodes = new Map<string, Gathering>();
  const maps: MapFacts[] = [];
  for (const run of runs) {
    for (const attempts of stepsOf(run)) {
      const { key } = attempts[0]!;
      const path = toPath(key);
      const gathering = nodes.get(path) ?? new Gathering(path, key);
      nodes.set(path, gathering);
      gathering.add(attempts);
    }
    maps.push(...mapsIn(run));
  }
  return { runs: runs.length, nodes: [...nodes.values()].map((one) => one.facts()), maps };
}

/** `drafts/3/letter` is an item of the node `drafts/letter`; `drafts/3`, where items are one step each, of `drafts/each`. */
function toPath(key: string): string {
  const parts = key.split("/");
  const names = parts.filter((part) => !isIndex(part));
  return (isIndex(parts.at(-1)!) ? [...names, "each"] : names).join("/");
}

function isIndex(part: string): boolean {
  return /^\d+$/.test(part);
}

type Attempts = RunOutline["attempts"];

/** Attempts by their step: they are sorted. */
function* stepsOf({ attempts }: RunOutline): Generator<Attempts> {
  for (let from = 0, to = 0; from < attempts.length; from = to) {
    while (to < attempts.length && attempts[to]!.key === attempts[from]!.key) to++;
    yield attempts.slice(from, to);
  }
}

class Gathering {
  readonly #path: string;
  readonly #key: string;
  readonly #tookMs: number[] = [];
  readonly #errors = new Map<string, number>();
  #counts = { steps: 0, skipped: 0, retried: 0, saved: 0, lost: 0, timeouts: 0 };

  constructor(path: string, key: string) {
    this.#path = path;
    this.#key = key;
  }

  add(attempts: Attempts): void {
    const last = attempts.at(-1)!;
    if (last.status === "running" || last.status === "interrupted") return;
    const counts = this.#counts;
    counts.steps++;
    if (last.status === "skipped") counts.skipped++;
    if (attempts[0]!.status === "failed") {
      counts.retried++;
      if (last.status === "completed") counts.saved++;
      if (last.status === "failed" && attempts.length > 1) counts.lost++;
    }
    for (const { status, startedAt, endedAt, code, message } of attempts) {
      if (status === "completed" && endedAt !== null) this.#tookMs.push(endedAt - startedAt);
      if (status !== "failed") continue;
      if (code === TIMED_OUT) counts.timeouts++;
      const said = message ?? "";
      this.#errors.set(said, (this.#errors.get(said) ?? 0) + 1);
    }
  }

  facts(): NodeFacts {
    const [worst] = [...this.#errors].sort(([, a], [, b]) => b - a);
    return {
      path: this.#path,
      key: this.#key,
      ...this.#counts,
      tookMs: this.#tookMs.sort((a, b) => a - b),
      error: worst && { message: worst[0], times: worst[1] },
    };
  }
}

/** Each map of a run, by when its items were under way. */
function mapsIn({ attempts }: RunOutline): MapFacts[] {
  const maps = new Map<string, Map<string, { from: number; to: number }>>();
  for (const { key, startedAt, endedAt } of attempts) {
    if (endedAt === null) continue;
    const parts = key.split("/");
    for (let at = 1; at < parts.length; at++) {
      if (!isIndex(parts[at]!)) continue;
      const map = parts.slice(0, at).join("/");
      const items = maps.get(map) ?? new Map<string, { from: number; to: number }>();
      maps.set(map, items);
      const item = items.get(parts[at]!) ?? { from: startedAt, to: endedAt };
      items.set(parts[at]!, { from: Math.min(item.from, startedAt), to: Math.max(item.to, endedAt) });
    }
  }
  return [...maps].map(([key, items]) => {
    const all = [...items.values()];
    const from = all.reduce((least, one) => Math.min(least, one.from), Number.POSITIVE_INFINITY);
    const to = all.reduce((most, one) => Math.max(most, one.to), 0);
    const workMs = all.reduce((sum, one) => sum + one.to - one.from, 0);
    return { path: toPath(key), key, items: all.length, wallMs: to - from, workMs };
  });
}
