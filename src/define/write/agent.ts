import type { AgentCode, AgentNode, AgentPlan } from "../../plan/index.ts";
import { toMs } from "../../support/duration.ts";
import { agentSkills, agentTools, nameOfTool } from "../agent-tools.ts";
import type { AgentRecord } from "../define-agent.ts";
import type { SkillRecord } from "../define-skill.ts";
import { toolRecord } from "../define-tool.ts";
import { definitionKind } from "../definition.ts";
import { describe, idText, toText } from "../describe.ts";
import { listOf } from "../list-of.ts";
import type { NodeRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { attempts } from "./attempts.ts";
import { failure, order } from "./policies.ts";
import { routing } from "./routing.ts";
import { toolSecrets, toToolCode } from "./tool.ts";
import { type At, invalid, schemaOf, type Writing } from "./writing.ts";

const NOBODY = "?";

/** The plan of a step that asks a model. */
export function writeAgent(record: NodeRecord, at: At, writing: Writing): AgentNode {
  const { options } = record;
  const secrets = agentSecrets(record.definition);
  return {
    kind: "agent",
    agent: agentOf(record.definition, at, writing),
    ...routing(options.routing, at, writing),
    input: toExpr(options.input ?? {}, at("input"), writing),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...order(record, at, writing),
    ...attempts(record, at, writing),
    ...failure(record, at, writing),
  };
}

/** The agent's key in the plan; what is no agent is reported. */
export function agentOf(definition: unknown, at: At, writing: Writing, ...path: (string | number)[]): string {
  if (definitionKind(definition) !== "agent") {
    invalid("agent", describe(definition), "it has to be an agent of defineAgent()", at(...path), writing);
    return NOBODY;
  }
  const agent = definition as AgentRecord;
  return writing.book.addAgent(agent, () => writeDefinition(agent, writing));
}

/** What is wrong with the definition's own options is for `agentOptions`, which sees it where it stands. */
function writeDefinition(
  agent: AgentRecord,
  writing: Writing,
): { readonly plan: Omit<AgentPlan, "code">; readonly code: AgentCode } {
  const { tiers, fallback, instructions, temperature, maxTurns, maxTokens, budget, timeout } = agent;
  const [input, output] = [agentSchema(agent, "input", writing), agentSchema(agent, "output", writing)];
  const tools = agentTools(agent).map(({ tool }) => tool);
  const skills = agentSkills(agent).map(([skill]) => skill);
  const { perCallUsd, perRunUsd } = Object(budget) as { perCallUsd?: unknown; perRunUsd?: unknown };
  const timeoutMs = typeof timeout === "string" ? toMs(timeout) : undefined;
  const toMicro = (usd: unknown) => (typeof usd === "number" ? Math.round(usd * 1e6) : undefined);
  const number = (value: unknown) => (typeof value === "number" ? value : undefined);
  return {
    plan: withoutAbsent({
      model: Array.isArray(tiers) ? toText(tiers[0]) : toText(agent.model),
      tiers: Array.isArray(tiers) ? listOf(tiers).map(toText) : undefined,
      routing: typeof agent.routing === "string" ? agent.routing : undefined,
      fallback: Array.isArray(fallback) ? listOf(fallback).map(toText) : undefined,
      instructions: typeof instructions === "string" ? withSkills(instructions, skills) : undefined,
      input: input.json,
      output: output.json,
      tools: tools.length > 0 ? tools.map((tool) => toText(nameOfTool(tool))) : undefined,
      skills: skills.length > 0 ? skills.map(({ id }) => toText(id)) : undefined,
      temperature: number(temperature),
      maxTurns: number(maxTurns),
      maxTokens: number(maxTokens),
      perCallMicroUsd: toMicro(perCallUsd),
      perRunMicroUsd: toMicro(perRunUsd),
      timeoutMs,
    }),
    code: {
      ...(typeof instructions === "function"
        ? { instructions: withSkillsAfter(instructions as (input: unknown) => unknown, skills) }
        : {}),
      ...(input.check ? { checkInput: input.check } : {}),
      ...(output.check ? { checkOutput: output.check } : {}),
      tools: tools.flatMap((tool) => toToolCode(tool)),
    },
  };
}

/** Instructions with those of skills after them. */
function withSkills(own: string, skills: readonly SkillRecord[]): string {
  return [own, ...skills.map(({ instructions }) => toText(instructions))].join("\n\n");
}

/** What is no text is given on as it is, to be told as that. */
function withSkillsAfter(
  instructions: (input: unknown) => unknown,
  skills: readonly SkillRecord[],
): (input: unknown) => unknown {
  if (skills.length === 0) return instructions;
  return (input) => {
    const own = instructions(input);
    return typeof own === "string" ? withSkills(own, skills) : own;
  };
}

/** The schema of what an agent is given, or gives; what is no schema is reported. */
export function agentSchema(
  agent: AgentRecord,
  side: "input" | "output",
  reporting: Pick<Writing, "report">,
): ReturnType<typeof schemaOf> {
  const reader = `agent "${idText(agent.id)}"`;
  const place = { reader, sites: agent.sites, path: [side] };
  return schemaOf(agent[side], side, { option: side, where: `the ${side} of ${reader}`, place }, reporting);
}

/** The names of the secrets that the functions of an agent's tools are given. */
export function agentSecrets(definition: unknown): string[] {
  if (definitionKind(definition) !== "agent") return [];
  const records = agentTools(definition as AgentRecord).map(({ tool }) => toolRecord(tool));
  return [...new Set(records.flatMap((tool) => (tool ? toolSecrets(tool) : [])))];
}

type Present<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

function withoutAbsent<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
