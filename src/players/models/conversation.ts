import { type LanguageModel, type ModelMessage, stepCountIs, streamText } from "ai";
import { MaestroError } from "../../diagnostics/index.ts";
import { toTools } from "./call-tool.ts";
import type { Agent, AgentCall } from "./play-agent.ts";
import type { AnswerForm } from "./read-answer.ts";

/** Calls of one step, when the agent says nothing. */
const MOST_TURNS = 10;
/** Further calls in which a model may mend an answer that does not fit. */
const REPAIRS = 2;

interface Asking {
  readonly agent: Agent;
  readonly call: AgentCall;
  /** The system message. */
  readonly instructions: string;
  readonly input: unknown;
  readonly form: AnswerForm;
  /** `provider/model`, for people. */
  readonly name: string;
  readonly model: LanguageModel;
}

interface Said {
  readonly text: string;
  /** Why it ended before the model was done, in words. */
  readonly cut: string | undefined;
}

/** What is said to one model, and what it says, until it has given an answer that fits. */
export class Conversation {
  readonly #asking: Asking;
  readonly #messages: ModelMessage[];
  #turns = 0;

  constructor(asking: Asking) {
    this.#asking = asking;
    this.#messages = [{ role: "user", content: JSON.stringify(asking.input) ?? "null" }];
  }

  /**
   * The answer, as the agent's output schema gives it back.
   * @throws MaestroError MR3091 when none fits, MR3095 when it does not stop calling tools; what the model's provider throws
   */
  async answer(): Promise<unknown> {
    const { form, name } = this.#asking;
    for (let calls = 1; ; calls++) {
      const said = await this.#say();
      const read = await this.#read(said);
      if ("value" in read) return read.value;
      const { problems } = read;
      if (calls > REPAIRS)
        throw new MaestroError("MR3091", { model: name, problems, text: said.text, calls });
      this.#messages.push({ role: "user", content: toRepair(problems, form) });
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

  /** Lets the model speak, with the tools it calls, until it has said something. */
  async #say(): Promise<Said> {
    const { agent, call, instructions, name, model } = this.#asking;
    const { plan, code } = agent;
    const left = (plan.maxTurns ?? MOST_TURNS) - this.#turns;
    if (left <= 0) throw new MaestroError("MR3095", { model: name, turns: this.#turns });
    const stream = streamText({
      model,
      instructions,
      messages: this.#messages,
      abortSignal: call.signal,
      maxRetries: 0,
      stopWhen: stepCountIs(left),
      // They come with the stream.
      onError: () => {},
      ...(code.tools.length > 0 ? { tools: toTools(code.tools, call) } : {}),
      ...(plan.temperature === undefined ? {} : { temperature: plan.temperature }),
      ...(plan.maxTokens === undefined ? {} : { maxOutputTokens: plan.maxTokens }),
    });
    let finish: string | undefined;
    for await (const part of stream.fullStream) {
      if (part.type === "text-delta") call.onText(part.text);
      else if (part.type === "finish-step") this.#turns++;
      else if (part.type === "finish") finish = part.finishReason;
      else if (part.type === "error") throw part.error;
      else if (part.type === "abort") throw call.signal.reason;
    }
    if (finish === "tool-calls") throw new MaestroError("MR3095", { model: name, turns: this.#turns });
    this.#messages.push(...(await stream.response).messages);
    return { text: await stream.text, cut: CUT[finish ?? ""] };
  }
}

const CUT: Readonly<Record<string, string>> = {
  length: "it was cut off where the most tokens were reached",
  "content-filter": "the provider held it back",
};

function toRepair(problems: readonly string[], { schema }: AnswerForm): string {
  const wrong = problems.map((problem) => `- ${problem}`).join("\n");
  const wanted = schema
    ? `Answer again, with nothing but JSON that fits this schema:\n${JSON.stringify(schema)}`
    : "Answer again.";
  return `That answer does not fit:\n${wrong}\n${wanted}`;
}
