import { agentTools } from "../../define/agent-tools.ts";
import type { AgentRecord } from "../../define/define-agent.ts";
import { type ToolRecord, toolRecord } from "../../define/define-tool.ts";
import { describe } from "../../define/describe.ts";
import { checkSecretNames } from "../../define/write/task.ts";
import { type At, duration, invalid, schemaOf, shown, wholeNumber } from "../../define/write/writing.ts";
import type { DefinitionContext } from "./definition-rules.ts";
import { findUnknownToolOptions } from "./unknown-option.ts";

/** As the providers of models have it. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

const seen = new WeakSet<object>();

/** MS3001 and MS4006: options of an agent's tools that could never work, or that nothing reads; each tool once. */
export function toolOptions({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "agent") return;
  for (const given of agentTools(definition as unknown as AgentRecord)) {
    const tool = toolRecord(given.tool);
    if (!tool || seen.has(tool)) continue;
    seen.add(tool);
    checkTool(tool, report);
    findUnknownToolOptions(tool, report);
  }
}

function checkTool(tool: ToolRecord, report: DefinitionContext["report"]): void {
  const reader = typeof tool.name === "string" ? `tool "${tool.name}"` : "a tool";
  const at: At = (...path) => ({ reader, sites: tool.sites, path });
  const wrong = (option: keyof ToolRecord, found: string, reason: string) =>
    invalid(option, found, reason, at(option), { report });
  const { name, description, output, effects, run } = tool as { readonly [K in keyof ToolRecord]: unknown };
  if (typeof name !== "string" || !NAME.test(name)) {
    const reason = "it begins with a letter; then letters, digits, - and _; 64 characters at most";
    wrong("name", shown(name), reason);
  }
  if (typeof description !== "string" || description.trim() === "")
    wrong("description", shown(description), "it has to tell the model what the tool is for");
  if (effects !== undefined && typeof effects !== "boolean")
    wrong("effects", shown(effects), "it is true or false");
  checkLimits(tool, at, report);
  checkConstraints(tool.constraints, at, report);
  checkSecretNames(tool.secrets, at, { report });
  if (typeof run !== "function") wrong("run", describe(run), "it has to be a function");
  for (const side of ["input", ...(output === undefined ? [] : ["output"])] as ("input" | "output")[])
    schemaOf(
      tool[side],
      side,
      { option: side, where: `the ${side} of ${reader}`, place: at(side) },
      { report },
    );
}

const MOST_RESULT_KB = 1024;

type Report = DefinitionContext["report"];

function checkLimits({ timeout, maxResultKb }: ToolRecord, at: At, report: Report): void {
  if (timeout !== undefined) duration(timeout, "timeout", at("timeout"), { report });
  if (maxResultKb !== undefined) wholeNumber(maxResultKb, "maxResultKb", MOST_RESULT_KB, at, { report });
}

function checkConstraints(constraints: unknown, at: At, report: Report): void {
  if (constraints === undefined) return;
  const place = at("constraints");
  if (typeof constraints !== "object" || constraints === null || Array.isArray(constraints)) {
    const reason = "it says by a sentence what has to hold, with a function that looks";
    return invalid("constraints", describe(constraints), reason, place, { report });
  }
  for (const [says, holds] of Object.entries(constraints)) {
    const inner = at("constraints", says);
    if (says.trim() === "")
      invalid("constraints", "without a sentence", "the model is told what has to hold", inner, { report });
    else if (typeof holds !== "function")
      invalid("constraints", describe(holds), "it has to be a function of the arguments", inner, { report });
  }
}
