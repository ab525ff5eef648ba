import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What the server was asked. */
export interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly messages: readonly {
      readonly role: string;
      readonly content: unknown;
      readonly tool_call_id?: string;
    }[];
    readonly tools?: readonly { readonly function: { readonly name: string } }[];
    readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: unknown } };
    readonly [setting: string]: unknown;
  };
}

/** What it says. */
export type Reply =
  /** A text, or anything else as JSON. */
  | {
      readonly says: unknown;
      /** `null`: it says nothing of that. */
      readonly usage?: Usage | null;
      readonly breaksAfter?: number;
      readonly hangs?: true;
    }
  | { readonly calls: readonly { readonly tool: string; readonly with: unknown }[]; readonly usage?: Usage }
  | { readonly status: number; readonly headers?: Record<string, string>; readonly message?: string }
  /** Anything at all. */
  | { readonly raw: (response: ServerResponse) => void };

interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
  readonly reasoning?: number;
}

/** A server that speaks OpenAI's chat protocol as providers do: a stream of events, tools, usage, errors. */
export async function serveModels(reply: (asked: Asked, nth: number) => Reply) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = { headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) } as Asked;
      asked.push(one);
      send(reply(one, asked.length), one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked };
}

function send(reply: Reply, { body: { model } }: Asked, response: ServerResponse): void {
  if ("raw" in reply) return reply.raw(response);
  if ("status" in reply) {
    const { status, headers = {}, message = "no" } = reply;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ error: { message, type: "error" } }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const event = (data: unknown) => response.write(`data: ${JSON.stringify(data)}\n\n`);
  const chunk = (delta: unknown, finish: string | null = null) =>
    event({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  chunk({ role: "assistant", content: "" });
  if ("calls" in reply) {
    for (const [index, { tool, with: input }] of reply.calls.entries()) {
      const text = typeof input === "string" ? input : JSON.stringify(input);
      const [first, second] = [text.slice(0, text.length / 2), text.slice(text.length / 2)];
      const call = {
        index,
        id: `call_${index}`,
        type: "function",
        function: { name: tool, arguments: first },
      };
      chunk({ tool_calls: [call] });
      chunk({ tool_calls: [{ index, function: { arguments: second } }] });
    }
  } else {
    const text = typeof reply.says === "string" ? reply.says : JSON.stringify(reply.says);
    for (let at = 0; at < text.length; at += 8) {
      if (reply.breaksAfter !== undefined && at >= reply.breaksAfter) {
        if (!reply.hangs) response.destroy();
        return;
      }
      chunk({ content: text.slice(at, at + 8) });
    }
    if (reply.hangs) return;
  }
  chunk({}, "calls" in reply ? "tool_calls" : "stop");
  if (reply.usage === null) return void response.end("data: [DONE]\n\n");
  const { input = 10, output = 5, cached = 0, reasoning = 0 } = reply.usage ?? {};
  event({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model,
    choices: [],
    usage: {
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: { reasoning_tokens: reasoning },
    },
  });
  response.end("data: [DONE]\n\n");
}
