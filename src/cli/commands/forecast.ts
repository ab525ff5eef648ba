import { bodyOf, type Plan } from "../../plan/index.ts";
import { toColors } from "../../support/colors.ts";
import { toShortCount, toUsd } from "../../support/money.ts";
import { toVisible } from "../../support/to-visible.ts";
import { type Bound, boundOf } from "../../views/forecast-bound.ts";
import type { RunCost } from "../../views/run-costs.ts";
import { askStore } from "../at-store.ts";
import { compileForForecast } from "../compile-score.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";

const MOST_RUNS = 200;
const MOST_TOKENS = 10_000_000;

interface Options {
  readonly maxUsd?: string;
  readonly by: "bound" | "history";
  readonly inputTokens?: string;
  readonly json?: boolean;
}

/** What past runs have cost, in micro-USD; `undefined` when there are none. */
interface History {
  readonly runs: number;
  readonly p50MicroUsd: number;
  readonly p95MicroUsd: number;
  /** Runs with calls of models whose price is not known. */
  readonly unpriced: number;
  readonly agents: Readonly<Record<string, { readonly p50MicroUsd: number; readonly p95MicroUsd: number }>>;
}

/** `maestro forecast`: the most that a run can cost, and what the last ones did. */
export async function run(io: Io, [score = ""]: string[], options: Options): Promise<ExitCode> {
  const most = toNumber("--max-usd", options.maxUsd, Number.POSITIVE_INFINITY);
  const inputTokens = toNumber("--input-tokens", options.inputTokens, MOST_TOKENS);
  const { plan, plans } = await compileForForecast(io, score);
  const settings = await loadSettings(io);
  const bound = boundOf(plan, plans, { ...(await pricesFor(io, settings)), inputTokens });
  const history = await historyOf(io, settings, plan);
  const verdict = most === undefined ? undefined : judge({ by: options.by, most, bound, history });
  const facts = { score, bound, history: history ?? null, ...(verdict ? { verdict } : {}) };
  if (options.json) io.write(`${JSON.stringify(facts, null, 2)}\n`);
  else for (const line of toLines(bound, history, io)) io.write(`${line}\n`);
  if (!verdict) return EXIT.ok;
  if (!options.json) io.write(`${verdict.words}\n`);
  return verdict.isWithin ? EXIT.ok : EXIT.problems;
}

function toNumber(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value > 0 && value <= most)) throw new UsageError(`${option} ${text} is no number above 0.`);
  return value;
}

/** The dearest that counts now or will: a price of next month is no surprise then. */
async function pricesFor(io: Io, settings: Settings) {
  const request = { op: "prices", all: false } as const;
  const listed = await askStore(io, settings, { command: "maestro forecast", request });
  const prices = Map.groupBy(listed, ({ model }) => model);
  return {
    priceOf: (model: string) => {
      const known = (prices.get(model) ?? []).filter(
        ({ isUsed, validFrom }) => isUsed || validFrom > Date.now(),
      );
      if (known.length === 0) return undefined;
      const [input, output] = [
        known.flatMap((one) => [one.input, one.cachedInput]),
        known.flatMap((one) => [one.output, one.reasoning]),
      ];
      return { input: Math.max(...input), output: Math.max(...output) };
    },
    fullName: (name: string) => (Object.hasOwn(settings.models, name) ? settings.models[name]! : name),
  };
}

async function historyOf(io: Io, settings: Settings, plan: Plan): Promise<History | undefined> {
  const request = {
    op: "runCosts",
    score: plan.score,
    limit: MOST_RUNS,
    isWhole: playsScores(plan),
  } as const;
  const runs = await askStore(io, settings, { command: "maestro forecast", request });
  return runs.length === 0 ? undefined : toHistory(runs);
}

function playsScores(plan: Plan): boolean {
  const bodies = [plan.body, ...(plan.onError ? [plan.onError] : [])];
  for (const { nodes } of bodies)
    for (const node of Object.values(nodes)) {
      if (node.kind === "score") return true;
      const inside = bodyOf(node);
      if (inside) bodies.push(inside);
    }
  return false;
}

function toHistory(runs: readonly RunCost[]): History {
  const agents = new Set(runs.flatMap((one) => Object.keys(one.agents)));
  return {
    runs: runs.length,
    ...quantiles(runs.map(({ microUsd }) => microUsd)),
    unpriced: runs.filter(({ unpriced }) => unpriced > 0).length,
    agents: Object.fromEntries(
      [...agents].map((id) => [id, quantiles(runs.map((one) => one.agents[id] ?? 0))]),
    ),
  };
}

/** The nearest rank: the least value that is at least as large as this share of them. */
function quantiles(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
  return { p50MicroUsd: at(0.5), p95MicroUsd: at(0.95) };
}

interface Judging {
  readonly by: Options["by"];
  /** In US dollars. */
  readonly most: number;
  readonly bound: Bound;
  readonly history: History | undefined;
}

function judge({ by, most, bound, history }: Judging): {
  readonly isWithin: boolean;
  readonly words: string;
} {
  const limit = toUsd(Math.round(most * 1e6));
  if (by === "bound") {
    if (bound.microUsd === null)
      return { isWithin: false, words: `over ${limit}: nothing bounds what a run can cost` };
    const isWithin = bound.microUsd <= most * 1e6;
    return {
      isWithin,
      words: `${isWithin ? "within" : "over"} ${limit}: a run can cost ${toUsd(bound.microUsd)}`,
    };
  }
  if (!history) return { isWithin: false, words: `over ${limit}: no run is known that could tell` };
  if (history.unpriced > 0)
    return {
      isWithin: false,
      words: `over ${limit}: of ${history.unpriced} of the runs nobody knows what they cost`,
    };
  const isWithin = history.p95MicroUsd <= most * 1e6;
  const cost = toUsd(history.p95MicroUsd);
  return { isWithin, words: `${isWithin ? "within" : "over"} ${limit}: 95 of 100 runs cost at most ${cost}` };
}

function* toLines(bound: Bound, history: History | undefined, io: Io): Generator<string> {
  const c = toColors(io.hasColor);
  if (bound.agents.length === 0) {
    yield "this score asks no model";
    return;
  }
  const head = ["agent", "steps", "calls", "tokens of a call", "at most", "p50", "p95"];
  const rows = bound.agents.map((one) => {
    const past = history?.agents[one.agent];
    return [
      toVisible(one.agent),
      `≤ ${one.steps}`,
      `≤ ${one.calls}`,
      `${count(one.inputTokens)} in, ${count(one.outputTokens)} out`,
      one.microUsd === null ? "no end" : toUsd(one.microUsd),
      past ? toUsd(past.p50MicroUsd) : "",
      past ? toUsd(past.p95MicroUsd) : "",
    ];
  });
  const all = bound.microUsd === null ? "no end" : toUsd(bound.microUsd);
  const past = history ? [toUsd(history.p50MicroUsd), toUsd(history.p95MicroUsd)] : ["", ""];
  const table = [head, ...rows, ["together", "", "", "", all, ...past]];
  const widths = head.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  for (const [i, row] of table.entries()) {
    const text = row
      .map((cell, j) => (j === 0 ? cell.padEnd(widths[j]!) : cell.padStart(widths[j]!)))
      .join("  ");
    yield i === 0 ? c.dim(text.trimEnd()) : text.trimEnd();
  }
  for (const budget of bound.budgets) yield c.dim(`bounded by ${budget}: beyond it a person is asked`);
  for (const why of bound.unbounded) yield `${c.yellow("!")} ${toVisible(why)}`;
  if (!history) yield c.dim("no run of it has been completed yet");
  else
    yield c.dim(`p50 and p95 of the last ${history.runs} completed ${history.runs === 1 ? "run" : "runs"}`);
}

function count(tokens: number | null): string {
  return tokens === null ? "?" : toShortCount(tokens);
}
