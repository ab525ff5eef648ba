import { MaestroError } from "../../../diagnostics/index.ts";
import type { AgentPlan, Candidate, Route, Situation } from "../../../plan/index.ts";
import type { Gateway } from "../gateway.ts";
import { type Price, toMicroUsd } from "../prices.ts";
import type { Purse } from "../purse.ts";
import { decideRoute } from "./decide-route.ts";
import { firstTier } from "./first-tier.ts";
import type { ModelRules, Refused } from "./model-rules.ts";

/** What is known of models from the ledger and from gates. */
export interface History {
  readonly calls: readonly {
    readonly model: string;
    readonly failed: number;
    /** The shortest first. */
    readonly durationsMs: readonly number[];
  }[];
  readonly values: readonly {
    readonly model: string;
    readonly judged: number;
    readonly passed: number;
    readonly quality: number;
  }[];
}

/** How the models of one attempt are put in order. */
export interface Routing {
  readonly policy: string;
  readonly situation: Omit<Situation, "from" | "budgetMicroUsd">;
  /** What was decided for this attempt, before the process ended that had begun it. */
  readonly decided: Route | undefined;
  /** What was decided for the attempt before it. */
  readonly before: Route | undefined;
  /** Who may be asked at all. Absent: all of them. */
  readonly rules?: ModelRules | undefined;
  history(models: readonly string[]): Promise<History>;
  /** Resolves when it is durable: nobody is asked before. */
  keep(route: Route): Promise<void>;
}

interface Choosing {
  readonly plan: AgentPlan;
  readonly routing: Routing;
  readonly gateway: Gateway;
  readonly input: unknown;
  readonly log: (message: string, data: unknown) => void;
  /** Who knows what models cost. */
  readonly purse: Pick<Purse, "priceOf"> | undefined;
}

/**
 * The models of one attempt, in the order in which they are asked: decided once, and written down before the first call.
 * Which of them rules do not let be asked is written down as well.
 * @throws MaestroError MR2028 when that leaves none
 */
export async function chooseModels({
  plan,
  routing,
  gateway,
  input,
  log,
  purse,
}: Choosing): Promise<readonly string[]> {
  const { decided, policy, rules } = routing;
  if (decided) {
    const still = rules?.admit(decided.models);
    const models = decided.models.filter((model) => still?.models.includes(model) ?? true);
    // Where none of them may be asked any more, it is decided anew.
    if (models.length > 0) {
      await routing.keep(decided);
      return models;
    }
  }
  const named = (names: readonly string[] = []) => names.map((name) => gateway.fullName(name));
  const wanted = { tiers: named(plan.tiers), fallback: named(plan.fallback) };
  const isTiered = wanted.tiers.length > 0;
  const all = isTiered
    ? [...wanted.tiers, ...wanted.fallback]
    : [gateway.fullName(plan.model), ...wanted.fallback];
  const { models: left, refused } = rules?.admit(all) ?? { models: all, refused: [] };
  const of = (some: readonly string[]) => some.filter((name) => left.includes(name));
  const tiers = of(wanted.tiers);
  // Those that are asked besides come last.
  const fallback = left.filter((name) => !tiers.includes(name));
  const names = tiers.length > 0 ? tiers : left;
  const history = await routing.history(names);
  const candidates = names.map((model, tier) =>
    toCandidate({ model, tier, history, plan, gateway, input, price: purse?.priceOf(model) }),
  );
  const from = tiers.length > 0 ? tierFrom(candidates, routing) : undefined;
  const budget = plan.perCallMicroUsd === undefined ? {} : { budgetMicroUsd: plan.perCallMicroUsd };
  const situation: Situation = { ...routing.situation, ...(from ? { from } : {}), ...budget };
  const own = left.length === 0 ? undefined : await gateway.ownOrder(policy, candidates, situation);
  if (own && "problem" in own)
    log(`routing policy "${policy}" gave no order of models`, { why: own.problem });
  const decision = decideRoute({ policy, candidates, situation, own });
  // Behind all tiers; without tiers they are among those that were put in order.
  const models = tiers.length > 0 ? [...new Set([...decision.models, ...fallback])] : decision.models;
  const route = { ...decision, models, ...(refused.length > 0 ? { refused: refused.map(withoutMend) } : {}) };
  await routing.keep(route);
  if (models.length === 0) throw new MaestroError("MR2028", { agent: situation.agent, refused });
  return models;
}

function withoutMend({ model, why }: Refused) {
  return { model, why };
}

interface Known {
  readonly model: string;
  readonly tier: number;
  readonly history: History;
  readonly plan: AgentPlan;
  readonly gateway: Gateway;
  readonly input: unknown;
  readonly price: Price | undefined;
}

function toCandidate({ model, tier, history, plan, gateway, input, price }: Known): Candidate {
  const { problem, ...standing } = gateway.standingOf(model);
  const { failed = 0, durationsMs = [] } = history.calls.find((one) => one.model === model) ?? {};
  const { judged, passed, quality } = history.values.find((one) => one.model === model) ?? NOTHING_JUDGED;
  const cannot = problem ?? overBudget({ plan, price, input });
  return {
    model,
    tier,
    ...(price ? { price: { input: price.input / 1e6, output: price.output / 1e6 } } : {}),
    calls: durationsMs.length + failed,
    failed,
    ...(durationsMs.length === 0
      ? {}
      : { p50Ms: quantile(durationsMs, 0.5), p95Ms: quantile(durationsMs, 0.95) }),
    judged,
    passed,
    ...(judged === 0 ? {} : { quality }),
    ...standing,
    ...(cannot === undefined ? {} : { problem: cannot }),
  };
}

const NOTHING_JUDGED = { judged: 0, passed: 0, quality: 0 };

/** The nearest rank: the least value that is at least as long as this share of them. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}

/** Why the step's budget does not allow a first call, as far as the input alone tells. */
function overBudget({
  plan: { perCallMicroUsd, maxTokens = 0 },
  price,
  input,
}: Pick<Known, "plan" | "input" | "price">): string | undefined {
  if (perCallMicroUsd === undefined) return undefined;
  if (!price) return "the step has a budget, and nobody has said what it costs";
  const inputTokens = Math.ceil(Buffer.byteLength(JSON.stringify(input) ?? "") / 3);
  const bound = toMicroUsd(
    { inputTokens, cachedTokens: 0, outputTokens: maxTokens, reasoningTokens: 0 },
    price,
  );
  return bound > perCallMicroUsd
    ? `a call may cost $${bound / 1e6}, which is more than the step may spend`
    : undefined;
}

/** The tier that is asked first: the one that past values speak for, or, after one that was no good, the next. */
function tierFrom(tiers: readonly Candidate[], { policy, before, situation }: Routing): Situation["from"] {
  const asked = before && (before.answered ?? before.models[0]);
  const tried = tiers.find(({ model }) => model === asked);
  if (!before || !tried) {
    const first = firstTier(tiers, policy);
    const more = situation.escalation + situation.failures;
    return more === 0 ? first : upFrom(first.tier, more, tiers);
  }
  const isSameValue = before.round === situation.round;
  const more = isSameValue ? situation.failures - before.failures : situation.escalation - before.escalation;
  return upFrom(tried.tier, Math.max(0, more), tiers);
}

function upFrom(tier: number, more: number, tiers: readonly Candidate[]): Situation["from"] {
  const next = Math.min(tier + more, tiers.length - 1);
  if (next === tier)
    return { tier, why: `tier ${tier + 1} made the one before, and nobody asked for a stronger one` };
  return { tier: next, why: `tier ${tier + 1} was not good enough` };
}
