import { type Candidate, isBuiltIn, type Route, type Situation, type Weighed } from "../../../plan/index.ts";
import { asDeclared, lastIfOfNoUse, rank } from "./rank.ts";

/** What an own policy has said, or why it said nothing of use. */
export type OwnOrder = { readonly models: readonly string[] } | { readonly problem: string };

interface Deciding {
  readonly policy: string;
  readonly candidates: readonly Candidate[];
  readonly situation: Situation;
  /** Of a policy that is not built in. */
  readonly own?: OwnOrder | undefined;
}

/** Decides in which order models are asked for one attempt. Pure: the same past gives the same route. */
export function decideRoute({ policy, candidates, situation, own }: Deciding): Route {
  const weighed = weigh({ policy, candidates, situation, own });
  const { round, escalation, failures } = situation;
  return {
    policy,
    models: weighed.map(({ model }) => model),
    weighed,
    because: becauseOf(candidates, situation, own),
    round,
    escalation,
    failures,
  };
}

function weigh({ policy, candidates, situation, own }: Deciding): readonly Weighed[] {
  if (own && "models" in own)
    return own.models.map((name) => asDeclared(candidates.find(({ model }) => model === name)!));
  const { from } = situation;
  if (!from) return rank(candidates, isBuiltIn(policy) ? policy : "declared");
  // From there upwards, and downwards when nothing above can be had.
  const up = candidates.filter(({ tier }) => tier >= from.tier);
  const down = candidates.filter(({ tier }) => tier < from.tier).reverse();
  return lastIfOfNoUse(candidates, [...up, ...down].map(asDeclared));
}

function becauseOf(
  candidates: readonly Candidate[],
  { attempt, failures, round, refused, from, budgetMicroUsd }: Situation,
  own: OwnOrder | undefined,
): Route["because"] {
  const tries = failures === 0 ? "" : `, ${failures} failed before it`;
  const values = round === 1 ? "" : `, value ${round}`;
  const unfit =
    own && "problem" in own ? `; the policy gave no order (${own.problem}), so the declared one holds` : "";
  const judged = candidates.reduce((sum, one) => sum + one.judged, 0);
  const busy = candidates.filter(({ underWay, waiting }) => underWay + waiting > 0);
  const outOfUse = candidates.filter(({ problem }) => problem !== undefined);
  return {
    state: `attempt ${attempt}${tries}${values}${unfit}`,
    quality: refused
      ? `${refused.by} gave the value before ${refused.score}, and ${refused.min} is the least${refused.why ? `: ${refused.why}` : ""}`
      : (from?.why ?? `${judged} values of this agent were judged before`),
    dependencies:
      refused?.artifact === undefined
        ? "nobody has asked for a better value"
        : `artifact "${refused.artifact}" waits for a better value`,
    resources:
      [
        ...busy.map(({ model, underWay, waiting }) => `${model}: ${underWay} under way, ${waiting} waiting`),
        ...outOfUse.map(({ model, problem }) => `${model}: ${problem}`),
      ].join("; ") || "every provider is free",
    budget: budgetMicroUsd === undefined ? "no limit" : `the step may spend $${budgetMicroUsd / 1e6}`,
  };
}
