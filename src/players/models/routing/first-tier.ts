import type { Candidate } from "../../../plan/index.ts";

/** What a value that does not pass costs besides its price, in prices of the strongest tier: time, and a judge. */
const WASTE: Readonly<Record<string, number>> = { balanced: 0.25, quality: 4 };
/** Where prices are not known, a tier costs so many times what the one before it does. */
const DEARER = 3;

/**
 * Which of `tiers` makes the first value: the one from which a good value costs least, as far as past values tell.
 *
 * Starting at tier i costs Lᵢ = cᵢ + w + (1 − pᵢ) × Lᵢ₊₁, and one more value of the last beyond it: c is the price of a tier
 * over that of the last, p the share of its values that pass, w what a value made for nothing costs (economy 0, balanced 0.25,
 * quality 4). So cheap ones are tried first as long as they pass often enough: the cascade of FrugalGPT (Chen, Zaharia, Zou
 * 2023, arXiv:2305.05176).
 *
 * How often a tier passes is estimated with its uncertainty √(ln N / 2n), of n values of its own and N of all: added, with 1
 * at most, so that what is not known is tried, and what has failed is tried again ever more rarely, O(log N) times (UCB1: Auer,
 * Cesa-Bianchi, Fischer 2002; the constant as in Bubeck, Cesa-Bianchi 2012, α = 1). `quality` takes it away instead: it
 * never tries out what is weaker. No chance is involved: the same past gives the same tier.
 */
export function firstTier(
  tiers: readonly Candidate[],
  policy: string,
): { readonly tier: number; readonly why: string } {
  const last = tiers.length - 1;
  const all = tiers.reduce((sum, { judged }) => sum + judged, 0);
  const prices = pricesOf(tiers);
  const waste = WASTE[policy] ?? 0;
  const passing = tiers.map(({ judged, passed }) => {
    const radius = judged === 0 ? 1 : Math.sqrt(Math.log(Math.max(1, all)) / (2 * judged));
    const share = judged === 0 ? (policy === "quality" ? 0 : 1) : passed / judged;
    return Math.min(1, Math.max(0, policy === "quality" ? share - radius : share + radius));
  });
  let after = prices[last]! + waste;
  let best = { tier: last, loss: Number.POSITIVE_INFINITY };
  for (let tier = last; tier >= 0; tier--) {
    after = prices[tier]! + waste + (1 - passing[tier]!) * after;
    // Of equal ones the cheaper.
    if (after <= best.loss) best = { tier, loss: after };
  }
  const { judged, passed } = tiers[best.tier]!;
  const past =
    judged === 0 ? "none of its values was judged yet" : `${passed} of its ${judged} values passed`;
  return {
    tier: best.tier,
    why: `a good value is expected to cost least from tier ${best.tier + 1} on: ${past}`,
  };
}

/** Of a value, over that of the last tier. */
function pricesOf(tiers: readonly Candidate[]): readonly number[] {
  const last = tiers.length - 1;
  const sums = tiers.map(({ price }) => (price ? price.input + price.output : undefined));
  const top = sums[last];
  if (sums.includes(undefined) || !top) return tiers.map((_, tier) => DEARER ** (tier - last));
  return sums.map((sum) => sum! / top);
}
