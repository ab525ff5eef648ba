import type { AgentRecord } from "./define-agent.ts";
import { type SkillRecord, skillRecord } from "./define-skill.ts";
import { toolRecord } from "./define-tool.ts";
import { listOf } from "./list-of.ts";

/** A tool that an agent may call: its own, or one of a skill. */
export interface AgentTool {
  readonly tool: unknown;
  /** Where the agent lists it, or the skill that has it. */
  readonly at: readonly (string | number)[];
  readonly skill: SkillRecord | undefined;
}

/** An agent's skills, each once, with their places among those it lists. */
export function agentSkills({
  skills,
}: Pick<AgentRecord, "skills">): readonly (readonly [SkillRecord, number])[] {
  const seen = new Set<SkillRecord>();
  return listOf(skills).flatMap((given, i) => {
    const skill = skillRecord(given);
    if (!skill || seen.has(skill)) return [];
    seen.add(skill);
    return [[skill, i] as const];
  });
}

/** Every tool an agent may call, its own first; the same tool of two skills once. */
export function agentTools(agent: Pick<AgentRecord, "tools" | "skills">): readonly AgentTool[] {
  const own = listOf(agent.tools).map((tool, i): AgentTool => ({ tool, at: ["tools", i], skill: undefined }));
  const all = [...own];
  const known = new Set(own.map(({ tool }) => tool));
  for (const [skill, i] of agentSkills(agent)) {
    for (const tool of listOf(skill.tools)) {
      if (known.has(tool)) continue;
      known.add(tool);
      all.push({ tool, at: ["skills", i], skill });
    }
  }
  return all;
}

/** What a model calls it. */
export function nameOfTool(tool: unknown): unknown {
  return toolRecord(tool)?.name ?? tool;
}
