import type { AgentFacts } from "./child/protocol.ts";
import type { CompiledAgent, CompiledScore } from "./compilation.ts";

/** Every agent of the workspace once: those of `agents/`, and those that scores use from wherever they are defined. */
export function allAgents(
  agents: readonly CompiledAgent[],
  scores: readonly CompiledScore[],
): readonly AgentFacts[] {
  const bySite = new Map<string, AgentFacts>();
  for (const agent of [...agents, ...scores.flatMap((score) => score.agents)]) {
    // Two that one function made have a place in common, and neither their callers' nor their ids.
    const key = JSON.stringify([agent.id, agent.sites]);
    if (!bySite.has(key)) bySite.set(key, agent);
  }
  return [...bySite.values()];
}
