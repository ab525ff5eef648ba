import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { JsonSchema } from "../../plan/index.ts";
import type { CompiledAgent } from "../compilation.ts";
import { compileWorkspace } from "../compile-workspace.ts";
import type { Side } from "./compile-side.ts";

/** What an agent is given and asked for; absent where JSON Schema cannot say it. */
export interface AgentSchemas {
  readonly input: JsonSchema | undefined;
  readonly output: JsonSchema | undefined;
}

/**
 * The schemas of `agent`. Evaluating a workspace gives none: an agent is no plan. So a score is written, in a folder of
 * its own, that is given what the agent is given and gives what the agent gives, and is compiled like any other: the
 * agent's module is evaluated in a child again, never here.
 */
export async function readAgentSchemas(side: Side, agent: CompiledAgent): Promise<AgentSchemas> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "maestro-agent-")));
  try {
    mkdirSync(join(root, "scores"));
    writeFileSync(join(root, "package.json"), '{ "type": "module" }\n');
    writeFileSync(join(root, "scores/agent.ts"), toSource(join(side.root, agent.file)));
    const { scores } = await compileWorkspace({ workspace: { root }, childEntry: side.childEntry });
    const plan = scores[0]?.plan;
    const asked = plan?.body.nodes.asked;
    return { input: plan?.input, output: asked?.kind === "task" ? asked.output : undefined };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Maestro is looked for where the agent's own file would find it. */
function toSource(file: string): string {
  const url = JSON.stringify(pathToFileURL(file).href);
  return `import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const { defineScore, input, task } = await import(pathToFileURL(createRequire(${url}).resolve("maestro-ts")).href);
const { default: agent } = await import(${url});
const given = input(agent.input);
const asked = task({ input: given, output: agent.output, run: () => null });
export default defineScore({ id: "agent", input: given, nodes: { asked } });
`;
}
