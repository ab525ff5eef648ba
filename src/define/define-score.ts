import { type Definition, defined } from "./definition.ts";
import type { Input } from "./input.ts";
import type { AnyNode } from "./node.ts";
import type { Ref, Unbind } from "./ref.ts";
import { callSites, type Site } from "./site.ts";

declare const SCORE: unique symbol;

/** A score that takes an `I` and gives an `O`. */
export interface Score<in I, out O> {
  readonly [SCORE]: (input: I) => O;
  readonly id: string;
}

/** A score as its author wrote it. */
export interface ScoreRecord extends Definition<"score"> {
  readonly title?: string;
  readonly input?: unknown;
  readonly nodes: Readonly<Record<string, unknown>>;
  readonly output?: unknown;
  readonly concurrency?: number;
  readonly sites: readonly Site[];
}

/**
 * A typed workflow graph; the default export of a file in `scores/`.
 * @example
 * export default defineScore({ id: "cold-leads", input: brief, nodes: { found, drafts }, output: { drafts: drafts.output } });
 */
// biome-ignore lint/complexity/noBannedTypes: a score without input is played with {}
export function defineScore<I = {}, const B = Record<never, never>>(definition: {
  /** What commands, history and schedules call it. Letters, digits, - and _. */
  readonly id: string;
  /** One line for lists and `--help`. */
  readonly title?: string;
  readonly input?: Input<I, unknown>;
  /** What is played. A node's key is its durable name. */
  readonly nodes: Readonly<Record<string, AnyNode | Ref<unknown>>>;
  /** What comes out: a reference, or an object or array of them. */
  readonly output?: B;
  /** Steps of one run under way at once, 1 to 10,000. Default 64. */
  readonly concurrency?: number;
}): Score<I, Unbind<B>> {
  return defined("score", definition, callSites(defineScore)) as unknown as Score<I, Unbind<B>>;
}
