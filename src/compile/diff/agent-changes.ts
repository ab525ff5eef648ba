import { toHash } from "../../plan/hash.ts";
import type { AgentPlan } from "../../plan/index.ts";
import { toDurationText } from "../../support/duration-text.ts";
import type { Change } from "./change.ts";
import { schemaChanges } from "./compare-bodies.ts";
import { compareFacts } from "./compare-facts.ts";
import type { Fact } from "./node-facts.ts";

const MOST_LINES = 6;

/** What differs between two states of an agent, as far as a plan says it: all but its functions. */
export function agentChanges(from: AgentPlan, to: AgentPlan): Change[] {
  return [
    ...compareFacts(undefined, factsOf(from), factsOf(to)),
    ...textChanges(from.instructions, to.instructions),
    ...(["input", "output"] as const).flatMap((side) => schemaChanges(from[side], to[side], { side })),
  ];
}

function factsOf(agent: AgentPlan): Map<string, Fact> {
  const {
    model,
    tiers,
    fallback,
    routing,
    tools = [],
    skills = [],
    temperature,
    maxTurns,
    maxTokens,
    perCallMicroUsd,
    perRunMicroUsd,
    timeoutMs,
  } = agent;
  const limit = (value: number | undefined, words = String(value)): Fact | undefined =>
    value === undefined ? undefined : { aspect: "policy", text: words, room: value };
  const said = (aspect: Fact["aspect"], text: string | undefined): Fact | undefined =>
    text === undefined ? undefined : { aspect, text };
  const facts: [string, Fact | undefined][] = [
    ["model", said("model", tiers ? undefined : model)],
    ["tiers", said("model", tiers?.join(", "))],
    ["routing", said("model", routing)],
    ["fallback", said("model", fallback?.join(", "))],
    ["temperature", said("model", temperature?.toString())],
    ...tools.map((name): [string, Fact] => [`tools.${name}`, { aspect: "tool", text: name }]),
    ...skills.map((id): [string, Fact] => [`skills.${id}`, { aspect: "instructions", text: id }]),
    ["maxTurns", limit(maxTurns)],
    ["maxTokens", limit(maxTokens)],
    // More money is no harmless limit: no `room`.
    ["budget.perCallUsd", said("policy", toUsdText(perCallMicroUsd))],
    ["budget.perRunUsd", said("policy", toUsdText(perRunMicroUsd))],
    ["timeout", limit(timeoutMs, timeoutMs === undefined ? "" : toDurationText(timeoutMs))],
  ];
  return new Map(facts.filter((fact): fact is [string, Fact] => fact[1] !== undefined));
}

function toUsdText(microUsd: number | undefined): string | undefined {
  return microUsd === undefined ? undefined : String(microUsd / 1e6);
}

/** Of instructions that are plain text at both sides the lines; else only that there is a text now, or none. */
function textChanges(from: string | undefined, to: string | undefined): Change[] {
  if (from === to) return [];
  if (from !== undefined && to !== undefined) return lineChanges(from.split("\n"), to.split("\n"));
  const words = to === undefined ? "computed from the input now" : "plain text now";
  return [{ weight: "review", aspect: "instructions", path: "instructions", words }];
}

/** Line by line: those that went, then those that came. */
export function lineChanges(from: readonly string[], to: readonly string[]): Change[] {
  const [had, has] = [new Set(from.map(toHash)), new Set(to.map(toHash))];
  const gone = from.filter((line) => !has.has(toHash(line)));
  const come = to.filter((line) => !had.has(toHash(line)));
  const count = Math.max(gone.length, come.length);
  if (count === 0)
    return [{ weight: "review", aspect: "instructions", path: "instructions", words: "changed" }];
  return Array.from({ length: Math.min(count, MOST_LINES) }, (_, i): Change => {
    const [was, is] = [gone[i], come[i]];
    const more =
      i === MOST_LINES - 1 && count > MOST_LINES ? `changed, and ${count - MOST_LINES} more lines` : "";
    return {
      weight: "review",
      aspect: "instructions",
      path: "instructions",
      words: more || (was === undefined ? "added" : is === undefined ? "removed" : ""),
      ...(was === undefined ? {} : { from: JSON.stringify(was) }),
      ...(is === undefined ? {} : { to: JSON.stringify(is) }),
    };
  });
}
