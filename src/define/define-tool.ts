import type { Duration } from "../support/duration.ts";
import type { Schema } from "./schema.ts";
import { callSites, type Site } from "./site.ts";

declare const TOOL: unique symbol;

/** A function that a model may call. */
export interface Tool {
  readonly [TOOL]: true;
  readonly name: string;
}

/** A tool as its author wrote it. */
export interface ToolRecord {
  readonly kind: "tool";
  readonly name: string;
  readonly description: string;
  readonly input: Schema;
  readonly output?: Schema;
  readonly constraints?: unknown;
  readonly secrets?: unknown;
  readonly effects?: boolean;
  readonly timeout?: unknown;
  readonly maxResultKb?: unknown;
  readonly run: (call: never) => unknown;
  readonly sites: readonly Site[];
}

/** What a tool's function is given. */
export interface ToolCall<Input, Secrets extends string = never> {
  readonly input: Input;
  /** The secrets that the tool names, by name. */
  readonly secrets: Readonly<Record<Secrets, string>>;
  /** Set off when the call takes too long, or its step is told to end. */
  readonly signal: AbortSignal;
  /** The same when this call is made again after a crash; pass it on to services that accept one. */
  readonly idempotencyKey: string;
}

/** The mark by which tools are known; shared between copies of this package. */
const MARK = Symbol.for("maestro.tool");

/**
 * A function that agents may let their model call. Its arguments are the model's: they are checked against `input`
 * before anything runs.
 * @example
 * export const lookUpCompany = defineTool({
 *   name: "look_up_company",
 *   description: "Facts about a company by its domain",
 *   input: z.object({ domain: z.string() }),
 *   constraints: { "only customers may be looked up": ({ domain }) => customers.has(domain) },
 *   secrets: ["CRM_KEY"],
 *   run: ({ input, secrets, signal }) => crm.company(input.domain, { key: secrets.CRM_KEY, signal }),
 * });
 */
export function defineTool<IO, II, const S extends string = never>(definition: {
  /** What the model calls it: letters, digits, - and _. */
  readonly name: string;
  /** Tells the model what it is for. */
  readonly description: string;
  readonly input: Schema<IO, II>;
  /** What does not fit is told to the model as a failure. */
  readonly output?: Schema;
  /**
   * What has to hold of the arguments besides, by the sentence that says it; the model is told these sentences. A call of
   * which one does not hold is refused, outside of the model, and nothing runs.
   */
  readonly constraints?: Readonly<Record<string, (input: NoInfer<IO>) => boolean | Promise<boolean>>>;
  /** Names of the secrets it is given. They are bound by the orchestra, and the model sees none. */
  readonly secrets?: readonly S[];
  /**
   * It changes something outside: never repeated, neither when a run is resumed nor by a further attempt of its step.
   * Default false.
   */
  readonly effects?: boolean;
  /** The longest one call may take. Default `"60s"`. */
  readonly timeout?: Duration;
  /** How much of its result the model is given and the journal keeps, in KB of JSON: 1 to 1,024. Default 64. */
  readonly maxResultKb?: number;
  readonly run: (call: ToolCall<NoInfer<IO>, NoInfer<S>>) => unknown;
}): Tool {
  return Object.freeze({
    kind: "tool",
    ...definition,
    [MARK]: true,
    sites: callSites(defineTool),
  }) as unknown as Tool;
}

/** The tool's record, or `undefined` when `value` is none. */
export function toolRecord(value: unknown): ToolRecord | undefined {
  return typeof value === "object" && value !== null && MARK in value
    ? (value as unknown as ToolRecord)
    : undefined;
}
