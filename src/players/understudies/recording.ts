import { toHash } from "../../plan/hash.ts";
import { toCanonicalJson } from "../../support/json.ts";
import type { Answer, Question } from "./understudy.ts";

/** What was asked and said in one call of a model, as it is kept: without secrets. */
export interface Recording {
  readonly asked: Asked;
  /** What the conversation began with. */
  readonly input: unknown;
  readonly answer?: Answer;
  /** Why it brought none. */
  readonly failure?: Failure;
}

export interface Failure {
  readonly status?: number;
  readonly detail: string;
  readonly isTransient: boolean;
}

/** What makes two calls the same: the agent's revision, and what was said before. Hashes but for the model. */
export interface Asked {
  readonly model: string;
  readonly instructions: string;
  readonly output: string;
  readonly tools: string;
  readonly said: string;
}

export function askedIn({ model, instructions, schema, tools, said }: Question): Asked {
  return {
    model,
    instructions: shortHash(instructions),
    output: shortHash(schema ?? null),
    tools: shortHash(tools),
    said: shortHash(said),
  };
}

/** 12 hexadecimal digits: short enough to be read in a diff. */
export function shortHash(value: unknown): string {
  return toHash(toCanonicalJson(value)).slice(0, 12);
}

/** The value that the agent was given. */
export function inputOf({ said }: Question): unknown {
  const [first] = said;
  if (!first || !("text" in first)) return null;
  try {
    return JSON.parse(first.text);
  } catch {
    return first.text;
  }
}
