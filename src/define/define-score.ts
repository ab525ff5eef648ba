import type { Duration } from "../support/duration.ts";
import type { Budget } from "./budget.ts";
import { type Definition, defined } from "./definition.ts";
import type { Harmony } from "./harmony.ts";
import type { Input } from "./input.ts";
import type { AnyNode } from "./node.ts";
import { type ItemRoot, inNewScope, type ScopeRecord } from "./record.ts";
import { type Out, type Ref, refTo, type Unbind } from "./ref.ts";
import type { RoutingName } from "./routing.ts";
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
  readonly kind?: unknown;
  readonly input?: unknown;
  readonly nodes: Readonly<Record<string, unknown>>;
  readonly output?: unknown;
  readonly concurrency?: number;
  readonly timeout?: unknown;
  readonly runs?: unknown;
  readonly tags?: unknown;
  readonly budget?: unknown;
  readonly risk?: unknown;
  readonly routing?: unknown;
  readonly harmony?: unknown;
  readonly phases?: unknown;
  /** The inside of `onError`, as it returned it. */
  readonly handler?: { readonly scope: ScopeRecord; readonly result: unknown };
  readonly sites: readonly Site[];
}

export type ScoreKind = "outreach" | "content" | "seo";

/** What an `onError` is told. */
export interface RunFailure {
  readonly message: string;
  /** A code of `maestro explain`, when the failure has one. */
  readonly code?: string | undefined;
  /** The step that failed: a node's name, inside a map with the item's index, `drafts/3`. */
  readonly step: string;
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
  /** What it is for: the orchestras that play it are listed under Outreach, Content or Research. */
  readonly kind?: ScoreKind;
  readonly input?: Input<I, unknown>;
  /** What is played. A node's key is its durable name. */
  readonly nodes: Readonly<Record<string, AnyNode | Ref<unknown>>>;
  /** What comes out: a reference, or an object or array of them. */
  readonly output?: B;
  /** Steps of one run under way at once, 1 to 10,000. Default 64. */
  readonly concurrency?: number;
  /** The longest a run may take, waiting included. */
  readonly timeout?: Duration;
  /** How many runs of it may be under way at once: `{ max: 3 }`, 1 to 10,000. Further ones wait in a queue. */
  readonly runs?: { readonly max: number };
  /** `maestro.config.ts` may limit how many runs with one of them are under way at once: `["crm"]`. */
  readonly tags?: readonly string[];
  /** What its runs may cost: `{ perRunUsd: 0.5, perDayUsd: 5 }`. Default: anything. */
  readonly budget?: Budget;
  /**
   * In which order its phases come: `["draft", "review"]`. A node that says `phase: "review"` begins when every node of the
   * phases before has ended, been skipped or left out. Nodes without a phase begin as soon as they can.
   */
  readonly phases?: readonly string[];
  /** What holds between its artifacts; a contradiction fails the run, or is reported. */
  readonly harmony?: readonly Harmony[];
  /**
   * How much may be left out or replaced rather than let the run fail, where a node says `onFailure: "auto"`. Default
   * `"normal"`.
   */
  readonly risk?: "low" | "normal" | "high";
  /** By which policy agents' models are put in order, where nodes and agents say none. */
  readonly routing?: RoutingName;
  /**
   * Played when a run fails: one node, or several as `{ nodes }`. It is called once, while the score is defined. What
   * it reads of the score's nodes may not exist then, so it reads them through `optional`.
   * @example
   * onError: (failure) => task(tellTeam, { input: { text: failure.message } })
   */
  readonly onError?: (
    failure: Out<RunFailure>,
  ) => AnyNode | { readonly nodes: Readonly<Record<string, AnyNode | Ref<unknown>>> };
}): Score<I, Unbind<B>> {
  const sites = callSites(defineScore);
  const { onError } = definition;
  const handler =
    typeof onError === "function"
      ? inNewScope((scope) => {
          const failure: ItemRoot = { is: "item", label: "failure", scope };
          return { scope, result: onError(refTo(failure) as Out<RunFailure>) };
        })
      : undefined;
  return defined("score", { ...definition, ...(handler ? { handler } : {}) }, sites) as unknown as Score<
    I,
    Unbind<B>
  >;
}
