import { type Body, harmoniesOf, type Plan, secretsOf } from "../../plan/index.ts";
import { toDurationText } from "../../support/duration-text.ts";
import type { CompiledScore } from "../compilation.ts";
import { agentChanges } from "./agent-changes.ts";
import { budgetFacts } from "./budget-facts.ts";
import { type BundledCode, bundleCode } from "./bundle-code.ts";
import type { Change } from "./change.ts";
import { codeChanges, ON_ERROR } from "./code-changes.ts";
import { type ScoreCode, toScoreCode } from "./code-parts.ts";
import { compareBodies, namingChanges, schemaChanges } from "./compare-bodies.ts";
import { compareFacts } from "./compare-facts.ts";
import type { Side } from "./compile-side.ts";
import type { Scope } from "./expr-text.ts";
import type { Fact } from "./node-facts.ts";

/** A score at one of two sides. */
export interface ScoreAt {
  readonly side: Side;
  readonly score: CompiledScore;
}

/** Everything that differs between two states of one score. */
export async function compareScores(before: ScoreAt, after: ScoreAt): Promise<Change[]> {
  const [from, to] = [before.score.plan, after.score.plan];
  const agents = new Set([before, after].flatMap(({ side }) => side.compilation.agents.map(({ id }) => id)));
  const codes = await bundleBoth(before, after);
  const parts = codes && (await partsOf(codes, agents));
  const codeOf = (code: ScoreCode | undefined) => (key: string) => code?.nodes.get(key)?.runs;
  const changes = comparePlans(from, to, {
    agents,
    codes: { before: codeOf(parts?.[0]), after: codeOf(parts?.[1]) },
  });
  if (codes) changes.push(...codeChanges(parts, changes, to));
  return changes;
}

interface Besides {
  /** Agents that are compared by themselves. */
  readonly agents: ReadonlySet<string>;
  /** The code of nodes, by which a renamed one is known. */
  readonly codes?: NonNullable<Parameters<typeof compareBodies>[1]>;
}

/** What differs between two plans of one score. */
export function comparePlans(from: Plan, to: Plan, { agents, codes }: Besides): Change[] {
  return [
    ...compareFacts(undefined, headOf(from), headOf(to)),
    ...secretChanges(secretsOf(from), secretsOf(to)),
    ...schemaChanges(from.input, to.input, { side: "input" }),
    ...compareBodies({ before: scopeOf(from), after: scopeOf(to) }, codes),
    ...handlerChanges(from, to),
    ...ownAgentChanges(from.agents ?? {}, to.agents ?? {}, agents),
  ];
}

function scopeOf({ body }: Plan): Scope {
  return { body, prefix: "", parent: undefined };
}

function headOf(plan: Plan): Map<string, Fact> {
  const { title, kind, concurrency, timeoutMs, runs, tags, routing, phases, budget } = plan;
  const harmonies = harmoniesOf(plan).map(
    ([, { artifacts, onConflict }]) =>
      [`harmony ${artifacts.join(", ")}`, { aspect: "policy", text: `else ${onConflict}` }] as const,
  );
  return new Map<string, Fact>([
    ...(title === undefined ? [] : [["title", { aspect: "title", text: JSON.stringify(title) }] as const]),
    ...(kind === undefined ? [] : [["kind", { aspect: "title", text: kind }] as const]),
    ["concurrency", { aspect: "policy", text: String(concurrency) }],
    ...(timeoutMs === undefined
      ? []
      : ([["timeout", { aspect: "policy", text: toDurationText(timeoutMs), room: timeoutMs }]] as const)),
    ...(runs === undefined ? [] : [["runs.max", { aspect: "policy", text: String(runs.max) }] as const]),
    ...(routing === undefined ? [] : [["routing", { aspect: "policy", text: routing }] as const]),
    ...(phases === undefined ? [] : [["phases", { aspect: "order", text: phases.join(", ") }] as const]),
    ...(tags === undefined ? [] : [["tags", { aspect: "policy", text: tags.join(", ") }] as const]),
    ...budgetFacts(budget),
    ...harmonies,
  ]);
}

/** A secret that is needed now has to be bound by every orchestra that plays the score. */
function secretChanges(from: ReadonlySet<string>, to: ReadonlySet<string>): Change[] {
  return [...new Set([...from, ...to])].flatMap((name): Change[] => {
    if (from.has(name) === to.has(name)) return [];
    const path = `secrets.${name}`;
    return to.has(name)
      ? [{ weight: "breaking", aspect: "secret", path, words: "needed now" }]
      : [{ weight: "safe", aspect: "secret", path, words: "not needed any more" }];
  });
}

/** What is played when a run fails. */
function handlerChanges(from: Plan, to: Plan): Change[] {
  if (!from.onError || !to.onError) {
    if (from.onError === to.onError) return [];
    const words = to.onError ? "added" : "removed";
    return [{ weight: "review", aspect: "node", node: ON_ERROR, words }];
  }
  const scope = (body: Body, plan: Plan): Scope => ({
    body,
    prefix: `${ON_ERROR}/`,
    item: "failure",
    parent: scopeOf(plan),
  });
  return [
    ...namingChanges(from.onError, to.onError, ON_ERROR),
    ...compareBodies({ before: scope(from.onError, from), after: scope(to.onError, to) }),
  ];
}

/** Of agents that stand in the score's own code; the others are compared by themselves. */
function ownAgentChanges(
  from: NonNullable<Plan["agents"]>,
  to: NonNullable<Plan["agents"]>,
  others: ReadonlySet<string>,
): Change[] {
  return Object.entries(to).flatMap(([id, now]) => {
    const old = others.has(id) ? undefined : from[id];
    if (!old) return [];
    return agentChanges(old, now).map((change) => ({
      ...change,
      path: change.path === undefined ? `agents.${id}` : `agents.${id}.${change.path}`,
    }));
  });
}

type Both<T> = readonly [before: T, after: T];

/** The code of both, or `undefined` when it is the same. */
async function bundleBoth(
  before: ScoreAt,
  after: ScoreAt,
): Promise<Both<BundledCode | undefined> | undefined> {
  const [from, to] = await Promise.all(
    [before, after].map(({ side, score }) => bundleCode(side.root, score.file)),
  );
  return from && to && from.same === to.same ? undefined : [from, to];
}

async function partsOf(
  [from, to]: Both<BundledCode | undefined>,
  agents: ReadonlySet<string>,
): Promise<Both<ScoreCode> | undefined> {
  const [before, after] = [
    from && (await toScoreCode(from.readable, agents)),
    to && (await toScoreCode(to.readable, agents)),
  ];
  return before && after ? [before, after] : undefined;
}
