import { type Definition, defined } from "./definition.ts";
import type { Schema } from "./schema.ts";
import { callSites } from "./site.ts";

declare const AGENT: unique symbol;

/** A reusable configuration of a model. */
export interface AgentDefinition<in I, out O> {
  readonly [AGENT]: (input: I) => O;
  readonly id: string;
}

/** An agent as its author wrote it. */
export interface AgentRecord extends Definition<"agent"> {
  readonly model: string;
  readonly instructions: unknown;
  readonly input: Schema;
  readonly output: Schema;
}

/**
 * What a model is told, given and asked for; the default export of a file in `agents/`.
 * @example
 * export default defineAgent({
 *   id: "writer",
 *   model: "anthropic/claude-sonnet",
 *   instructions: (input) => `You write short letters to ${input.company}.`,
 *   input: z.object({ company: z.string() }),
 *   output: z.object({ letter: z.string() }),
 * });
 */
export function defineAgent<II, IO, OI, OO>(definition: {
  /** Letters, digits, - and _. */
  readonly id: string;
  /** `provider/model`. */
  readonly model: string;
  /** What the model is told; a function when it depends on the input. */
  readonly instructions: string | ((input: NoInfer<IO>) => string);
  readonly input: Schema<IO, II>;
  readonly output: Schema<OO, OI>;
}): AgentDefinition<II, OO> {
  return defined("agent", definition, callSites(defineAgent)) as unknown as AgentDefinition<II, OO>;
}
