import type { Candidate, Situation } from "../plan/index.ts";

/** By which policy models are put in order; any other name is one of the configuration's. */
// The known names are offered, and the others taken.
export type RoutingName = "quality" | "balanced" | "economy" | "declared" | (string & {});

/**
 * Puts models into the order in which they are asked; those that it leaves out are not. It is called before each attempt, has
 * to be pure and is given five seconds. When it throws, or gives anything else than models it was given, the declared order
 * holds and the run's log says so.
 */
export type RoutingPolicy = (candidates: readonly Candidate[], situation: Situation) => readonly string[];

/** How agents' models are put in order. */
export interface RoutingOptions {
  /**
   * By which policy, where neither a node nor an agent nor its score says: `"quality"`, `"balanced"`, `"economy"`, or one of
   * `policies`. Default: as they are written, `"declared"`.
   */
  readonly policy?: RoutingName;
  /** Policies of your own, by name. */
  readonly policies?: Readonly<Record<string, RoutingPolicy>>;
}
