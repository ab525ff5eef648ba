import type { Duration } from "../support/duration.ts";
import type { Score } from "./define-score.ts";
import { type Definition, defined } from "./definition.ts";
import type { AnySource } from "./secret-source.ts";
import { callSites } from "./site.ts";
import type { Trigger } from "./trigger.ts";

declare const ORCHESTRA: unique symbol;

/** A score with its input, to be played on a schedule. */
export interface Orchestra {
  readonly [ORCHESTRA]: true;
  readonly id: string;
}

/** When an orchestra plays. */
export interface Schedule {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** IANA name, `Europe/Berlin`. */
  readonly timezone: string;
  /** What happens when it is due while its last run is still under way. Default `"skip"`. */
  readonly overlap?: "skip" | "queue" | "replace" | "allow";
  /**
   * What becomes of instants at which nobody was there to play it: none of them is made up for, the last one of 24 hours
   * is, or all of the time back to `window`, `max` of them at most. Default `"last"`.
   */
  readonly catchUp?: "none" | "last" | { readonly all: { readonly max: number; readonly window: Duration } };
  /** Each run begins up to this much later, at random: what many orchestras share is not asked by all at once. */
  readonly jitter?: Duration;
}

/** An orchestra as its author wrote it. */
export interface OrchestraRecord extends Definition<"orchestra"> {
  readonly name?: unknown;
  readonly tag?: unknown;
  readonly description?: unknown;
  readonly plays: unknown;
  readonly input?: unknown;
  readonly schedule?: Schedule;
  readonly on?: unknown;
  readonly secrets?: unknown;
  readonly budget?: unknown;
  readonly concurrency?: unknown;
}

/**
 * A score on a schedule; the default export of a file in `orchestras/`. Many orchestras can play one score.
 * It begins disabled: `maestro deploy` puts it into the store, `maestro orchestras enable` lets it play.
 * @example
 * export default defineOrchestra({
 *   id: "cold-leads-weekdays",
 *   plays: coldLeads,
 *   input: { profile: "saas-founders" },
 *   schedule: { cron: "0 9 * * 1-5", timezone: "Europe/Berlin" },
 *   secrets: { CRM_KEY: env("CRM_KEY") },
 * });
 */
export function defineOrchestra<I>(definition: {
  /** Letters, digits, - and _. It never changes. */
  readonly id: string;
  /** What screens call it. Default: its id. */
  readonly name?: string;
  /** What it is listed under. Default: what the score's `kind` says, if it has one. */
  readonly tag?: string;
  /** What it is for, in a sentence. */
  readonly description?: string;
  readonly plays: Score<I, unknown>;
  readonly input: NoInfer<I>;
  readonly schedule?: Schedule;
  /** Where each secret that the score's steps name comes from. */
  readonly secrets?: Readonly<Record<string, AnySource>>;
  /** What else it is played on. */
  readonly on?: Trigger | readonly Trigger[];
  /** The most that its models may cost, in US dollars: one run, and all its runs of a day in UTC. */
  readonly budget?: { readonly perRunUsd?: number; readonly perDayUsd?: number };
  /** How many of its runs may be under way at once, 1 to 1,000. Default: any number. */
  readonly concurrency?: number;
}): Orchestra {
  return defined("orchestra", definition, callSites(defineOrchestra)) as unknown as Orchestra;
}
