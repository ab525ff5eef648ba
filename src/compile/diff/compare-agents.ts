import type { CompiledAgent } from "../compilation.ts";
import { agentChanges, lineChanges } from "./agent-changes.ts";
import { readAgentPlan } from "./agent-plan.ts";
import { bundleCode } from "./bundle-code.ts";
import type { Change } from "./change.ts";
import { type AgentCode, toAgentCode } from "./code-parts.ts";
import type { Side } from "./compile-side.ts";

/** An agent at one of two sides. */
export interface AgentAt {
  readonly side: Side;
  readonly agent: CompiledAgent;
}

/** Everything that differs between two states of one agent. */
export async function compareAgents(before: AgentAt, after: AgentAt): Promise<Change[]> {
  const codes = await Promise.all(
    [before, after].map(({ side, agent }) => bundleCode(side.root, agent.file)),
  );
  const [from, to] = [before.agent.model, after.agent.model];
  const isSameCode = codes[0] !== undefined && codes[0].same === codes[1]?.same;
  if (isSameCode && from === to) return [];
  const [old, now] = await Promise.all([before, after].map(({ side, agent }) => readAgentPlan(side, agent)));
  const changes: Change[] =
    old && now
      ? agentChanges(old, now)
      : from === to
        ? []
        : [{ weight: "review", aspect: "model", path: "model", words: "", from, to }];
  if (isSameCode) return changes;
  const [was, is] = await Promise.all(codes.map((code) => code && toAgentCode(code.readable)));
  const isText = old?.instructions !== undefined && now?.instructions !== undefined;
  return [...changes, ...codeChanges(was, is, { changes, isText })];
}

/** What a plan does not show, where it shows nothing about the same: functions, and what schemas test besides. */
function codeChanges(
  was: AgentCode | undefined,
  is: AgentCode | undefined,
  { changes, isText }: { readonly changes: readonly Change[]; readonly isText: boolean },
): Change[] {
  const told = (start: string) => changes.some(({ path }) => path?.startsWith(start));
  const found: Change[] = [];
  if (!isText && !told("instructions") && (!was || !is || was.instructions.hash !== is.instructions.hash))
    found.push(...lineChanges(was?.instructions.lines ?? [], is?.instructions.lines ?? []));
  if (!was || !is) return found;
  for (const path of ["input", "output"] as const)
    if (was[path] !== is[path] && !told(path))
      found.push({ weight: "review", aspect: "schema", path, words: "its schema's code changed" });
  if (was.tools !== is.tools && !changes.some(({ aspect }) => aspect === "tool"))
    found.push({ weight: "review", aspect: "code", words: "code of its tools changed" });
  return found;
}
