import { MaestroError } from "../../diagnostics/index.ts";
import type { AgentCode, AgentPlan, Problem, ToolCode } from "../../plan/index.ts";
import { checked } from "../checked.ts";
import type { McpSources } from "../mcp/mcp-sources.ts";
import { unaskedTool } from "../mcp/unasked-tool.ts";
import type { Casting } from "../understudies/understudy-model.ts";
import { Conversation } from "./conversation.ts";
import { Gateway } from "./gateway.ts";
import type { Memory, ToolResult, ToolUse } from "./memory.ts";
import type { ModelCall } from "./model-call.ts";
import type { ModelSettings } from "./model-settings.ts";
import type { Hold, Purse } from "./purse.ts";
import { toAnswerForm } from "./read-answer.ts";
import { chooseModels, type Routing } from "./routing/choose-models.ts";

/** One attempt at a step that asks a model, as its player sees it. */
export interface AgentCall {
  readonly input: unknown;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly models: ModelSettings;
  /** Whose tools agents may use besides their own. */
  readonly mcp: Pick<McpSources, "tools"> | undefined;
  readonly memory: Memory;
  /** A gate was not content with what was made before: which value this attempt makes, and why. */
  readonly again: Again | undefined;
  /** Absent: its models are asked as they are written. */
  readonly routing: Routing | undefined;
  /** Of the agent's tools, opened. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Takes those out of a JSON value. */
  readonly clean: (value: unknown) => unknown;
  /** The same when a conversation that was interrupted goes on. */
  readonly idempotencyKey: string;
  /** Who answers in place of models and tools; absent: they are asked. */
  readonly casting?: Casting | undefined;
  /** Who pays. Absent: nobody knows what anything costs. */
  readonly purse?: Purse | undefined;
  /** Each call of a model, however it ended; with what was held back for it, when it is the last that may use that. */
  onCall(call: ModelCall, hold: Hold | undefined): void;
  /** Each call of a tool that is over, however it ended. */
  onTool(use: ToolUse, result: ToolResult): void;
  /** A tool with effects is about to be called, or was before: this attempt is the last. */
  onEffect(): void;
  /** The model that gave the answer, when there is one. */
  onAnswer(model: string): void;
  /** What the model says, piece by piece as it comes. */
  onText(text: string): void;
  /** Writes a line to the run's log. `data` is JSON. */
  log(message: string, data: unknown): void;
}

/** Which value is made, from 2; how often better ones were asked for; and what was said of the one before. */
export interface Again {
  readonly round: number;
  readonly escalation: number;
  readonly refused?: {
    readonly gate: number;
    readonly by: string;
    readonly score: number;
    readonly min: number;
    readonly why?: string;
  };
}

/** An agent as its plan and its code say. */
export interface Agent {
  readonly id: string;
  readonly plan: AgentPlan;
  readonly code: AgentCode;
}

/**
 * Asks the agent's model, and those that stand in when it cannot be had, in their order.
 * @returns the answer, as the agent's output schema gives it back
 * @throws MaestroError MR3090 to MR3097, MR3003 when the input does not fit
 */
export async function playAgent(agent: Agent, call: AgentCall): Promise<unknown> {
  const { plan } = agent;
  const { again } = call;
  if (again)
    call.log(`value ${again.round}: a gate failed the one before`, {
      escalation: again.escalation,
      ...again.refused,
    });
  const code = await withServerTools(agent, call);
  const input = code.checkInput ? await checked(code.checkInput, call.input, inputRefused) : call.input;
  const instructions = await instructionsFor(agent, input);
  const form = toAnswerForm(plan.output);
  const gateway = Gateway.of(call.models);
  const { routing } = call;
  const log = call.log.bind(call);
  const inOrder = routing
    ? await chooseModels({ plan, routing, gateway, input, log, purse: call.purse })
    : [plan.model, ...(plan.fallback ?? [])].map((name) => gateway.fullName(name));
  const [first, ...others] = goingOnWith(call.memory.saidBy, inOrder);
  const clean = (value: unknown) => call.clean(gateway.clean(value));
  const own = new Set(agent.code.tools.map((tool) => tool.name));
  const serverTools = new Set(code.tools.flatMap((tool) => (own.has(tool.name) ? [] : [tool.name])));
  const conversation = new Conversation({
    agent: { ...agent, code },
    call,
    clean,
    instructions,
    input,
    form,
  });
  if (hasTakenEffect(call.memory, code.tools)) call.onEffect();
  const ask = async (name: string): Promise<unknown> => {
    try {
      const model = await gateway.model(name, {
        ...call,
        schema: form.schema,
        isRecorded: true,
        serverTools,
      });
      const answer = await conversation.answer({ name, model });
      // One that an earlier process was given is of the model that was asked there.
      call.onAnswer(conversation.saidBy ?? name);
      return answer;
    } catch (error) {
      throw gateway.toError(error, name, call.signal);
    }
  };
  let name = first!;
  for (const next of others) {
    try {
      return await ask(name);
    } catch (error) {
      if (!isUnavailable(error) || call.signal.aborted) throw error;
      call.log(`model "${name}" cannot be had: "${next}" is asked instead`, { why: error.message });
    }
    name = next;
  }
  return ask(name);
}

/** A conversation that was interrupted goes on with the model that had spoken, where that may be asked still. */
function goingOnWith(saidBy: string | undefined, models: readonly string[]): readonly string[] {
  if (saidBy === undefined || !models.includes(saidBy)) return models;
  return [saidBy, ...models.filter((model) => model !== saidBy)];
}

/** Loads the providers of these agents' models, and makes their clients, before a step asks for one. */
export async function warmModels(agents: Iterable<AgentPlan>, models: ModelSettings): Promise<void> {
  const gateway = Gateway.of(models);
  const names = new Set(
    [...agents].flatMap(({ model, tiers = [model] }) => tiers.map((name) => gateway.fullName(name))),
  );
  await Promise.all([...names].map((name) => gateway.warm(name)));
}

/** An agent's code with the tools of MCP servers that it names among its own. */
async function withServerTools({ id, plan, code }: Agent, { mcp, casting }: AgentCall): Promise<AgentCode> {
  const names = (plan.tools ?? []).filter((name) => !code.tools.some((known) => known.name === name));
  const [first] = names;
  if (first === undefined) return code;
  if (casting) return { ...code, tools: [...code.tools, ...names.map(unaskedTool)] };
  if (!mcp) throw new MaestroError("MR3097", { agent: id, tool: first, has: [] });
  return { ...code, tools: [...code.tools, ...(await mcp.tools(names, id))] };
}

/** Was a tool with effects called by an earlier process? */
function hasTakenEffect(memory: Memory, tools: readonly ToolCode[]): boolean {
  const names = new Set(tools.filter(({ effects }) => effects).map(({ name }) => name));
  return [...memory.tools.values()].some(
    ({ tool, result }) => names.has(tool) && !(result && "isRefused" in result),
  );
}

const UNAVAILABLE: ReadonlySet<string> = new Set(["MR3090", "MR3092", "MR3093", "MR3094"]);

/** Another model may well answer where this one was not reached; one that answered badly has answered. */
function isUnavailable(error: unknown): error is MaestroError {
  return error instanceof MaestroError && UNAVAILABLE.has(error.code);
}

function inputRefused(problems: readonly Problem[]): never {
  throw new MaestroError("MR3003", { problems });
}

async function instructionsFor({ id, plan, code }: Agent, input: unknown): Promise<string> {
  if (!code.instructions) return plan.instructions ?? "";
  let detail: string;
  try {
    // In another process they are a promise.
    const text = await code.instructions(input);
    if (typeof text === "string") return text;
    detail = `they gave ${text === null ? "null" : `a ${typeof text}`}, and have to be a text`;
  } catch (error) {
    detail = error instanceof Error ? error.message : String(error);
  }
  throw new MaestroError("MR3096", { agent: id, detail });
}
