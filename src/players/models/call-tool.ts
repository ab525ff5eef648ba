import { MaestroError } from "../../diagnostics/index.ts";
import type { ToolCode } from "../../plan/index.ts";
import { toStored } from "../../support/to-stored.ts";
import type { ToolResult, ToolUse } from "./memory.ts";
import type { AgentCall } from "./play-agent.ts";

/**
 * Calls a tool once. What an earlier process knows of this call counts: its result is given, and one with effects that
 * was at work when that process ended is not called again. The arguments are the model's: they are checked before
 * anything runs. What is wrong with them, and what the tool throws, is told to the model, which may do better.
 * @throws MaestroError MR3089
 */
export async function callTool(
  tools: readonly ToolCode[],
  use: ToolUse,
  call: AgentCall,
): Promise<ToolResult> {
  const { memory } = call;
  const past = memory.tools.get(use.id);
  if (past?.result) return past.result;
  const tool = tools.find(({ name }) => name === use.tool);
  if (!tool) return { error: `there is no tool "${use.tool}"` };
  if (past && tool.effects) {
    const input = JSON.stringify(use.input);
    throw new MaestroError("MR3089", { tool: tool.name, input });
  }
  const fits = await tool.checkInput(use.input);
  if ("problems" in fits) {
    const problems = fits.problems.map(({ path, detail }) => (path === "" ? detail : `${path}: ${detail}`));
    call.log(`tool "${tool.name}" was called with arguments that do not fit`, { input: use.input, problems });
    return { error: `the arguments do not fit: ${problems.join("; ")}` };
  }
  await memory.begin(use);
  const startedAt = call.now();
  const result = await perform(tool, fits.value, call);
  // What a call gives up for being told to end is not its result.
  if (call.signal.aborted && "error" in result) throw call.signal.reason;
  await memory.end(use, result);
  const facts = { input: fits.value, ...result, durationMs: call.now() - startedAt };
  call.log("error" in result ? `tool "${tool.name}" failed: ${result.error}` : `tool "${tool.name}"`, facts);
  return result;
}

async function perform({ run }: ToolCode, input: unknown, { signal }: AgentCall): Promise<ToolResult> {
  try {
    const stored = toStored((await run({ input, signal })) ?? null);
    return "found" in stored ? { error: `its result is no JSON: ${stored.found}` } : { output: stored.value };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
