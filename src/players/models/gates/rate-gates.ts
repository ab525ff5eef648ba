import { type Badge, leastOf } from "../../../plan/index.ts";
import { GATES, type Gate, type GateFigures } from "./figures.ts";

/** What one gate says of a model, and why. */
export interface Rating {
  readonly gate: Gate;
  readonly badge: Badge;
  readonly why: string;
}

/** Of p95, the longest for gold and for silver. */
const [QUICK_MS, SLOW_MS] = [10_000, 30_000];

/**
 * The badge of a model is the least that one of the five gates gives it.
 *
 * - reachable: gold when it answers at once, silver after being tried again
 * - structured: gold when every answer fits at once, silver when all fit after being mended, bronze from half of them on
 * - tools: gold for every dialogue, silver when one fails; bronze otherwise, for agents need no tools
 * - load: gold when all calls are answered, none was refused as too many and p95 is at most 10 s; silver when all are
 *   answered, and p95 is at most 30 s; bronze when nine of ten are
 * - usage: gold when tokens are reported of every answer and the price is known, silver when only that is not, bronze from
 *   half of the answers on
 */
export function rateGates(figures: GateFigures): {
  readonly badge: Badge;
  readonly ratings: readonly Rating[];
} {
  const ratings = GATES.map((gate) => ({ gate, ...rate(gate, figures) }));
  return { badge: leastOf(ratings.map(({ badge }) => badge)), ratings };
}

function rate(gate: Gate, figures: GateFigures): Omit<Rating, "gate"> {
  switch (gate) {
    case "reachable":
      return rateReachable(figures.reachable);
    case "structured":
      return figures.structured ? rateStructured(figures.structured) : NOT_TRIED;
    case "tools":
      return figures.tools ? rateTools(figures.tools) : NOT_TRIED;
    case "load":
      return figures.load ? rateLoad(figures.load) : NOT_TRIED;
    case "usage":
      return figures.usage ? rateUsage(figures.usage) : NOT_TRIED;
    default:
      return gate satisfies never;
  }
}

const NOT_TRIED = { badge: "none", why: "not tried" } as const;

function rateReachable({ answered, tries, ms, problem }: GateFigures["reachable"]): Omit<Rating, "gate"> {
  if (!answered) return { badge: "none", why: problem ?? "it did not answer" };
  if (tries === 1) return { badge: "gold", why: `answered in ${ms} ms` };
  return { badge: "silver", why: `answered at request ${tries}` };
}

function rateStructured(of: NonNullable<GateFigures["structured"]>): Omit<Rating, "gate"> {
  const { asked, atOnce, mended } = of;
  const why = `${atOnce} of ${asked} answers fitted at once${mended > 0 ? `, ${mended} when mended` : ""}${problemOf(of)}`;
  if (atOnce === asked) return { badge: "gold", why };
  if (atOnce + mended === asked) return { badge: "silver", why };
  return { badge: (atOnce + mended) * 2 >= asked ? "bronze" : "none", why };
}

function rateTools(of: NonNullable<GateFigures["tools"]>): Omit<Rating, "gate"> {
  const { asked, passed } = of;
  const why = `${passed} of ${asked} dialogues with a tool came out right${problemOf(of)}`;
  if (passed === asked) return { badge: "gold", why };
  return { badge: passed === asked - 1 ? "silver" : "bronze", why };
}

function rateLoad(of: NonNullable<GateFigures["load"]>): Omit<Rating, "gate"> {
  const { asked, answered, concurrency, p50Ms, p95Ms, perMinute, refused } = of;
  const times = p50Ms === null ? "" : `, p50 ${p50Ms} ms, p95 ${p95Ms} ms, ${perMinute} a minute`;
  const limit = refused > 0 ? `, ${refused} refused as too many` : "";
  const why = `${answered} of ${asked} answered, ${concurrency} at once${times}${limit}${problemOf(of)}`;
  if (answered === asked && p95Ms !== null) {
    if (refused === 0 && p95Ms <= QUICK_MS) return { badge: "gold", why };
    if (p95Ms <= SLOW_MS) return { badge: "silver", why };
  }
  return { badge: answered >= asked * 0.9 ? "bronze" : "none", why };
}

function rateUsage({
  answers,
  reported,
  isPriced,
  microUsd,
}: NonNullable<GateFigures["usage"]>): Omit<Rating, "gate"> {
  const price = isPriced ? `, $${(microUsd ?? 0) / 1e6} in all` : ", but nobody has said what it costs";
  const why = `tokens reported of ${reported} of ${answers} answers${price}`;
  if (answers > 0 && reported === answers) return { badge: isPriced ? "gold" : "silver", why };
  return { badge: reported > 0 && reported * 2 >= answers ? "bronze" : "none", why };
}

function problemOf({ problem }: { readonly problem?: string }): string {
  return problem === undefined ? "" : ` (${problem})`;
}
