import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AgentPlan } from "../../plan/index.ts";
import type { CompiledAgent } from "../compilation.ts";
import { compileWorkspace } from "../compile-workspace.ts";
import type { Side } from "./compile-side.ts";

/**
 * What a plan says of `agent`; absent when it cannot be loaded alone. Evaluating a workspace gives no plan of an agent
 * that no score uses. So a score is written, in a folder of its own, that asks it, and is compiled like any other: the
 * agent's module is evaluated in a child again, never here.
 */
export async function readAgentPlan(side: Side, agent: CompiledAgent): Promise<AgentPlan | undefined> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "maestro-agent-")));
  try {
    mkdirSync(join(root, "scores"));
    writeFileSync(join(root, "package.json"), '{ "type": "module" }\n');
    writeFileSync(join(root, "scores/agent.ts"), toSource(join(side.root, agent.file)));
    const { scores } = await compileWorkspace({ workspace: { root }, childEntry: side.childEntry });
    const [plan] = Object.values(scores[0]?.plan.agents ?? {});
    return plan;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Maestro is looked for where the agent's own file would find it. */
function toSource(file: string): string {
  const url = JSON.stringify(pathToFileURL(file).href);
  return `import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const { agent, defineScore, input } = await import(pathToFileURL(createRequire(${url}).resolve("maestro-ts")).href);
const { default: definition } = await import(${url});
const given = input(definition.input);
const asked = agent(definition, { input: given });
export default defineScore({ id: "agent", input: given, nodes: { asked } });
`;
}
