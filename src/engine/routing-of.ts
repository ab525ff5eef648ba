import type { AgentNode, AgentPlan, Route } from "../plan/index.ts";
import type { Routing } from "../players/models/routing/choose-models.ts";
import type { ModelRules } from "../players/models/routing/model-rules.ts";
import type { Understudy } from "../players/understudies/understudy.ts";
import type { AttemptCall } from "./call.ts";
import type { PastAttempt, Step } from "./core/state.ts";
import { type Performance, runningRow } from "./performance.ts";
import type { StepInfo } from "./step-info.ts";

const NO_HISTORY = { calls: [], values: [] };
/** The policy of agents with tiers, where nothing says another: they are there to start cheap. */
const OF_TIERS = "economy";
/** Where only rules say which of them may be asked. */
const AS_WRITTEN = "declared";

/** What was learnt by the time of a recording is not known when it is played. */
const AS_RECORDED = {
  weighed: [],
  because: {
    state: "as it was when it was recorded",
    quality: "as recorded",
    dependencies: "as recorded",
    resources: "nobody is asked",
    budget: "no limit",
  },
} as const;

interface Deciding {
  readonly plan: AgentPlan;
  readonly rules: ModelRules | undefined;
  readonly understudy: Understudy | undefined;
}

/**
 * How the models of an attempt are put in order; `undefined` when they are asked as they are written.
 * What is decided is durable before anybody is asked (E19): an attempt that was interrupted goes on with it.
 */
export function routingOf(
  node: AgentNode,
  { plan, rules, understudy }: Deciding,
  call: AttemptCall,
  run: Performance,
): Routing | undefined {
  const { step, attempt } = call;
  const { playable, outside, journal, state } = run;
  const said = node.routing ?? plan.routing ?? playable.plan.routing ?? outside.models.routing?.policy;
  const policy = said ?? (plan.tiers ? OF_TIERS : rules && AS_WRITTEN);
  if (policy === undefined) return undefined;
  const { again, failures, key } = step;
  const { round = 1, escalation = 0, refused } = again ?? {};
  const models = understudy?.route?.(key, { round, failures });
  const recorded =
    models && isNamed(models, plan, outside.models.aliases)
      ? { ...AS_RECORDED, policy, models, round, escalation, failures }
      : undefined;
  const past = state.past.get(key) ?? [];
  const before = run.routes.get(key) ?? past.findLast(({ route }) => route)?.route;
  return {
    policy,
    situation: {
      agent: node.agent,
      attempt,
      failures,
      round,
      escalation,
      ...(refused ? { refused } : {}),
    },
    decided: recorded ?? (run.routes.has(key) ? undefined : begun(past, { round, failures })),
    before,
    rules,
    // What stands in for models goes by nothing but itself, so that it does the same every time.
    history: async (models) =>
      run.source ? NO_HISTORY : journal.modelHistory({ agent: node.agent, models }),
    async keep(route) {
      run.routes.set(key, route);
      call.info = { ...call.info, route } satisfies StepInfo;
      call.isNoted = true;
      await journal.recordStep(runningRow(state.id, call));
    },
  };
}

/** Are these the agent's own still? What it asks now is told as what has changed otherwise. */
function isNamed(
  models: readonly string[],
  { model, tiers = [model], fallback = [] }: AgentPlan,
  aliases: Readonly<Record<string, string>>,
): boolean {
  const names = [...tiers, ...fallback].map((name) => (Object.hasOwn(aliases, name) ? aliases[name]! : name));
  return models.every((one) => names.includes(one));
}

/** What was decided for the attempt that an earlier process had begun and did not end. */
function begun(
  past: readonly PastAttempt[],
  { round, failures }: { readonly round: number; readonly failures: number },
): Route | undefined {
  const last = past.findLast(({ status, route }) => route || status === "completed" || status === "failed");
  if (last?.status !== "interrupted" && last?.status !== "running") return undefined;
  return last.route?.round === round && last.route.failures === failures ? last.route : undefined;
}

/** Who has given the value of a step: what gates say of it is said of that model. */
export interface Answer {
  readonly agent: string;
  readonly model: string;
  readonly attempt: number;
}

export function noteAnswer(
  call: AttemptCall,
  run: Performance,
  { agent, model }: { readonly agent: string; readonly model: string },
): void {
  const { key } = call.step;
  run.answers.set(key, { agent, model, attempt: call.attempt });
  const { route } = (call.info ?? {}) as StepInfo;
  if (!route) return;
  const answered = { ...route, answered: model };
  run.routes.set(key, answered);
  call.info = { ...call.info, route: answered };
}

/** What a judge has said of an artifact is kept of the models that made its value. */
export function noteScore(run: Performance, step: Step, verdict: unknown): void {
  const { artifact, node, key: gate } = step;
  if (!artifact || run.source || node.plan.kind === "checkpoint" || node.plan.kind === "artifact") return;
  const judged = artifact.node;
  if (judged.plan.kind !== "artifact") return;
  const { min } = judged.plan.gates[judged.judges.indexOf(node)]!;
  const { score } = verdict as { readonly score: number };
  const { nodes } = artifact.scope.graph;
  for (const index of judged.remakes?.makers ?? judged.sources) {
    const maker = nodes[index]!;
    if (maker.plan.kind !== "agent") continue;
    const key = artifact.scope.keyOf(maker);
    const answer = run.answers.get(key) ?? answerBefore(run, key, maker.plan.agent);
    if (!answer) continue;
    const at = run.clock.now();
    const isPassed = score >= min;
    run.journal.recordModelScore({ runId: run.state.id, step: key, gate, at, score, isPassed, ...answer });
  }
}

/** Of an answer that an earlier process was given, as far as its row says from whom. */
function answerBefore({ state }: Performance, key: string, agent: string): Answer | undefined {
  const last = state.past.get(key)?.findLast(({ route }) => route?.answered !== undefined);
  return last && { agent, model: last.route!.answered!, attempt: last.attempt };
}
