import type { LanguageModelV4CallOptions, LanguageModelV4Message } from "@ai-sdk/provider";
import type { JsonSchema } from "../../plan/index.ts";
import type { Question, Said } from "./understudy.ts";

/**
 * What a model is asked in one call. Ids, and what only providers read, are left out: the same is asked without them.
 * @param serverTools tools of MCP servers, as models call them: nobody knows more of them where no server is asked
 */
export function toQuestion(
  model: string,
  { prompt, tools = [] }: LanguageModelV4CallOptions,
  {
    schema,
    serverTools,
  }: { readonly schema: JsonSchema | undefined; readonly serverTools?: ReadonlySet<string> },
): Question {
  const instructions = prompt.flatMap((one) => (one.role === "system" ? [one.content] : []));
  return {
    model,
    instructions: instructions.join("\n"),
    said: prompt.flatMap(saidIn),
    schema,
    tools: tools.flatMap((tool) =>
      tool.type !== "function"
        ? []
        : serverTools?.has(tool.name)
          ? [{ name: tool.name, description: "", input: { type: "object" } }]
          : [{ name: tool.name, description: tool.description ?? "", input: tool.inputSchema as JsonSchema }],
    ),
  };
}

function saidIn(message: LanguageModelV4Message): Said[] {
  if (message.role === "system") return [];
  return message.content.flatMap((part): Said[] => {
    switch (part.type) {
      case "text":
        return part.text === "" ? [] : [{ by: message.role === "user" ? "user" : "model", text: part.text }];
      case "tool-call":
        return [{ by: "model", calls: part.toolName, with: part.input }];
      case "tool-result":
        return [{ by: "tool", tool: part.toolName, gave: part.output }];
      // What a model thinks by itself is not part of what is said.
      default:
        return [];
    }
  });
}
