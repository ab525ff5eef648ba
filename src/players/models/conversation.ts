import type { ModelMessage } from "ai";
import { MaestroError } from "../../diagnostics/index.ts";
import { callTool } from "./call-tool.ts";
import type { ToolResult, ToolUse } from "./memory.ts";
import type { Again, Agent, AgentCall } from "./play-agent.ts";
import type { AnswerForm } from "./read-answer.ts";
import { type Model, speak } from "./speak.ts";

/** Calls of one step, when the agent says nothing. */
const MOST_TURNS = 10;
/** Further calls in which a model may mend an answer that does not fit. */
const REPAIRS = 2;

interface Asking {
  readonly agent: Agent;
  readonly call: AgentCall;
  /** Takes everything secret out of a JSON value. */
  readonly clean: (value: unknown) => unknown;
  /** The system message. */
  readonly instructions: string;
  readonly input: unknown;
  readonly form: AnswerForm;
}

/** The model that is asked, and its name for people, `provider/model`. */
interface Partner {
  readonly name: string;
  readonly model: Model;
}

interface Said {
  readonly text: string;
  /** Why it ended before the model was done, in words. */
  readonly cut?: string | undefined;
  /** Of an answer that was cut off: written down with what is said to it, or it would be read as a whole one later. */
  readonly unwritten?: readonly ModelMessage[];
}

/**
 * What is said to models, and what they say, until one has given an answer that fits. Each turn is durable before the
 * next: a model that takes over from another, and a process from one that died, goes on where that was.
 */
export class Conversation {
  readonly #asking: Asking;
  readonly #messages: ModelMessage[];
  #turns: number;
  #answers: number;
  #saidBy: string | undefined;

  constructor(asking: Asking) {
    this.#asking = asking;
    const { memory, again } = asking.call;
    const { messages, saidBy } = memory;
    this.#saidBy = saidBy;
    const input = { role: "user" as const, content: JSON.stringify(asking.input) ?? "null" };
    const refused = again?.refused ? [{ role: "user" as const, content: toRefusal(again.refused) }] : [];
    this.#messages = [input, ...refused, ...messages];
    this.#turns = messages.filter(({ role }) => role === "assistant").length;
    // After an answer that did not fit, what is wrong with it is said.
    this.#answers = messages.filter(({ role }) => role === "user").length;
  }

  /** The model that has said what models said last, in this process or one before it. */
  get saidBy(): string | undefined {
    return this.#saidBy;
  }

  /**
   * The answer, as the agent's output schema gives it back.
   * @throws MaestroError MR3089, MR3091 when none fits, MR3095 when the model does not stop calling tools; what its
   * provider throws
   */
  async answer(partner: Partner): Promise<unknown> {
    const { form } = this.#asking;
    let before = this.#saidBefore();
    for (;;) {
      await this.#callTools(partner);
      const said = before ?? (await this.#say(partner));
      before = undefined;
      // Calls that cannot be read are answered already.
      const isTold = this.#openCalls().length > 0 || this.#messages.at(-1)?.role === "tool";
      if (isTold && !said.unwritten) continue;
      const read = await this.#read(said);
      if ("value" in read) return read.value;
      const { problems } = read;
      const calls = ++this.#answers;
      if (calls > REPAIRS)
        throw new MaestroError("MR3091", { model: partner.name, problems, text: said.text, calls });
      const told = { role: "user" as const, content: toRepair(problems, form) };
      await this.#add([...(said.unwritten ?? []), told], partner);
    }
  }

  async #read({
    text,
    cut,
  }: Said): Promise<{ readonly value: unknown } | { readonly problems: readonly string[] }> {
    const { form, agent } = this.#asking;
    if (cut !== undefined) return { problems: [cut] };
    const read = form.read(text);
    if ("problem" in read) return { problems: [read.problem] };
    const fits = (await agent.code.checkOutput?.(read.value)) ?? read;
    if ("value" in fits) return fits;
    return {
      problems: fits.problems.map(({ path, detail }) => (path === "" ? detail : `${path}: ${detail}`)),
    };
  }

  /** Lets the model speak once. */
  async #say(partner: Partner): Promise<Said> {
    const { name, model } = partner;
    const { agent, call, instructions } = this.#asking;
    const { maxTurns = MOST_TURNS, temperature, maxTokens } = agent.plan;
    if (this.#turns >= maxTurns) throw new MaestroError("MR3095", { model: name, turns: this.#turns });
    this.#turns++;
    const { text, finish, messages } = await speak(model, {
      instructions,
      messages: this.#messages,
      tools: agent.code.tools,
      temperature,
      maxTokens,
      signal: call.signal,
      onText: (piece) => call.onText(piece),
    });
    this.#saidBy = name;
    const cut = CUT[finish];
    if (cut !== undefined && !messages.some(hasCalls)) return { text, cut, unwritten: messages };
    if (messages.length > 0) await this.#add(messages, partner);
    return { text, cut };
  }

  /** The answer with which an earlier process ended: it was paid for, so it is read, and not asked for again. */
  #saidBefore(): Said | undefined {
    const last = this.#messages.at(-1);
    if (last?.role !== "assistant" || this.#openCalls().length > 0) return undefined;
    const parts = typeof last.content === "string" ? [] : last.content;
    return { text: parts.map((part) => (part.type === "text" ? part.text : "")).join("") };
  }

  async #add(messages: readonly ModelMessage[], { name }: Partner): Promise<void> {
    await this.#asking.call.memory.say(messages, this.#saidBy ?? name);
    this.#messages.push(...messages);
  }

  async #callTools(partner: Partner): Promise<void> {
    const { agent, call, clean } = this.#asking;
    const calling = { tools: agent.code.tools, call, clean };
    const open = this.#openCalls();
    if (open.length === 0) return;
    const results = await Promise.all(
      open.map(async (use) => toResultPart(use, await callTool(use, calling))),
    );
    await this.#add([{ role: "tool", content: results }], partner);
  }

  /** The tools that the model has called last and that have not been answered. */
  #openCalls(): ToolUse[] {
    const last = this.#messages.findLastIndex(({ role }) => role === "assistant");
    const content = this.#messages[last]?.content;
    if (last < 0 || !Array.isArray(content)) return [];
    const answered = new Set(
      this.#messages
        .slice(last + 1)
        .flatMap(({ role, content: parts }) => (role === "tool" && Array.isArray(parts) ? parts : []))
        .flatMap((part) => ("toolCallId" in part ? [part.toolCallId] : [])),
    );
    return content.flatMap((part) =>
      part.type === "tool-call" && !answered.has(part.toolCallId)
        ? [
            {
              id: `${last}/${part.toolCallId}`,
              callId: part.toolCallId,
              tool: part.toolName,
              input: part.input,
            },
          ]
        : [],
    );
  }
}

const CUT: Readonly<Record<string, string>> = {
  length: "it was cut off where the most tokens were reached",
  "content-filter": "the provider held it back",
};

function hasCalls({ content }: ModelMessage): boolean {
  return typeof content !== "string" && content.some(({ type }) => type === "tool-call");
}

function toResultPart({ callId, tool: toolName }: ToolUse, result: ToolResult) {
  const output =
    "error" in result
      ? { type: "error-text" as const, value: result.error }
      : typeof result.output === "string"
        ? { type: "text" as const, value: result.output }
        : { type: "json" as const, value: result.output as never };
  return { type: "tool-result" as const, toolCallId: callId, toolName, output };
}

function toRefusal({ by, score, min, why }: NonNullable<Again["refused"]>): string {
  const said = why === undefined ? "" : `\nWhat was said of it: ${why}`;
  return `Another answer to this was not good enough: ${by} gave it ${score} of 1, and ${min} is the least.${said}\nGive a better one.`;
}

function toRepair(problems: readonly string[], { schema }: AnswerForm): string {
  const wrong = problems.map((problem) => `- ${problem}`).join("\n");
  const wanted = schema
    ? `Answer again, with nothing but JSON that fits this schema:\n${JSON.stringify(schema)}`
    : "Answer again.";
  return `That answer does not fit:\n${wrong}\n${wanted}`;
}
