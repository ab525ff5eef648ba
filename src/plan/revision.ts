import { toCanonicalJson } from "../support/json.ts";
import { toHash } from "./hash.ts";
import type { AgentPlan } from "./plan.ts";

const DIGITS = 12;

/**
 * The name of an agent as it is in one deployment: `writer@3f9a01c2d4e5`. Of one that is data alone (instructions in plain text, no
 * tools of its own) the same wherever that is the same; of one with functions a plan does not have, another one in each deployment.
 */
export function toRevision(agent: string, { code: _, ...plan }: AgentPlan, deployment: string): string {
  const own = plan.tools?.some((tool) => !tool.includes("/")) ?? false;
  const isData = plan.instructions !== undefined && !own;
  return `${agent}@${toHash(toCanonicalJson([plan, isData ? null : deployment])).slice(0, DIGITS)}`;
}

/** The agent of a revision's name; `undefined` of a model's, which has a slash. */
export function agentOfRevision(name: string): string | undefined {
  const at = name.indexOf("@");
  return at > 0 && !name.includes("/") ? name.slice(0, at) : undefined;
}
