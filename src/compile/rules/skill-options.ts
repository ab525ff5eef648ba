import { agentSkills, agentTools, nameOfTool } from "../../define/agent-tools.ts";
import type { AgentRecord } from "../../define/define-agent.ts";
import { type SkillRecord, skillRecord } from "../../define/define-skill.ts";
import { toolRecord } from "../../define/define-tool.ts";
import { describe, idText } from "../../define/describe.ts";
import { type At, invalid, shown } from "../../define/write/writing.ts";
import type { DefinitionContext } from "./definition-rules.ts";
import { findUnknownSkillOptions } from "./unknown-option.ts";

type Report = DefinitionContext["report"];

const ID = /^[A-Za-z][A-Za-z0-9_-]*$/;

const seen = new WeakSet<object>();

/** MS3001, MS3125 and MS4006: an agent's skills, each looked at once, and tools of one name that they bring together. */
export function skillOptions({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "agent") return;
  const agent = definition as unknown as AgentRecord;
  const at: At = (...path) => ({ reader: `agent "${idText(agent.id)}"`, sites: agent.sites, path });
  checkList(agent, at, report);
  findClashes(agent, report);
  for (const [skill] of agentSkills(agent)) {
    if (seen.has(skill)) continue;
    seen.add(skill);
    checkSkill(skill, report);
    findUnknownSkillOptions(skill, report);
  }
}

function checkList({ skills }: AgentRecord, at: At, report: Report): void {
  if (skills === undefined) return;
  if (!Array.isArray(skills))
    return invalid("skills", describe(skills), "it lists skills", at("skills"), { report });
  const earlier = new Map<unknown, unknown>();
  for (const [i, given] of skills.entries()) {
    const skill = skillRecord(given);
    const place = at("skills", i);
    if (!skill) invalid("skills", shown(given), "it has to be a skill of defineSkill()", place, { report });
    else if (earlier.has(skill.id)) {
      const reason =
        earlier.get(skill.id) === skill
          ? "the agent has it already"
          : "the agent has another skill of that id";
      invalid("skills", shown(skill.id), reason, place, { report });
    } else earlier.set(skill.id, skill);
  }
}

/** A model calls tools by their names alone. */
function findClashes(agent: AgentRecord, report: Report): void {
  const byName = new Map<unknown, SkillRecord | undefined>();
  for (const { tool, at, skill } of agentTools(agent)) {
    const name = nameOfTool(tool);
    if (skill && byName.has(name)) {
      const other = byName.get(name);
      report({
        code: "MS3125",
        facts: {
          agent: idText(agent.id),
          tool: String(name),
          skill: idText(skill.id),
          other: other ? `skill "${idText(other.id)}"` : "its own",
        },
        sites: agent.sites,
        path: [...at],
        ...(other
          ? { others: [{ sites: other.sites, path: ["tools"], label: "the other one is here" }] }
          : {}),
        subject: idText(agent.id),
      });
    }
    if (!byName.has(name)) byName.set(name, skill);
  }
}

function checkSkill({ id, instructions, tools, sites }: SkillRecord, report: Report): void {
  const reader = typeof id === "string" ? `skill "${id}"` : "a skill";
  const at: At = (...path) => ({ reader, sites, path });
  if (typeof id !== "string" || !ID.test(id))
    invalid("id", shown(id), "it begins with a letter; then letters, digits, - and _", at("id"), { report });
  if (typeof instructions !== "string" || instructions.trim() === "")
    invalid("instructions", shown(instructions), "they have to be a text", at("instructions"), { report });
  if (tools === undefined) return;
  if (!Array.isArray(tools))
    return invalid("tools", describe(tools), "it lists tools", at("tools"), { report });
  const reason = 'it has to be a tool of defineTool(), or "server/tool" for an MCP server\'s';
  const earlier = new Set<unknown>();
  for (const [i, tool] of tools.entries()) {
    const name = nameOfTool(tool);
    const isTool = toolRecord(tool) !== undefined || (typeof tool === "string" && tool !== "");
    if (!isTool) invalid("tools", shown(tool), reason, at("tools", i), { report });
    else if (earlier.has(name))
      invalid("tools", shown(name), "the skill has another tool of that name", at("tools", i), { report });
    earlier.add(name);
  }
}
