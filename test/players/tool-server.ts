import type { ServerResponse } from "node:http";
import { serve } from "./endless-server.ts";

interface Message {
  readonly id?: number;
  readonly method?: string;
}

type Say = (response: ServerResponse, message: Message) => unknown;

/** An MCP server at an address, with one tool `read`, that does what it has to but for what `odd` says of some methods. */
export function serveTools(odd: Readonly<Record<string, Say>>): Promise<string> {
  const results: Readonly<Record<string, unknown>> = {
    initialize: {
      protocolVersion: "2025-06-18",
      capabilities: { tools: {} },
      serverInfo: { name: "far", version: "1.0.0" },
    },
    "tools/list": { tools: [{ name: "read", inputSchema: { type: "object" } }] },
  };
  return serve((asked, response, request) => {
    if (request.method !== "POST") return response.writeHead(405).end();
    const message = JSON.parse(asked) as Message;
    const { id, method = "" } = message;
    if (Object.hasOwn(odd, method)) return odd[method]!(response, message);
    return id === undefined ? response.writeHead(202).end() : answer(response, message, results[method]);
  });
}

/** What was asked for, as JSON. */
export function answer(response: ServerResponse, { id }: Message, result: unknown): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
}
