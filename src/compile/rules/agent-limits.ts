import { allAgents } from "../all-agents.ts";
import type { RuleContext } from "./index.ts";

/** MS3005: agents whose steps may cost without end. */
export function agentLimits({ agents, scores, report }: RuleContext): void {
  for (const { id, isLimited, sites } of allAgents(agents, scores)) {
    if (isLimited) continue;
    const next = "add maxTokens: 2_000, or budget: { perCallUsd: 0.05 }, to the agent";
    report({
      code: "MS3005",
      facts: { what: `Agent "${id}"`, lacks: "a limit neither on tokens nor on money", next },
      sites,
      path: [],
      subject: id,
    });
  }
}
