import { agentTools } from "../../define/agent-tools.ts";
import { isSchema, toJsonSchema } from "../../define/check.ts";
import type { AgentRecord } from "../../define/define-agent.ts";
import { idText } from "../../define/describe.ts";
import type { AgentFacts } from "./protocol.ts";
import { toSites } from "./to-failure.ts";

/** An agent as plain data. */
export function collectAgent(record: AgentRecord, root: string): AgentFacts {
  const { id, model, tiers, fallback, routing, output, maxTokens, budget, sites } = record;
  const written = isSchema(output) ? toJsonSchema(output, "output") : undefined;
  const kept = Object(budget) as Readonly<Record<string, unknown>>;
  const budgets = ["perCallUsd", "perRunUsd"].filter((key) => kept[key] !== undefined);
  return {
    id: idText(id),
    models: [
      ...(typeof model === "string" && model !== "" ? [{ name: model, at: ["model"] }] : []),
      ...textsIn(tiers, "tiers"),
      ...textsIn(fallback, "fallback"),
    ],
    ...(typeof routing === "string" ? { routing } : {}),
    toolNames: agentTools(record).flatMap(({ tool, at }) =>
      typeof tool === "string" && tool !== "" ? [{ name: tool, at }] : [],
    ),
    ...(written && "schema" in written ? { output: written.schema } : {}),
    isLimited: maxTokens !== undefined || kept.perCallUsd !== undefined,
    budgets,
    sites: toSites(sites, root),
  };
}

function textsIn(list: unknown, key: string): { name: string; at: (string | number)[] }[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((name: unknown, i) =>
    typeof name === "string" && name !== "" ? [{ name, at: [key, i] }] : [],
  );
}
