import { MaestroError } from "../../diagnostics/index.ts";
import { type Badge, isAtLeast } from "../../plan/index.ts";
import type { Noted } from "../../players/models/aside-purse.ts";
import type { GateFigures } from "../../players/models/gates/figures.ts";
import { type Rating, rateGates } from "../../players/models/gates/rate-gates.ts";
import type { ModelCall } from "../../players/models/model-call.ts";
import { type Colors, toColors } from "../../support/colors.ts";
import { toShortCount, toUsd } from "../../support/money.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { ListedModel } from "../../views/model-board.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { knownModels } from "../models/known-models.ts";
import { modelNamed } from "../models/model-named.ts";
import { toProgress } from "../models/progress.ts";
import { TestBooks } from "../models/test-books.ts";
import { notMeant } from "../not-meant.ts";
import { outsideOf } from "../outside-of.ts";
import { UsageError } from "../usage-error.ts";
import { whoIs } from "../who-is.ts";
import { warnLines, writeLine, writeLines } from "../write-line.ts";

interface Options {
  readonly calls: string;
  readonly concurrency: string;
  readonly maxUsd?: string;
  readonly yes?: boolean;
  readonly by?: string;
  readonly json?: boolean;
}

const COMMAND = "maestro models test";
const [MOST_CALLS, MOST_AT_ONCE] = [500, 100];

/** `maestro models test [model]`: says what that may cost, asks, and lets each model go through the five gates. */
export async function run(io: Io, [name]: string[], options: Options): Promise<ExitCode> {
  const load = {
    calls: toCount("--calls", options.calls, MOST_CALLS),
    concurrency: toCount("--concurrency", options.concurrency, MOST_AT_ONCE),
  };
  const maxUsd = toMaxUsd(options.maxUsd);
  const settings = await loadSettings(io);
  const known = await knownModels(io);
  const names =
    name === undefined ? known.models.map(({ model }) => model) : [modelNamed(name, known, settings)];
  if (names.length === 0)
    throw new UsageError(
      "Neither the configuration nor an agent names a model.",
      "name one: maestro models test openai/gpt-5-mini",
    );
  const request = { op: "models", names } as const;
  const rows = (await askStore(io, settings, { command: COMMAND, request })).slice(0, names.length);
  const testing: Testing = { io, settings, load, by: whoIs(io, options.by), isJson: options.json === true };
  const refusal = await announce(testing, rows, { ...options, maxUsd });
  if (refusal) return refusal;
  return testAll(testing, rows);
}

interface Testing {
  readonly io: Io;
  readonly settings: Settings;
  readonly load: { readonly calls: number; readonly concurrency: number };
  readonly by: string;
  readonly isJson: boolean;
}

/** Says the most that it may cost and asks whether that is meant; gives the exit code when it is not. */
async function announce(
  { io, load, isJson }: Testing,
  rows: readonly ListedModel[],
  { maxUsd, yes }: Pick<Options, "yes"> & { readonly maxUsd: number | undefined },
): Promise<ExitCode | undefined> {
  const { mostOf } = await import("../../players/models/gates/test-model.ts");
  const bounds = rows.map(({ model, price }) => ({ model, ...mostOf(load, price ?? undefined) }));
  const say = isJson ? (line: string) => warnLines(io, line) : (line: string) => writeLine(io, line);
  for (const { model, calls, inputTokens, outputTokens, microUsd } of bounds) {
    const tokens = `${toShortCount(inputTokens)} tokens in and ${toShortCount(outputTokens)} out`;
    const cost = microUsd === undefined ? "nobody has said what it costs" : `${toUsd(microUsd)} at most`;
    say(`${toVisible(model)}: at most ${calls} calls, ${tokens}; ${cost}`);
  }
  if (maxUsd !== undefined) {
    const unknown = bounds.find(({ microUsd }) => microUsd === undefined);
    if (unknown) throw new MaestroError("MR3099", { model: unknown.model });
    const all = bounds.reduce((sum, { microUsd }) => sum + microUsd!, 0);
    if (all > maxUsd * 1e6) {
      warnLines(io, `nothing was asked: it may cost ${toUsd(all)}, and --max-usd is ${toUsd(maxUsd * 1e6)}`);
      return EXIT.problems;
    }
  }
  if (yes || (!isJson && (await agrees(io)))) return undefined;
  const command = `${COMMAND}${rows.length === 1 ? ` ${rows[0]!.model}` : ""}`;
  warnLines(io, `nothing was asked; to do it: ${command} --yes`);
  return notMeant(io, isJson, command);
}

/** Asks where somebody can answer. */
async function agrees(io: Io): Promise<boolean> {
  if (!io.isTerminal) return false;
  io.write("\nThis asks the providers, who bill it. Type yes: ");
  for await (const line of io.lines()) return /^y(es)?$/i.test(line.trim());
  return false;
}

/** What the calls of a test came to. */
type Spent = Omit<Noted, "at">;

/** One model, tested or not. */
interface Result {
  readonly model: string;
  readonly badge: Badge | null;
  readonly ratings: readonly Rating[];
  readonly figures?: GateFigures;
  readonly spent: Spent;
  /** Why nobody could be asked. */
  readonly problem?: string;
}

async function testAll(testing: Testing, rows: readonly ListedModel[]): Promise<ExitCode> {
  const { io, settings, isJson } = testing;
  const c = toColors(io.hasColor);
  const stopping = new AbortController();
  const stopHearing = io.onInterrupt(() => stopping.abort(new Error("interrupted")));
  const results: Result[] = [];
  try {
    for (const row of rows) {
      const result = await testOne(testing, row, stopping.signal);
      if (stopping.signal.aborted) break;
      results.push(result);
      if (!isJson) for (const text of toLines(result, c)) writeLines(io, text);
    }
  } finally {
    stopHearing();
  }
  if (isJson) io.write(`${JSON.stringify(results, null, 2)}\n`);
  if (stopping.signal.aborted) {
    warnLines(io, "stopped: what had been asked is written down with its cost, and no badge");
    return EXIT.interrupted;
  }
  const least = settings.production?.minBadge ?? "bronze";
  const isGood = results.every(({ badge }) => badge !== null && isAtLeast(badge, least));
  return isGood ? EXIT.ok : EXIT.problems;
}

async function testOne(
  { io, settings, load, by, isJson }: Testing,
  { model, price }: ListedModel,
  signal: AbortSignal,
): Promise<Result> {
  const { testModel } = await import("../../players/models/gates/test-model.ts");
  const { models } = outsideOf(io, settings);
  const calls: ModelCall[] = [];
  const progress = toProgress(io, { model, isJson });
  const books = new TestBooks((noted) =>
    askStore(io, settings, { command: COMMAND, request: { op: "testCalls", model, calls: noted } }),
  );
  const shown = await testModel({
    ...load,
    model,
    models,
    price: price ?? undefined,
    signal,
    now: Date.now,
    onProgress: progress.show,
    onCall: (call) => calls.push(call),
    write: (noted) => books.write(noted),
  }).catch((error: unknown) => (signal.aborted ? undefined : toProblem(error)));
  await books.settled();
  progress.end();
  const spent = spentOn(calls);
  if (shown === undefined) return { model, badge: null, ratings: [], spent };
  if ("problem" in shown) return { model, badge: null, ratings: [], spent, problem: shown.problem };
  const { badge, ratings } = rateGates(shown);
  const figures = { ...shown, ratings };
  await askStore(io, settings, { command: COMMAND, request: { op: "modelTest", model, badge, figures, by } });
  return { model, badge, ratings, figures: shown, spent };
}

/** What is wrong with the configuration, which a test says nothing of. */
function toProblem(error: unknown): { readonly problem: string } {
  if (!(error instanceof MaestroError)) throw error;
  return { problem: error.hint === undefined ? error.message : `${error.message}\n  hint: ${error.hint}` };
}

function spentOn(calls: readonly ModelCall[]): Spent {
  const sum = (of: (call: ModelCall) => number) => calls.reduce((all, call) => all + of(call), 0);
  return {
    calls: calls.length,
    inputTokens: sum((call) => call.inputTokens),
    cachedTokens: sum((call) => call.cachedTokens),
    outputTokens: sum((call) => call.outputTokens),
    reasoningTokens: sum((call) => call.reasoningTokens),
    microUsd: sum(({ cost }) => cost?.microUsd ?? 0),
    unpriced: sum(({ cost, isUnknown, inputTokens, outputTokens }) =>
      !cost && (isUnknown || inputTokens + outputTokens > 0) ? 1 : 0,
    ),
    failed: sum(({ error }) => (error === undefined ? 0 : 1)),
  };
}

function* toLines({ model, badge, ratings, spent, problem }: Result, c: Colors): Generator<string> {
  if (problem !== undefined) {
    yield `${toVisible(model)}  ${c.red("not tested")}: ${problem}`;
    return;
  }
  yield `${toVisible(model)}  ${shownBadge(badge ?? "none", c)}`;
  for (const { gate, badge: of, why } of ratings)
    yield `  ${gate.padEnd(10)}  ${shownBadge(of, c, 6)}  ${toVisible(why)}`;
  const tokens = toShortCount(spent.inputTokens + spent.outputTokens);
  const cost = spent.unpriced > 0 ? "price unknown" : toUsd(spent.microUsd);
  yield c.dim(`  ${spent.calls} calls, ${tokens} tokens, ${cost}`);
}

function shownBadge(badge: Badge, c: Colors, width = 0): string {
  const text = badge.padEnd(width);
  return badge === "none" ? c.red(text) : c.green(text);
}

function toCount(option: string, text: string, most: number): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  throw new UsageError(`${option} ${text} is no whole number from 1 to ${most}.`);
}

function toMaxUsd(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const usd = text.trim() === "" ? Number.NaN : Number(text.replace(/^\$/, ""));
  if (usd >= 0) return usd;
  throw new UsageError(`--max-usd ${text} is no number of US dollars.`);
}
