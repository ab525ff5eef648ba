import { jsonSchema, type ToolSet, tool } from "ai";
import type { ToolCode } from "../../plan/index.ts";
import type { AgentCall } from "./play-agent.ts";

/** An agent's tools as the library calls them. */
export function toTools(tools: readonly ToolCode[], call: AgentCall): ToolSet {
  return Object.fromEntries(
    tools.map((one) => [
      one.name,
      tool({
        description: one.description,
        inputSchema: jsonSchema(one.input as never),
        execute: (input: unknown) => callTool(one, input, call),
      }),
    ]),
  );
}

/**
 * The arguments are the model's: they are checked before anything runs. What is wrong with them, and what the tool
 * throws, is told to the model, which may do better.
 */
async function callTool(
  { name, run, checkInput }: ToolCode,
  input: unknown,
  call: AgentCall,
): Promise<unknown> {
  const fits = await checkInput(input);
  if ("problems" in fits) {
    const problems = fits.problems.map(({ path, detail }) => (path === "" ? detail : `${path}: ${detail}`));
    call.log(`tool "${name}" was called with arguments that do not fit`, { input, problems });
    throw new Error(`the arguments do not fit: ${problems.join("; ")}`);
  }
  const startedAt = call.now();
  try {
    const output = (await run({ input: fits.value, signal: call.signal })) ?? null;
    call.log(`tool "${name}"`, { input: fits.value, output, durationMs: call.now() - startedAt });
    return output;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    call.log(`tool "${name}" failed: ${message}`, { input: fits.value, durationMs: call.now() - startedAt });
    throw error;
  }
}
