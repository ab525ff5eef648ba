import type { AgentPlan, JsonSchema, ToolCode } from "../../../plan/index.ts";
import { AsidePurse, type Noted } from "../aside-purse.ts";
import { boundOf } from "../bound-of.ts";
import type { Memory } from "../memory.ts";
import type { ModelCall } from "../model-call.ts";
import type { ModelSettings } from "../model-settings.ts";
import type { Price } from "../prices.ts";
import { CODES, EXERCISES, type Exercise } from "./exercises.ts";
import type { Gate, GateFigures } from "./figures.ts";

/** Tokens that one call may give: models that think need some of them for that. */
const MAX_TOKENS = 1_000;
/** Calls of a dialogue: the tool, the answer, and two for mending it. */
const TURNS = 4;
/** Calls of an exercise: the answer, and two for mending it. */
const ANSWERS = 3;
/** The most tokens that such a call is given, what was said before included. */
const [SHORT, LONG] = [500, 6_000];
const LONGEST_CALL_MS = 60_000;

/** How hard it is tried. */
export interface Load {
  readonly calls: number;
  readonly concurrency: number;
}

export interface Testing extends Load {
  /** `provider/model`. */
  readonly model: string;
  readonly models: ModelSettings;
  readonly price: Price | undefined;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onProgress: (gate: Gate, done: number, of: number) => void;
  readonly onCall: (call: ModelCall) => void;
  /** Writes down what calls may cost, before they are made, and what they have; resolves when that is durable. */
  readonly write: (noted: Noted) => Promise<void>;
}

/** What a test may take at most: calls, tokens in and out, and micro-USD where the price is known. */
export function mostOf({ calls }: Pick<Load, "calls">, price: Price | undefined) {
  const short = 1 + calls;
  const long = EXERCISES.length * ANSWERS + CODES.length * TURNS;
  const each = (promptTokens: number) =>
    price ? boundOf(price, { promptTokens, maxTokens: MAX_TOKENS }) : 0;
  return {
    calls: short + long,
    inputTokens: short * SHORT + long * LONG,
    outputTokens: (short + long) * MAX_TOKENS,
    ...(price ? { microUsd: short * each(SHORT) + long * each(LONG) } : {}),
  };
}

/**
 * Lets a model go through the five gates, over the same way by which agents ask it. What is wrong with the configuration,
 * and not with the model, is thrown.
 * @throws MaestroError MR3092, MR3093, MR3094; the signal's reason; what `write` throws
 */
export async function testModel(testing: Testing): Promise<GateFigures> {
  const asker = new Asker(testing);
  const { onProgress } = testing;
  onProgress("reachable", 0, 1);
  const reachable = await tryReachable(asker);
  if (!reachable.answered) return { reachable };
  const structured = await tryStructured(asker, onProgress);
  const tools = await tryTools(asker, onProgress);
  const load = await tryLoad(asker, testing);
  onProgress("usage", 1, 1);
  return { reachable, structured, tools, load, usage: asker.usage() };
}

interface Question {
  readonly instructions: string;
  readonly input: unknown;
  readonly schema: JsonSchema;
  readonly check?: Exercise["check"];
  readonly tools?: readonly ToolCode[];
}

/** What came of a question: its answer or why there is none, and the calls that were made for it. */
interface Heard {
  readonly answer?: unknown;
  readonly problem?: string;
  readonly calls: readonly ModelCall[];
}

/** Asks as a step does, and remembers every call. */
class Asker {
  readonly #testing: Testing;
  readonly #purse: AsidePurse;
  readonly #calls: ModelCall[] = [];
  /** What a call costs could not be written down: nobody is asked any more. */
  #unwritten: { readonly error: unknown } | undefined;

  constructor(testing: Testing) {
    this.#testing = testing;
    const { price, now } = testing;
    this.#purse = new AsidePurse({
      account: { microUsd: 0 },
      most: mostOf(testing, price).microUsd ?? 0,
      isPriced: false,
      priceOf: () => price,
      now,
      write: (noted) => this.#write(noted),
    });
  }

  async #write(noted: Noted): Promise<void> {
    try {
      await this.#testing.write(noted);
    } catch (error) {
      this.#unwritten ??= { error };
      throw error;
    }
  }

  async ask({ instructions, input, schema, check, tools = [] }: Question): Promise<Heard> {
    const { model, models, now } = this.#testing;
    const calls: ModelCall[] = [];
    const patience = AbortSignal.timeout(LONGEST_CALL_MS);
    const signal = AbortSignal.any([this.#testing.signal, patience]);
    const plan: AgentPlan = {
      model,
      instructions,
      output: schema,
      maxTokens: MAX_TOKENS,
      maxTurns: TURNS,
      code: 0,
    };
    const code = { tools, ...(check ? { checkOutput: check } : {}) };
    // A part of the program of its own, which commands that ask nobody do not read.
    const { playAgent } = await import("../play-agent.ts");
    const asking = playAgent(
      { id: "models test", plan, code },
      {
        ...SILENT,
        input,
        signal,
        now,
        // Names of the configuration's own are resolved already.
        models,
        memory: shortMemory(),
        purse: this.#purse,
        onCall: (call, hold) => {
          this.#purse.settle(call, hold);
          this.#calls.push(call);
          calls.push(call);
          this.#testing.onCall(call);
        },
      },
    );
    try {
      return { answer: await asking, calls };
    } catch (error) {
      this.#testing.signal.throwIfAborted();
      if (this.#unwritten) throw this.#unwritten.error;
      if (isOfConfiguration(error)) throw error;
      const late = `it did not answer within ${LONGEST_CALL_MS / 1_000} s`;
      return { problem: patience.aborted ? late : toLine(error), calls };
    }
  }

  usage(): NonNullable<GateFigures["usage"]> {
    const answers = this.#calls.filter(({ error }) => error === undefined);
    const sum = (of: (call: ModelCall) => number) => this.#calls.reduce((all, call) => all + of(call), 0);
    const isPriced = this.#testing.price !== undefined;
    return {
      answers: answers.length,
      reported: answers.filter((call) => call.inputTokens > 0 && call.outputTokens > 0).length,
      isPriced,
      microUsd: isPriced ? sum(({ cost }) => cost?.microUsd ?? 0) : null,
      inputTokens: sum(({ inputTokens }) => inputTokens),
      outputTokens: sum(({ outputTokens }) => outputTokens),
    };
  }
}

async function tryReachable(asker: Asker): Promise<GateFigures["reachable"]> {
  const { problem, calls } = await asker.ask({ ...PLAIN, instructions: "Answer with the one word: ready." });
  const last = calls.at(-1);
  const answered = problem === undefined;
  return {
    answered,
    tries: calls.length,
    ms: answered && last ? last.durationMs : null,
    ...(answered ? {} : { problem }),
  };
}

const PLAIN = { input: { text: "Hello." }, schema: { type: "string" } } as const;

async function tryStructured(
  asker: Asker,
  onProgress: Testing["onProgress"],
): Promise<NonNullable<GateFigures["structured"]>> {
  const problems: string[] = [];
  let [atOnce, mended] = [0, 0];
  for (const [i, exercise] of EXERCISES.entries()) {
    onProgress("structured", i, EXERCISES.length);
    const { problem, calls } = await asker.ask(exercise);
    if (problem !== undefined) problems.push(`${exercise.name}: ${problem}`);
    else if (calls.filter(({ error }) => error === undefined).length === 1) atOnce++;
    else mended++;
  }
  return { asked: EXERCISES.length, atOnce, mended, ...firstOf(problems) };
}

async function tryTools(
  asker: Asker,
  onProgress: Testing["onProgress"],
): Promise<NonNullable<GateFigures["tools"]>> {
  const problems: string[] = [];
  for (const [i, [code, word]] of CODES.entries()) {
    onProgress("tools", i, CODES.length);
    const asked: unknown[] = [];
    const { answer, problem } = await asker.ask({
      instructions:
        "Each code stands for a word, which the tool look_up gives. Call it with the code you are given, and answer with the word.",
      input: { code },
      schema: WORD,
      tools: [lookUp((given) => asked.push(given))],
    });
    if (problem !== undefined) problems.push(problem);
    else if (!asked.includes(code)) problems.push(`it did not call the tool with ${code}`);
    else if (
      !String((answer as { word?: unknown }).word)
        .toLowerCase()
        .includes(word)
    )
      problems.push("it did not answer with what the tool gave");
  }
  return { asked: CODES.length, passed: CODES.length - problems.length, ...firstOf(problems) };
}

const WORD: JsonSchema = {
  type: "object",
  properties: { word: { type: "string" } },
  required: ["word"],
  additionalProperties: false,
};

function lookUp(onCall: (code: unknown) => void): ToolCode {
  return {
    name: "look_up",
    description: "Gives the word that a code stands for.",
    effects: false,
    input: {
      type: "object",
      properties: { code: { type: "string" } },
      required: ["code"],
      additionalProperties: false,
    },
    timeoutMs: 1_000,
    maxResultBytes: 1_000,
    secrets: [],
    checkInput: (value) =>
      typeof (value as { code?: unknown } | null)?.code === "string"
        ? { value }
        : { problems: [{ path: "code", detail: "it has to be a string", type: typeof value }] },
    run: ({ input }) => {
      const { code } = input as { code: string };
      onCall(code);
      const [, word] = CODES.find(([known]) => known === code) ?? [];
      return word === undefined ? { problem: "there is no such code" } : { word };
    },
  };
}

async function tryLoad(
  asker: Asker,
  { calls, concurrency, now, onProgress }: Testing,
): Promise<NonNullable<GateFigures["load"]>> {
  const startedAt = now();
  const heard: Heard[] = [];
  const most = Math.ceil(calls / 10);
  let next = 0;
  const work = async () => {
    // More that fail than bronze allows: what is left would only cost.
    while (next < calls && heard.filter(({ problem }) => problem !== undefined).length <= most) {
      next++;
      heard.push(await asker.ask({ ...PLAIN, instructions: "Write one short sentence about the sea." }));
      onProgress("load", heard.length, calls);
    }
  };
  onProgress("load", 0, calls);
  await Promise.all(Array.from({ length: Math.min(concurrency, calls) }, work));
  const all = heard.flatMap((one) => one.calls);
  const answered = heard.filter(({ problem }) => problem === undefined).length;
  const durations = all
    .flatMap(({ error, durationMs }) => (error === undefined ? [durationMs] : []))
    .sort((a, b) => a - b);
  const minutes = Math.max(1, now() - startedAt) / 60_000;
  return {
    asked: calls,
    concurrency,
    answered,
    p50Ms: quantile(durations, 0.5),
    p95Ms: quantile(durations, 0.95),
    perMinute: Math.round(answered / minutes),
    refused: all.filter(
      ({ recording }) => recording && "failure" in recording && recording.failure.status === 429,
    ).length,
    ...firstOf(heard.flatMap(({ problem }) => problem ?? [])),
  };
}

/** The nearest rank. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

function firstOf(problems: readonly string[]): { readonly problem?: string } {
  const [problem] = problems;
  return problem === undefined ? {} : { problem };
}

const OF_CONFIGURATION: ReadonlySet<unknown> = new Set(["MR3092", "MR3093", "MR3094"]);

function isOfConfiguration(error: unknown): boolean {
  return OF_CONFIGURATION.has((error as { readonly code?: unknown } | null)?.code);
}

function toLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}

/** Nobody else hears of it. */
const SILENT = {
  mcp: undefined,
  again: undefined,
  routing: undefined,
  secrets: {},
  clean: (value: unknown) => value,
  idempotencyKey: "models-test",
  onTool() {},
  onEffect() {},
  onAnswer() {},
  onText() {},
  log() {},
} as const;

/** Of one conversation, for as long as that is under way. */
function shortMemory(): Memory {
  return { messages: [], tools: new Map(), say: async () => {}, begin: async () => {}, end: async () => {} };
}
