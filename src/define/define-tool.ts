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
  readonly effects?: boolean;
  readonly run: (call: never) => unknown;
  readonly sites: readonly Site[];
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
 *   run: ({ input, signal }) => crm.company(input.domain, { signal }),
 * });
 */
export function defineTool<IO, II>(definition: {
  /** What the model calls it: letters, digits, - and _. */
  readonly name: string;
  /** Tells the model what it is for. */
  readonly description: string;
  readonly input: Schema<IO, II>;
  readonly output?: Schema;
  /** It changes something outside: never repeated when a run is resumed. Default false. */
  readonly effects?: boolean;
  readonly run: (call: { readonly input: IO; readonly signal: AbortSignal }) => unknown;
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
