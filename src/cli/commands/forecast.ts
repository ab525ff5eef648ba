import type { Plan } from "../../plan/index.ts";
import { toColors } from "../../support/colors.ts";
import { toShortCount, toUsd } from "../../support/money.ts";
import { toVisible } from "../../support/to-visible.ts";
import { toDearest } from "../../views/dearest-price.ts";
import { type Bound, boundOf } from "../../views/forecast-bound.ts";
import { playsScores, type RunHistory, toRunHistory } from "../../views/run-history.ts";
import { askStore } from "../at-store.ts";
import { compileForForecast } from "../compile-score.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine } from "../write-line.ts";

const MOST_RUNS = 200;
const MOST_TOKENS = 10_000_000;

interface Options {
  readonly maxUsd?: string;
  readonly by: "bound" | "history";
  readonly inputTokens?: string;
  readonly json?: boolean;
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
  else for (const line of toLines(bound, history, io)) writeLine(io, line);
  if (!verdict) return EXIT.ok;
  if (!options.json) writeLine(io, verdict.words);
  return verdict.isWithin ? EXIT.ok : EXIT.problems;
}

function toNumber(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value > 0 && value <= most)) throw new UsageError(`${option} ${text} is no number above 0.`);
  return value;
}

async function pricesFor(io: Io, settings: Settings) {
  const request = { op: "prices", all: false } as const;
  const listed = await askStore(io, settings, { command: "maestro forecast", request });
  return {
    priceOf: toDearest(listed, Date.now()),
    fullName: (name: string) => (Object.hasOwn(settings.models, name) ? settings.models[name]! : name),
  };
}

async function historyOf(io: Io, settings: Settings, plan: Plan): Promise<RunHistory | undefined> {
  const request = {
    op: "runCosts",
    score: plan.score,
    limit: MOST_RUNS,
    isWhole: playsScores(plan),
  } as const;
  return toRunHistory(await askStore(io, settings, { command: "maestro forecast", request }));
}

interface Judging {
  readonly by: Options["by"];
  /** In US dollars. */
  readonly most: number;
  readonly bound: Bound;
  readonly history: RunHistory | undefined;
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

function* toLines(bound: Bound, history: RunHistory | undefined, io: Io): Generator<string> {
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
