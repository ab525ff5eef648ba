import { MaestroError } from "../../diagnostics/index.ts";
import type { HttpNode, ShellNode } from "../../plan/index.ts";
import type { ToolResult } from "../models/memory.ts";
import type { CassetteCall, CassetteFile, ModelEntry, OutsideEntry, ToolEntry } from "./cassette-file.ts";
import { type Asked, askedIn, shortHash } from "./recording.ts";
import type { Answer, Brought, Question, Role, ToolUsed, Understudy } from "./understudy.ts";

const NOTHING_USED = { input: 0, output: 0, cached: 0, reasoning: 0 };

/** What changed since a call was recorded, and where it is made. */
export interface Miss {
  readonly what: string;
  readonly step: string;
  readonly changed: readonly string[];
}

/** Answers every call as it was answered when the cassette was recorded. What is not on it is an error, never a call. */
export class Cassette implements Understudy {
  readonly is = "cassette";
  /** What was asked for and is not on it. */
  readonly misses: Miss[] = [];
  readonly #path: string;
  readonly #file: CassetteFile;
  readonly #entries = new Map<string, CassetteCall[]>();
  readonly #played = new Set<CassetteCall>();
  readonly #turns = new Map<string, number>();

  constructor(path: string, file: CassetteFile) {
    this.#path = path;
    this.#file = file;
    for (const call of file.calls) {
      const key = keyOf(call);
      this.#entries.set(key, [...(this.#entries.get(key) ?? []), call]);
    }
  }

  /** Entries that nobody has asked for: of steps that are gone, or go another way. */
  unplayed(): readonly CassetteCall[] {
    return this.#file.calls.filter((call) => !this.#played.has(call));
  }

  answer(question: Question, { agent, step }: Role): Answer {
    const asked = askedIn(question);
    const found = this.#next(modelKey(agent, asked), step) as ModelEntry | undefined;
    if (!found) throw this.#miss(`agent "${agent}"`, step, this.#changesOf(asked, { agent, step }));
    const { fails, finish = "stop", tokens = NOTHING_USED, calls = [] } = found;
    if (fails) throw new MaestroError("MR3090", { model: found.model, status: undefined, ...fails });
    return {
      text: "says" in found ? JSON.stringify(found.says) : (found.text ?? []).join("\n"),
      calls: calls.map(({ id, tool, input }) => ({ id, tool, input: toArguments(input) })),
      finish,
      usage: { ...NOTHING_USED, ...tokens },
    };
  }

  tool({ tool, input }: ToolUsed, { step }: Role): ToolResult {
    const found = this.#next(toolKey(tool, input), step) as ToolEntry | undefined;
    if (!found) {
      const isKnown = this.#file.calls.some((call) => "tool" in call && call.tool === tool);
      throw this.#miss(`tool "${tool}"`, step, isKnown ? ["what it is given"] : []);
    }
    return found.fails === undefined ? { output: found.gives ?? null } : { error: found.fails };
  }

  outside({ kind }: HttpNode | ShellNode, asked: unknown, { step }: Pick<Role, "step">): Brought {
    const found = this.#next(outsideKey(kind, shortHash(asked)), step) as OutsideEntry | undefined;
    if (!found) {
      const isKnown = this.#file.calls.some((call) => "outside" in call && isAt(call, step));
      const what = kind === "http" ? "a request" : "a program";
      throw this.#miss(what, step, isKnown ? ["what it is given"] : []);
    }
    return found.fails ? { error: found.fails } : { output: found.gives ?? null };
  }

  decision(step: string): { readonly value: unknown } | undefined {
    const { decisions = {} } = this.#file;
    const name = Object.keys(decisions).find((key) => isAt({ step: key }, step));
    return name === undefined ? undefined : { value: decisions[name] };
  }

  route(
    step: string,
    { round, failures }: { readonly round: number; readonly failures: number },
  ): readonly string[] | undefined {
    const { routes = {} } = this.#file;
    const name = Object.keys(routes).find((key) => isAt({ step: key }, step));
    const entries = name === undefined ? [] : routes[name]!;
    return entries.find((one) => one.round === round && one.failures === failures)?.models;
  }

  /** The next entry of this step, where the same is asked more than once; the last one again when there is no further. */
  #next(key: string, step: string): CassetteCall | undefined {
    const all = this.#entries.get(key);
    if (!all) return undefined;
    const own = all.filter((call) => isAt(call, step));
    const turn = `${key} ${own.length > 0 ? step : ""}`;
    const n = this.#turns.get(turn) ?? 0;
    this.#turns.set(turn, n + 1);
    const among = own.length > 0 ? own : all;
    const found = among[Math.min(n, among.length - 1)]!;
    this.#played.add(found);
    return found;
  }

  /** What differs from the entry that is most like the call; nothing when there is none of this agent. */
  #changesOf(asked: Asked, { agent, step }: Pick<Role, "agent" | "step">): readonly string[] {
    const of = this.#file.calls.filter((call): call is ModelEntry => "model" in call && call.agent === agent);
    const near = of.filter((call) => isAt(call, step));
    const changes = (near.length > 0 ? near : of).map((call) => differencesOf(asked, call));
    return changes.sort((a, b) => a.length - b.length)[0] ?? [];
  }

  #miss(what: string, step: string, changed: readonly string[]): MaestroError {
    this.misses.push({ what, step, changed });
    return new MaestroError("MR3086", { file: this.#path, what, step, changed });
  }
}

function differencesOf(now: Asked, { model, asked }: ModelEntry): string[] {
  return [
    ...(now.model === model ? [] : [`the model ("${model}" then, "${now.model}" now)`]),
    ...(now.instructions === asked.instructions ? [] : ["the instructions"]),
    ...(now.output === asked.output ? [] : ["the output schema"]),
    ...(now.tools === asked.tools ? [] : ["the tools"]),
    ...(now.said === asked.said ? [] : ["the input"]),
  ];
}

/** In a run that another one plays, a step is named after itself alone. */
function isAt({ step }: { readonly step: string }, asked: string): boolean {
  return step === asked || step.endsWith(` > ${asked}`);
}

function keyOf(call: CassetteCall): string {
  if ("tool" in call) return toolKey(call.tool, call.input);
  if ("outside" in call) return outsideKey(call.outside, call.asked);
  return modelKey(call.agent, { ...call.asked, model: call.model });
}

function modelKey(agent: string, { model, instructions, output, tools, said }: Asked): string {
  return ["model", agent, model, instructions, output, tools, said].join("|");
}

function toolKey(tool: string, input: unknown): string {
  return `tool|${tool}|${shortHash(input)}`;
}

function outsideKey(kind: string, asked: string): string {
  return `${kind}|${asked}`;
}

/** What a model wrote that was no JSON stands as it was. */
function toArguments(input: unknown): string {
  return typeof input === "string" ? input : JSON.stringify(input);
}
