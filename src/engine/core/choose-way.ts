/** What may become of a step that has failed: one more attempt, something in its place, a gap, or the failure. */
export type Way = "retry" | "reconstruct" | "fallback" | "skip" | "fail";

/** What a choice is made from. */
export interface Situation {
  readonly importance: "critical" | "high" | "normal" | "low";
  /** How much the score's author is willing to do without. */
  readonly risk: "low" | "normal" | "high";
  /** The ways that are there, besides failing, which always is. */
  readonly ways: ReadonlySet<Way>;
  /** Attempts so far, at least one. */
  readonly attempts: number;
  /** What they took together, in ms. */
  readonly spentMs: number;
  /** How long one more attempt would have to wait, in ms. */
  readonly waitMs: number;
  /** Until the run has to have ended, in ms; `undefined` when it may take as long as it likes. */
  readonly leftMs: number | undefined;
}

/** One way, and what speaks for it. */
export interface Weighed {
  readonly way: Way;
  /** From about 0 to 1.2, two decimals; `null` when it cannot be taken. */
  readonly score: number | null;
  readonly why: string;
}

/** What was chosen, from what, and why: as it is kept with the step. */
export interface Choice {
  readonly way: Way;
  readonly why: string;
  readonly importance: Situation["importance"];
  readonly risk: Situation["risk"];
  readonly attempts: number;
  readonly spentMs: number;
  readonly leftMs?: number;
  /** Every way there was, the best first. */
  readonly weighed: readonly Weighed[];
}

/** What the run has when it works out: the real output is worth 1. */
const WORTH = { retry: 1, reconstruct: 0.85, fallback: 0.7 } as const;
/** The more important a node, the more its real output is worth trying for. */
const TRYING = { critical: 1.2, high: 1.1, normal: 1, low: 0.8 } as const;
const GAP = { critical: 0, high: 0.15, normal: 0.4, low: 0.6 } as const;
const FAILING = { critical: 0.45, high: 0.35, normal: 0.25, low: 0.1 } as const;
/** What stands in may fail, too. */
const CHANCE = 0.9;
/** What risk adds to a way; low risk takes away as much. */
const RISK = { reconstruct: 0.1, fallback: 0.1, skip: 0.2, fail: -0.15 } as const;
const SIGN = { low: -1, normal: 0, high: 1 } as const;
/** After so much time spent on a step, one more attempt is worth `MOST_COST` less. */
const COSTLY_MS = 600_000;
const MOST_COST = 0.3;

const WAYS: readonly Way[] = ["retry", "reconstruct", "fallback", "skip", "fail"];

/**
 * Chooses what becomes of a step that has failed: the way with the highest score; of equal ones the first of retry,
 * reconstruct, fallback, skip, fail.
 *
 * - retry: 1 × {critical 1.2, high 1.1, normal 1, low 0.8} × 1/√(attempts + 1), less up to 0.3 for what was spent (all of
 *   it from 10 minutes on), less the part of the time left that it would take: its wait and one attempt as long as those
 *   before on average. Out of the question when that is more than is left.
 * - reconstruct 0.85 × 0.9 and fallback 0.7 × 0.9, each ± 0.1 for high and low risk
 * - skip: {high 0.15, normal 0.4, low 0.6} ± 0.2; never for a critical node
 * - fail: {critical 0.45, high 0.35, normal 0.25, low 0.1} ∓ 0.15
 */
export function chooseWay(situation: Situation): Choice {
  const { importance, risk, attempts, spentMs, leftMs, ways } = situation;
  const weighed = WAYS.filter((way) => way === "fail" || ways.has(way))
    .map((way) => weigh(way, situation))
    .sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
  const [best, next] = weighed as [Weighed, Weighed | undefined];
  const over = next?.score == null ? "" : `, before ${next.way} with ${next.score}`;
  return {
    way: best.way,
    why: `${best.why} (${best.score}${over})`,
    importance,
    risk,
    attempts,
    spentMs,
    ...(leftMs === undefined ? {} : { leftMs }),
    weighed,
  };
}

function weigh(way: Way, situation: Situation): Weighed {
  const { importance, risk } = situation;
  switch (way) {
    case "retry":
      return weighRetry(situation);
    case "reconstruct":
    case "fallback": {
      const score = rounded(WORTH[way] * CHANCE + RISK[way] * SIGN[risk]);
      const what = way === "fallback" ? "what stands in" : "a rebuilt output";
      return { way, score, why: `${what} is worth less than the real output; ${risk} risk` };
    }
    case "skip":
      if (importance === "critical") return { way, score: null, why: "a critical node is never left out" };
      return {
        way,
        score: rounded(GAP[importance] + RISK.skip * SIGN[risk]),
        why: `a gap, of ${importance} importance; ${risk} risk`,
      };
    case "fail":
      return {
        way,
        score: rounded(FAILING[importance] + RISK.fail * SIGN[risk]),
        why: `the run fails, for a node of ${importance} importance; ${risk} risk`,
      };
    default:
      return way satisfies never;
  }
}

function weighRetry({ importance, attempts, spentMs, waitMs, leftMs }: Situation): Weighed {
  const takesMs = Math.round(waitMs + spentMs / attempts);
  const way = "retry";
  if (leftMs !== undefined && takesMs >= leftMs)
    return { way, score: null, why: `would take ${takesMs} ms, and ${Math.max(0, leftMs)} ms are left` };
  const share = leftMs === undefined ? 0 : takesMs / leftMs;
  const cost = MOST_COST * Math.min(1, spentMs / COSTLY_MS);
  const score = rounded((WORTH.retry * TRYING[importance]) / Math.sqrt(attempts + 1) - cost - share);
  const time = leftMs === undefined ? "" : `, takes ${Math.round(share * 100)} % of the time left`;
  return { way, score, why: `one more after ${attempts}, ${spentMs} ms spent${time}` };
}

function rounded(score: number): number {
  return Math.round(score * 100) / 100;
}
