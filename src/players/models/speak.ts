import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import type { ModelMessage } from "ai";
import type { ToolCode } from "../../plan/index.ts";

type Part = LanguageModelV4StreamPart;
type Content = Exclude<Extract<ModelMessage, { role: "assistant" }>["content"], string>[number];

/** A model that can be asked. */
export interface Model {
  /** @throws what its provider throws; so does going through what it says */
  ask(params: LanguageModelV4CallOptions): Promise<AsyncIterable<Part>>;
}

interface Speaking {
  readonly instructions: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ToolCode[];
  readonly temperature: number | undefined;
  readonly maxTokens: number | undefined;
  readonly signal: AbortSignal;
  /** Each piece of text as it comes. */
  readonly onText: (text: string) => void;
}

/** What a model has said in one call. */
export interface Spoken {
  readonly text: string;
  /** Why it ended: `stop`, `length`, `tool-calls` and the like. */
  readonly finish: string;
  /** To be kept: what it said, and what was wrong with calls of tools that cannot be read. */
  readonly messages: readonly ModelMessage[];
}

/**
 * Lets a model speak once. By the providers' own interface, and not the library's `streamText`: that costs 2 ms a
 * call for a loop, events and parsing of its own, of which nothing is needed here.
 */
export async function speak(model: Model, speaking: Speaking): Promise<Spoken> {
  const { tools, temperature, maxTokens, signal, onText } = speaking;
  const parts = await model.ask({
    prompt: toPrompt(speaking),
    abortSignal: signal,
    ...(tools.length > 0 ? { tools: tools.map(toFunction), toolChoice: { type: "auto" } } : {}),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
  });
  const said = new Said();
  for await (const part of parts) {
    if (part.type === "text-delta") onText(part.delta);
    said.take(part);
  }
  signal.throwIfAborted();
  if (said.finish === undefined) throw new Error("the stream ended before the answer did");
  return { text: said.text, finish: said.finish, messages: said.messages() };
}

/** What is said in one call, put together piece by piece. */
class Said {
  finish: string | undefined;
  text = "";
  readonly #content: Content[] = [];
  /** Texts and thoughts that have begun, by their ids. */
  readonly #open = new Map<string, { type: "text" | "reasoning"; text: string; providerOptions?: never }>();
  readonly #unread: { readonly toolCallId: string; readonly toolName: string; readonly why: string }[] = [];

  take(part: Part): void {
    switch (part.type) {
      case "text-start":
      case "reasoning-start":
      case "text-delta":
      case "reasoning-delta":
      case "text-end":
      case "reasoning-end":
        return this.#takeText(part);
      case "tool-call":
        return this.#takeCall(part);
      case "finish":
        this.finish = part.finishReason.unified;
        return;
      case "error":
        throw part.error;
      default:
        // Sources, files and what a provider tells of itself: nothing follows from them.
        return;
    }
  }

  #takeText(part: Extract<Part, { id: string }> & { delta?: string; providerMetadata?: unknown }): void {
    const type = part.type.startsWith("text") ? ("text" as const) : ("reasoning" as const);
    const key = `${type} ${part.id}`;
    let open = this.#open.get(key);
    if (!open || part.type.endsWith("-start")) {
      open = { type, text: "" };
      this.#open.set(key, open);
      this.#content.push(open);
    }
    const { delta = "", providerMetadata } = part;
    open.text += delta;
    if (type === "text") this.text += delta;
    // A thought's signature, which its provider wants back.
    if (providerMetadata !== undefined) open.providerOptions = providerMetadata as never;
  }

  #takeCall({ toolCallId, toolName, input, providerMetadata }: Extract<Part, { type: "tool-call" }>): void {
    const more = providerMetadata === undefined ? {} : { providerOptions: providerMetadata as never };
    const call = { type: "tool-call" as const, toolCallId, toolName, ...more };
    try {
      this.#content.push({ ...call, input: input.trim() === "" ? {} : JSON.parse(input) });
    } catch (error) {
      this.#content.push({ ...call, input });
      this.#unread.push({ toolCallId, toolName, why: (error as Error).message });
    }
  }

  messages(): ModelMessage[] {
    const content = this.#content.filter((part) => part.type !== "text" || part.text !== "");
    if (content.length === 0) return [];
    if (this.#unread.length === 0) return [{ role: "assistant", content }];
    const results = this.#unread.map(({ toolCallId, toolName, why }) => ({
      type: "tool-result" as const,
      toolCallId,
      toolName,
      output: { type: "error-text" as const, value: `the arguments are no JSON: ${why}` },
    }));
    return [
      { role: "assistant", content },
      { role: "tool", content: results },
    ];
  }
}

/** As providers take it: texts in parts, and what tools gave in one message. */
function toPrompt({ instructions, messages }: Speaking): LanguageModelV4Message[] {
  const prompt: LanguageModelV4Message[] =
    instructions === "" ? [] : [{ role: "system", content: instructions }];
  for (const { role, content } of messages) {
    const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
    const last = prompt.at(-1);
    if (role === "tool" && last?.role === "tool") last.content.push(...(parts as typeof last.content));
    else prompt.push({ role, content: [...parts] } as LanguageModelV4Message);
  }
  return prompt;
}

/** Without functions: tools are called by us, each written down before. */
function toFunction({ name, description, input }: ToolCode) {
  return { type: "function" as const, name, description, inputSchema: input as never };
}
