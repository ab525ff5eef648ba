import type { AgentRecord } from "../../define/define-agent.ts";
import { type ToolRecord, toolRecord } from "../../define/define-tool.ts";
import { describe } from "../../define/describe.ts";
import { type At, invalid, schemaOf, shown } from "../../define/write/writing.ts";
import type { DefinitionContext } from "./definition-rules.ts";
import { findUnknownToolOptions } from "./unknown-option.ts";

/** As the providers of models have it. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

const seen = new WeakSet<object>();

/** MS3001 and MS4006: options of an agent's tools that could never work, or that nothing reads; each tool once. */
export function toolOptions({ kind, definition, report }: DefinitionContext): void {
  const { tools } = definition as unknown as AgentRecord;
  if (kind !== "agent" || !Array.isArray(tools)) return;
  for (const given of tools) {
    const tool = toolRecord(given);
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
  if (typeof run !== "function") wrong("run", describe(run), "it has to be a function");
  for (const side of ["input", ...(output === undefined ? [] : ["output"])] as ("input" | "output")[])
    schemaOf(
      tool[side],
      side,
      { option: side, where: `the ${side} of ${reader}`, place: at(side) },
      { report },
    );
}
