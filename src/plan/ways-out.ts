import type { Fallback, OnFailure, PlanNode, Reconstruct } from "./plan.ts";

/** What may become of a node that has failed for good, besides that the run fails. */
export interface WaysOut {
  readonly fallback: Fallback | undefined;
  readonly reconstruct: Reconstruct | undefined;
  /** It may leave a gap. */
  readonly skip: boolean;
  /** Which of them it is, is chosen when it happens. */
  readonly isChosen: boolean;
}

const NONE: WaysOut = { fallback: undefined, reconstruct: undefined, skip: false, isChosen: false };

/** The ways out that the node's author allows. */
export function waysOutOf(node: PlanNode): WaysOut {
  return "onFailure" in node && node.onFailure ? waysOut(node.onFailure) : NONE;
}

/** The ways out in one `onFailure`. */
export function waysOut(onFailure: OnFailure): WaysOut {
  if (onFailure === "skip") return { ...NONE, skip: true };
  switch (onFailure.is) {
    case "fallback":
      return { ...NONE, fallback: onFailure };
    case "reconstruct":
      return { ...NONE, reconstruct: onFailure };
    case "auto": {
      const { fallback, reconstruct, skip = false } = onFailure;
      return { fallback, reconstruct, skip, isChosen: true };
    }
    default:
      return onFailure satisfies never;
  }
}

/** The node that may stand in for it, by its name in the same scope. */
export function standInOf(node: PlanNode): string | undefined {
  const { fallback } = waysOutOf(node);
  return fallback && "node" in fallback ? fallback.node : undefined;
}
