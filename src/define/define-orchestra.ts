import type { Score } from "./define-score.ts";
import { type Definition, defined } from "./definition.ts";
import type { Env } from "./env.ts";
import { callSites } from "./site.ts";

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
}

/** An orchestra as its author wrote it. */
export interface OrchestraRecord extends Definition<"orchestra"> {
  readonly name?: string;
  readonly plays: unknown;
  readonly input?: unknown;
  readonly schedule?: Schedule;
  readonly secrets?: unknown;
}

/**
 * A score on a schedule; the default export of a file in `orchestras/`. Many orchestras can play one score.
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
  /** What screens call it. */
  readonly name?: string;
  readonly plays: Score<I, unknown>;
  readonly input: NoInfer<I>;
  readonly schedule?: Schedule;
  /** Where each secret that the score's steps name comes from. */
  readonly secrets?: Readonly<Record<string, Env>>;
}): Orchestra {
  return defined("orchestra", definition, callSites(defineOrchestra)) as unknown as Orchestra;
}
