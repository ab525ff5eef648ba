import type { AgentRecord } from "../../define/define-agent.ts";
import { toolRecord } from "../../define/define-tool.ts";
import { idText } from "../../define/describe.ts";
import { agentSchema } from "../../define/write/agent.ts";
import { microUsdOf } from "../../define/write/budget.ts";
import { type At, duration, invalid, shown, wholeNumber } from "../../define/write/writing.ts";
import type { DefinitionContext } from "./definition-rules.ts";

const HOTTEST = 2;
const MOST_TURNS = 100;
const MOST_TOKENS = 10_000_000;

interface Checking {
  readonly at: At;
  readonly wrong: (what: string, value: unknown, reason: string, ...path: (string | number)[]) => void;
}

/** MS3001: options of an agent that could never work. */
export function agentOptions({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "agent") return;
  const agent = definition as unknown as AgentRecord;
  const reader = `agent "${idText(agent.id)}"`;
  const at: At = (...path) => ({ reader, sites: agent.sites, path });
  const wrong: Checking["wrong"] = (what, value, reason, ...path) =>
    invalid(what, shown(value), reason, at(...path), { report });
  checkModels(agent, { at, wrong });
  checkInstructions(agent, { at, wrong });
  checkTools(agent, { at, wrong });
  checkLimits(agent, { at, wrong }, report);
  agentSchema(agent, "input", { report });
  agentSchema(agent, "output", { report });
}

function checkModels({ model, tiers, fallback, routing }: AgentRecord, { wrong }: Checking): void {
  const reason = 'it has to be the name of a model: "anthropic/claude-sonnet"';
  const isModel = typeof model === "string" && model !== "";
  if (tiers === undefined ? !isModel : model !== undefined)
    wrong(
      "model",
      model,
      tiers === undefined ? reason : "the agent has `tiers`, which name its models",
      "model",
    );
  if (routing !== undefined && (typeof routing !== "string" || routing === ""))
    wrong("routing", routing, 'it has to be the name of a policy: "economy"', "routing");
  const earlier = new Set<unknown>(tiers === undefined ? [model] : []);
  const checkEach = (names: readonly unknown[], what: string, twice: string) => {
    for (const [i, name] of names.entries()) {
      if (typeof name !== "string" || name === "") wrong(what, name, reason, what, i);
      else if (earlier.has(name)) wrong(what, name, twice, what, i);
      earlier.add(name);
    }
  };
  if (tiers !== undefined) {
    if (!Array.isArray(tiers) || tiers.length < 2)
      wrong("tiers", tiers, "it lists two models at least, the weakest first", "tiers");
    else checkEach(tiers, "tiers", "that model is a tier before it");
  }
  if (fallback === undefined) return;
  if (!Array.isArray(fallback)) return wrong("fallback", fallback, "it lists models", "fallback");
  checkEach(fallback, "fallback", "that model has been tried before it");
}

function checkInstructions({ instructions }: AgentRecord, { wrong }: Checking): void {
  if (typeof instructions === "function") return;
  if (typeof instructions === "string" && instructions.trim() !== "") return;
  wrong(
    "instructions",
    instructions,
    "they have to be a text, or a function of the input that gives one",
    "instructions",
  );
}

function checkTools({ tools }: AgentRecord, { wrong }: Checking): void {
  if (tools === undefined) return;
  if (!Array.isArray(tools)) return wrong("tools", tools, "it lists tools", "tools");
  const reason = 'it has to be a tool of defineTool(), or "server/tool" for an MCP server\'s';
  const earlier = new Set<unknown>();
  for (const [i, tool] of tools.entries()) {
    const record = toolRecord(tool);
    const name = record ? record.name : tool;
    if (!record && (typeof tool !== "string" || tool === "")) wrong("tools", tool, reason, "tools", i);
    else if (earlier.has(name)) wrong("tools", name, "the agent has another tool of that name", "tools", i);
    earlier.add(name);
  }
}

function checkLimits(
  { temperature, maxTurns, maxTokens, budget, timeout }: AgentRecord,
  { at, wrong }: Checking,
  report: DefinitionContext["report"],
): void {
  const isTemperature = typeof temperature === "number" && temperature >= 0 && temperature <= HOTTEST;
  if (temperature !== undefined && !isTemperature)
    wrong("temperature", temperature, `it has to be a number from 0 to ${HOTTEST}`, "temperature");
  if (maxTurns !== undefined) wholeNumber(maxTurns, "maxTurns", MOST_TURNS, at, { report });
  if (maxTokens !== undefined) wholeNumber(maxTokens, "maxTokens", MOST_TOKENS, at, { report });
  if (timeout !== undefined) duration(timeout, "timeout", at("timeout"), { report });
  if (budget === undefined) return;
  if (typeof budget !== "object" || budget === null)
    return wrong("budget", budget, "it is { perCallUsd: 0.05 } and the like", "budget");
  for (const key of ["perCallUsd", "perRunUsd"] as const)
    microUsdOf((budget as Readonly<Record<string, unknown>>)[key], key, at, { report });
}
