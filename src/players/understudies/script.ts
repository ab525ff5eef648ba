import { MaestroError } from "../../diagnostics/index.ts";
import type { HttpNode, ShellNode } from "../../plan/index.ts";
import { toReason } from "../../support/to-reason.ts";
import { toStored } from "../../support/to-stored.ts";
import type { ToolResult } from "../models/memory.ts";
import type { Answer, Brought, Question, Role, ToolUsed, Understudy } from "./understudy.ts";

const NOTHING_USED = { input: 0, output: 0, cached: 0, reasoning: 0 };

/** A reply in which a model calls tools instead of answering. */
export class ToolCalls {
  readonly calls: readonly { readonly tool: string; readonly with: unknown }[];

  constructor(calls: ToolCalls["calls"]) {
    this.calls = calls;
  }
}

/** A reply that is none: the model cannot be had. */
export class NoAnswer {
  readonly detail: string;
  readonly status: number | undefined;

  constructor(detail: string, status: number | undefined) {
    this.detail = detail;
    this.status = status;
  }
}

/** One call of a model, and who made it. */
export interface Asked extends Question, Pick<Role, "agent" | "step"> {}

/** What a model says: a text, a value (said as JSON), calls of tools, or nothing at all. */
export type Said = ToolCalls | NoAnswer | string | number | boolean | null | object;

/** What a model says, or a function of what it is asked. */
export type Reply = Said | ((asked: Asked) => Said | Promise<Said>);

/** What a model says, in its order; a function alone says everything. */
export class Scripted {
  readonly replies: readonly Reply[] | ((asked: Asked) => Said | Promise<Said>);

  constructor(replies: Scripted["replies"]) {
    this.replies = replies;
  }
}

/** What answers in place of everything outside. */
export interface ScriptParts {
  /** For every agent, or by the names of agents or models. */
  readonly models: Scripted | Readonly<Record<string, Scripted>>;
  readonly tools: Readonly<Record<string, (input: never) => unknown>>;
  /** What requests and programs bring, by step. */
  readonly services: Readonly<Record<string, unknown>>;
}

/** Answers as a program says. What it says nothing of is not there: nobody outside is asked instead. */
export class Script implements Understudy {
  readonly is = "script";
  readonly asked: Asked[] = [];
  readonly #parts: ScriptParts;
  readonly #given = new Map<Scripted, number>();

  constructor(parts: ScriptParts) {
    this.#parts = parts;
  }

  async answer(question: Question, { agent, step }: Role): Promise<Answer> {
    const asked: Asked = { ...question, agent, step };
    this.asked.push(asked);
    const said = await this.#next(asked);
    if (said instanceof NoAnswer) {
      const { detail, status } = said;
      throw new MaestroError("MR3090", { model: question.model, status, detail, isTransient: true });
    }
    if (said instanceof ToolCalls) {
      const calls = said.calls.map(({ tool, with: input }, i) => {
        return { id: `call_${this.asked.length}_${i}`, tool, input: JSON.stringify(input) };
      });
      return { text: "", calls, finish: "tool-calls", usage: NOTHING_USED };
    }
    const text = typeof said === "string" ? said : JSON.stringify(said);
    return { text, calls: [], finish: "stop", usage: NOTHING_USED };
  }

  async tool({ tool, input }: ToolUsed, { step }: Role): Promise<ToolResult> {
    const { tools } = this.#parts;
    if (!Object.hasOwn(tools, tool)) throw notScripted(`tool "${tool}"`, step);
    try {
      const stored = toStored((await tools[tool]!(input as never)) ?? null);
      return "found" in stored
        ? { error: `its result is no JSON: ${stored.found}` }
        : { output: stored.value };
    } catch (error) {
      return { error: toReason(error) };
    }
  }

  async outside(
    { kind }: HttpNode | ShellNode,
    asked: unknown,
    { step }: Pick<Role, "step">,
  ): Promise<Brought> {
    const { services } = this.#parts;
    const name = nameIn(services, step);
    if (name === undefined) throw notScripted(kind === "http" ? "the request" : "the program", step);
    const given = services[name];
    return { output: typeof given === "function" ? await given(asked) : given };
  }

  async #next(asked: Asked): Promise<Said> {
    const { agent, model, step } = asked;
    const scripted = this.#scriptedFor(asked);
    if (!scripted) throw notScripted(`agent "${agent}" (${model})`, step);
    const { replies } = scripted;
    if (typeof replies === "function") return replies(asked);
    const given = this.#given.get(scripted) ?? 0;
    if (given >= replies.length)
      throw notScripted(`agent "${agent}" (${model}), after ${given} answers`, step);
    this.#given.set(scripted, given + 1);
    const reply = replies[given]!;
    return typeof reply === "function" ? (reply as (asked: Asked) => Said | Promise<Said>)(asked) : reply;
  }

  #scriptedFor({ agent, model }: Asked): Scripted | undefined {
    const { models } = this.#parts;
    if (models instanceof Scripted) return models;
    const name = [agent, model].find((one) => Object.hasOwn(models, one));
    return name === undefined ? undefined : (models as Readonly<Record<string, Scripted>>)[name];
  }
}

/**
 * What `step` is called in `given`: by its key, or, inside of maps and loops, by its path without the numbers:
 * `drafts/letter` is `drafts/3/letter`, too.
 */
export function nameIn(given: Readonly<Record<string, unknown>>, step: string): string | undefined {
  const path = step
    .split("/")
    .filter((part) => !/^\d+$/.test(part))
    .join("/");
  return [step, path].find((name) => Object.hasOwn(given, name));
}

function notScripted(what: string, step: string): MaestroError {
  return new MaestroError("MR3069", { what, step });
}
