import { fromJsonSchema, type Tool } from "@modelcontextprotocol/client";
import type { Checked, JsonSchema, ToolCode } from "../../plan/index.ts";
import { cutBytes } from "../models/cut-bytes.ts";
import type { McpServer } from "./mcp-server.ts";
import { toolName } from "./tool-name.ts";

const MAX_RESULT_BYTES = 64 * 1024;
const MOST_DESCRIPTION_BYTES = 8 * 1024;

/**
 * A server's tool as one of ours. It counts as one with effects unless its server says that it only reads: what is not
 * said is taken for the worse.
 */
export function toToolCode(server: McpServer, tool: Tool): ToolCode {
  const { name, title, description, inputSchema, annotations } = tool;
  return {
    name: toolName(`${server.name}/${name}`),
    description: cutBytes(description ?? title ?? name, MOST_DESCRIPTION_BYTES),
    effects: annotations?.readOnlyHint !== true,
    input: inputSchema as JsonSchema,
    timeoutMs: server.timeoutMs,
    maxResultBytes: MAX_RESULT_BYTES,
    secrets: [],
    checkInput: toCheck(inputSchema),
    run: ({ input, signal }) => server.call({ name, input: Object(input), signal }),
  };
}

/** Looks at arguments by the server's schema; by one that cannot be used only that they are an object. */
function toCheck(inputSchema: Tool["inputSchema"]): ToolCode["checkInput"] {
  let schema: ReturnType<typeof fromJsonSchema> | undefined;
  try {
    schema = fromJsonSchema(inputSchema as never);
  } catch {
    schema = undefined;
  }
  return async (value): Promise<Checked> => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return { problems: [{ path: "", detail: "they have to be an object", type: typeof value }] };
    const looked = await schema?.["~standard"].validate(value);
    if (!looked?.issues) return { value };
    const problems = looked.issues.map(({ message, path = [] }) => ({
      path: path.map((part) => String(typeof part === "object" ? part.key : part)).join("."),
      detail: message,
      type: "",
    }));
    return { problems };
  };
}
