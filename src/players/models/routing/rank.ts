import type { Candidate, PolicyName, Weighed } from "../../../plan/index.ts";

/** What each part counts for; a row adds up to 1. */
const WEIGHTS = {
  quality: { quality: 0.7, price: 0, speed: 0.1, success: 0.2 },
  balanced: { quality: 0.4, price: 0.25, speed: 0.15, success: 0.2 },
  economy: { quality: 0.15, price: 0.6, speed: 0.05, success: 0.2 },
} as const;
/** What is taken for granted before anything is known: so many values of this quality, so many calls that went well. */
const BEFORE = { values: 5, calls: 10 } as const;
/** Of the first and the last as the author wrote them. */
const [MOST_LIKED, LEAST_LIKED] = [0.8, 0.6];

/**
 * Puts candidates into the order in which a policy asks them: by the sum of four parts, each from 0 to 1 and weighed as
 * in the table; of equal sums the one that its author names first. Those with a problem come last.
 *
 * - quality: mean score of what gates have judged, drawn towards 0.8 for the first and 0.6 for the last of them as long
 *   as few were judged: (Σ scores + 5 × that) / (judged + 5), a mean with a prior of five values
 * - price: 1 − input and output price over that of the dearest; an unknown price counts as the dearest
 * - speed: 1 − p95 over that of the slowest; 0.5 where nothing is known
 * - success: the share of calls that went well, with ten that did before the first: (calls − failed + 10) / (calls + 10)
 */
export function rank(candidates: readonly Candidate[], policy: PolicyName): readonly Weighed[] {
  if (policy === "declared") return lastIfOfNoUse(candidates, candidates.map(asDeclared));
  const dearest = Math.max(0, ...candidates.flatMap(({ price }) => (price ? [sumOf(price)] : [])));
  const slowest = Math.max(0, ...candidates.map(({ p95Ms = 0 }) => p95Ms));
  const weights = WEIGHTS[policy];
  const weighed = candidates.map((one) => {
    const { price, p95Ms } = one;
    const parts = {
      quality: qualityOf(one, candidates.length),
      price: price === undefined ? 0 : dearest === 0 ? 1 : 1 - sumOf(price) / dearest,
      speed: p95Ms === undefined || slowest === 0 ? 0.5 : 1 - p95Ms / slowest,
      success: (one.calls - one.failed + BEFORE.calls) / (one.calls + BEFORE.calls),
    };
    const score =
      weights.quality * parts.quality +
      weights.price * parts.price +
      weights.speed * parts.speed +
      weights.success * parts.success;
    return { model: one.model, score: Math.round(score * 100) / 100, why: whyOf(one) };
  });
  // Stable: of equal scores the first stays first.
  return lastIfOfNoUse(
    candidates,
    weighed.sort((a, b) => b.score - a.score),
  );
}

/** The others keep their order. */
export function lastIfOfNoUse(
  candidates: readonly Candidate[],
  weighed: readonly Weighed[],
): readonly Weighed[] {
  const problems = new Set(
    candidates.flatMap(({ model, problem }) => (problem === undefined ? [] : [model])),
  );
  if (problems.size === 0) return weighed;
  return [
    ...weighed.filter(({ model }) => !problems.has(model)),
    ...weighed.filter(({ model }) => problems.has(model)),
  ];
}

export function asDeclared(candidate: Candidate): Weighed {
  return { model: candidate.model, score: null, why: whyOf(candidate) };
}

function qualityOf({ judged, quality = 0, tier }: Candidate, count: number): number {
  const liked = count < 2 ? MOST_LIKED : MOST_LIKED - ((MOST_LIKED - LEAST_LIKED) * tier) / (count - 1);
  return (judged * quality + BEFORE.values * liked) / (judged + BEFORE.values);
}

function sumOf({ input, output }: NonNullable<Candidate["price"]>): number {
  return input + output;
}

/** What is known of one, in words. */
function whyOf({ price, calls, failed, p50Ms, p95Ms, judged, passed, quality, problem }: Candidate): string {
  return [
    problem,
    price ? `$${price.input} in and $${price.output} out a million` : "price unknown",
    calls === 0 ? "never asked" : `p50 ${p50Ms} ms, p95 ${p95Ms} ms, ${failed} of ${calls} calls failed`,
    judged === 0
      ? "nothing judged"
      : `${passed} of ${judged} values passed, ${(Math.round(quality! * 100) / 100).toString()} on average`,
  ]
    .filter((part) => part !== undefined)
    .join("; ");
}
