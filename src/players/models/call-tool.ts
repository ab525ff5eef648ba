import { MaestroError } from "../../diagnostics/index.ts";
import type { Problem, ToolCode } from "../../plan/index.ts";
import { toReadable } from "../../support/duration.ts";
import { toReason } from "../../support/to-reason.ts";
import { toStored } from "../../support/to-stored.ts";
import { cutBytes } from "./cut-bytes.ts";
import type { ToolResult, ToolUse } from "./memory.ts";
import type { AgentCall } from "./play-agent.ts";

/** What a tool may say of its failure. */
const MOST_ERROR_BYTES = 4 * 1024;

/** Of the step that calls tools, what they need to know. */
export interface ToolCalling {
  readonly tools: readonly ToolCode[];
  readonly call: AgentCall;
  /** Takes everything secret out of a JSON value. */
  readonly clean: (value: unknown) => unknown;
}

/**
 * Calls a tool once. What an earlier process knows of this call counts: its result is given, and one with effects that
 * was at work when that process ended is not called again. The arguments are the model's: they are checked before
 * anything runs. What is wrong with them, and what the tool throws, is told to the model, which may do better. Every call
 * is written down, those that were refused as well, without secrets.
 * @throws MaestroError MR3089, and what is wrong with the server of a tool, which is not for the model
 */
export async function callTool(use: ToolUse, calling: ToolCalling): Promise<ToolResult> {
  const { tools, call, clean } = calling;
  const { memory } = call;
  const past = memory.tools.get(use.id);
  if (past?.result) return past.result;
  const written = { ...use, input: clean(use.input) };
  const tool = tools.find(({ name }) => name === use.tool);
  if (past && tool?.effects) throw effectUnknown(tool, written);
  const end = async (result: ToolResult) => {
    await memory.end(written, result);
    call.onTool(written, result);
    return result;
  };
  const ready = await prepare(tool, use.input);
  if ("refused" in ready) return end({ error: clean(ready.refused) as string, isRefused: true });
  // Its attempt may have ended while the arguments were looked at: nothing begins after that.
  call.signal.throwIfAborted();
  if (ready.tool.effects) call.onEffect();
  await memory.begin(written);
  const startedAt = call.now();
  const result = await perform(ready, use, calling).catch(async (error: unknown) => {
    if (isInterrupted(error)) throw effectUnknown(ready.tool, written);
    // Of one with effects it stays unknown what it did.
    if (!ready.tool.effects) await end({ error: (error as Error).message });
    throw error;
  });
  // What a call gives up for being told to end is not its result.
  if (call.signal.aborted && "error" in result) throw call.signal.reason;
  return end({ ...result, durationMs: Math.max(0, call.now() - startedAt) });
}

type Ready = { readonly tool: ToolCode; readonly input: unknown };

/** A tool and the arguments it is called with, or why it is not. */
async function prepare(
  tool: ToolCode | undefined,
  given: unknown,
): Promise<Ready | { readonly refused: string }> {
  if (!tool) return { refused: "there is no tool of that name" };
  const fits = await tool.checkInput(given);
  if ("problems" in fits) return { refused: `the arguments do not fit: ${toText(fits.problems)}` };
  const refusal = await tool.refusal?.(fits.value);
  return refusal === undefined ? { tool, input: fits.value } : { refused: `refused: ${refusal}` };
}

/** Its result, made fit for the model and the journal; it throws only what nobody knows the end of. */
async function perform(
  { tool, input }: Ready,
  { id }: ToolUse,
  { call, clean }: ToolCalling,
): Promise<ToolResult> {
  const { casting } = call;
  if (casting) return casting.understudy.tool({ tool: tool.name, input }, casting.role);
  try {
    const secrets = Object.fromEntries(tool.secrets.map((name) => [name, call.secrets[name]!]));
    const idempotencyKey = `${call.idempotencyKey}/${id}`;
    const made = await inTime(tool, call.signal, (signal) =>
      tool.run({ input, secrets, signal, idempotencyKey }),
    );
    const fits = (await tool.checkOutput?.(made)) ?? { value: made };
    if ("problems" in fits) return { error: `its result does not fit: ${clean(toText(fits.problems))}` };
    const stored = toStored(fits.value ?? null);
    if ("found" in stored) return { error: `its result is no JSON: ${stored.found}` };
    return { output: capped(clean(stored.value), tool.maxResultBytes) };
  } catch (error) {
    if (error instanceof MaestroError || (tool.effects && isInterrupted(error))) throw error;
    const said = error instanceof Error ? error.message : toReason(error);
    return { error: cutBytes(clean(said) as string, MOST_ERROR_BYTES) };
  }
}

/** What `act` brings, or that it took too long: then it is told to end, and whatever it still brings is too late. */
async function inTime<T>(
  { timeoutMs, effects }: ToolCode,
  outer: AbortSignal,
  act: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const own = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const unknown = effects ? "; nobody knows whether it took effect" : "";
      const error = new Error(`it took longer than ${toReadable(timeoutMs)} and was told to end${unknown}`);
      reject(error);
      own.abort(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([act(AbortSignal.any([outer, own.signal])), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A value of at most so many bytes as JSON; the beginning of a larger one, as a text. */
function capped(value: unknown, maxBytes: number): unknown {
  const json = JSON.stringify(value);
  if (Buffer.byteLength(json) <= maxBytes) return value;
  return cutBytes(typeof value === "string" ? value : json, maxBytes);
}

/** Its process ended with the call in it. */
function isInterrupted(error: unknown): boolean {
  return error instanceof Error && (error as { isInterrupted?: unknown }).isInterrupted === true;
}

function effectUnknown({ name }: ToolCode, { input }: ToolUse): MaestroError {
  return new MaestroError("MR3089", { tool: name, input: JSON.stringify(input) });
}

function toText(problems: readonly Problem[]): string {
  return problems.map(({ path, detail }) => (path === "" ? detail : `${path}: ${detail}`)).join("; ");
}
