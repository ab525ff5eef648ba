import {
  type AgentPlan,
  type ArtifactNode,
  type Body,
  bodyOf,
  isRemade,
  type Plan,
  type PlanNode,
  type Retry,
  remakingOf,
} from "../plan/index.ts";
import { boundOfCall, type CallBound, type Knowing } from "./forecast-call.ts";

/** What the steps of one agent in one score can come to, in one run. */
export interface AgentBound extends CallBound {
  readonly score: string;
  readonly agent: string;
  /** Paths of the nodes that ask it: `drafts/letter`; a judge's is its artifact's. */
  readonly nodes: readonly string[];
  /** Steps, those that are played anew for an artifact included. */
  readonly steps: number;
  /** Calls that may cost something. */
  readonly calls: number;
  /** All of it; `null` when nothing bounds it. */
  readonly microUsd: number | null;
}

export interface Bound {
  /** `null` when nothing bounds it. */
  readonly microUsd: number | null;
  readonly agents: readonly AgentBound[];
  /** What has no end, and why. */
  readonly unbounded: readonly string[];
  /** Budgets that bound it where the plan alone comes to more. */
  readonly budgets: readonly string[];
}

interface Use {
  readonly score: string;
  readonly agent: string;
  readonly plan: AgentPlan;
  readonly nodes: Set<string>;
  steps: number;
  attempts: number;
}

/** Plans in plans may be very many. */
const MOST_LEVELS = 10_000;

/**
 * The most that one run can cost, as its plan says: every node is played, every map has its most items, every loop its
 * most turns, every step its most attempts, every attempt its most calls of the dearest of its models, every call its most
 * tokens. Budgets bound what is asked without a person's leave. Calls that are made again after a crash come on top.
 */
export function boundOf(plan: Plan, plans: ReadonlyMap<string, Plan>, knowing: Knowing): Bound {
  const uses = new Map<string, Use>();
  const unbounded = new Set<string>();
  const open: { plan: Plan; times: number; above: readonly string[] }[] = [{ plan, times: 1, above: [] }];
  let levels = 0;
  for (let at = open.pop(); at; at = open.pop()) {
    if (++levels > MOST_LEVELS) {
      unbounded.add("the scores that it plays: they are too many to count");
      break;
    }
    const { plan: here, times, above } = at;
    count(here, times, uses, (id, played, maxDepth) => {
      const inner = plans.get(id);
      const path = [...above, here.score];
      if (!inner) unbounded.add(`score "${id}": it is not known`);
      else if (path.filter((one) => one === id).length <= maxDepth)
        open.push({ plan: inner, times: played, above: path });
    });
  }
  const agents = [...uses.values()].map((use) => toAgentBound(use, knowing, unbounded));
  return withBudgets(plan, agents, [...unbounded]);
}

type Plays = (score: string, times: number, maxDepth: number) => void;

function count(
  { score, body, onError, agents = {} }: Plan,
  times: number,
  uses: Map<string, Use>,
  plays: Plays,
) {
  const use = (agent: string, path: string, steps: number, attempts: number) => {
    const key = JSON.stringify([score, agent, attempts]);
    const known = uses.get(key) ?? {
      score,
      agent,
      plan: agents[agent]!,
      nodes: new Set(),
      steps: 0,
      attempts,
    };
    known.nodes.add(path);
    known.steps += steps;
    uses.set(key, known);
  };
  const bodies: { body: Body; times: number; prefix: string }[] = [{ body, times, prefix: "" }];
  if (onError) bodies.push({ body: onError, times, prefix: "onError/" });
  for (const { body: one, times: most, prefix } of bodies) {
    const rounds = roundsOf(one);
    for (const [name, node] of Object.entries(one.nodes)) {
      const path = prefix + name;
      const steps = most * (rounds.get(name) ?? 1);
      if (node.kind === "agent") use(node.agent, path, steps, attemptsOf(node));
      if (node.kind === "score") plays(node.score, steps * attemptsOf(node), node.maxDepth ?? 0);
      if (node.kind === "artifact")
        for (const { by } of node.gates)
          if ("agent" in by) use(by.agent, path, most * valuesOf(node), attemptsOf(node));
      const inside = bodyOf(node);
      if (inside) bodies.push({ body: inside, times: steps * turnsOf(node), prefix: `${path}/` });
    }
  }
}

function turnsOf(node: PlanNode): number {
  return node.kind === "map" ? node.maxItems : node.kind === "loop" ? node.max : 1;
}

/** How many values are made at most of what an artifact may have made anew, by the names of those that make them. */
function roundsOf(body: Body): ReadonlyMap<string, number> {
  const rounds = new Map<string, number>();
  for (const node of Object.values(body.nodes)) {
    if (node.kind !== "artifact") continue;
    for (const maker of remakingOf(body, node)?.makers ?? [])
      rounds.set(maker, Math.max(rounds.get(maker) ?? 1, valuesOf(node)));
  }
  return rounds;
}

function valuesOf({ gates, retry }: ArtifactNode): number {
  return typeof retry === "object" && gates.some(({ onFail }) => isRemade(onFail)) ? retry.attempts : 1;
}

/** One more may be given where the node chooses what becomes of a failure. */
function attemptsOf(node: { readonly retry?: Retry | "never"; readonly onFailure?: unknown }): number {
  if (typeof node.retry !== "object") return 1;
  const isChosen = (node.onFailure as { readonly is?: unknown } | undefined)?.is === "auto";
  return node.retry.attempts + (isChosen ? 1 : 0);
}

function toAgentBound(
  { score, agent, plan, nodes, steps, attempts }: Use,
  knowing: Knowing,
  unbounded: Set<string>,
): AgentBound {
  const { whyNot, ...bound } = boundOfCall(plan, knowing);
  const calls = steps * attempts * bound.callsPerAttempt;
  const perStep = bound.perAttemptMicroUsd === null ? null : bound.perAttemptMicroUsd * attempts;
  // A budget keeps to itself only calls whose end is known.
  const kept = plan.maxTokens === undefined ? undefined : plan.perCallMicroUsd;
  const ofStep = kept === undefined ? perStep : Math.min(kept, perStep ?? kept);
  const all = ofStep === null ? null : ofStep * steps;
  const perRun = plan.maxTokens === undefined ? undefined : plan.perRunMicroUsd;
  const microUsd = perRun === undefined ? all : Math.min(perRun, all ?? perRun);
  if (microUsd === null) for (const why of whyNot) unbounded.add(`agent "${agent}": ${why}`);
  return { score, agent, nodes: [...nodes], steps, calls, microUsd, ...bound };
}

function withBudgets(
  { score, budget }: Plan,
  agents: readonly AgentBound[],
  unbounded: readonly string[],
): Bound {
  const isKnown = agents.every(({ microUsd }) => microUsd !== null) && unbounded.length === 0;
  const sum = isKnown ? agents.reduce((total, { microUsd }) => total + microUsd!, 0) : null;
  const limit = budget?.perRunMicroUsd;
  const isKept = limit !== undefined && agents.every(({ isBounded }) => isBounded);
  if (!isKept || (sum !== null && sum <= limit)) return { microUsd: sum, agents, unbounded, budgets: [] };
  return { microUsd: limit, agents, unbounded, budgets: [`the budget of score "${score}"`] };
}
