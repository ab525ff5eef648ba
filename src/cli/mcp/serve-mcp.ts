import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { createMcpHandler, Server } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio as serveOverStdio } from "@modelcontextprotocol/server/stdio";
import { isSoundJson } from "../../support/is-sound-json.ts";
import { keptToken } from "./kept-token.ts";
import type { Offer, OfferedTool } from "./offer.ts";
import { whyRefused } from "./why-refused.ts";

/** Something that is served until somebody ends it. */
export interface Served {
  /** Resolves when whoever it was served to is gone. */
  readonly over: Promise<void>;
  close(): Promise<void>;
}

const MOST_BODY_BYTES = 1024 * 1024;
const MOST_HEAD_BYTES = 16 * 1024;
const ASKING_MS = 15_000;
const MOST_CONNECTIONS = 200;

/** Serves over the streams of this process. */
export function serveStdio(offer: Offer, warn: (line: string) => void): Served {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const transport = new StdioServerTransport();
  const handle = serveOverStdio(() => toServer(offer), {
    transport,
    onerror: ({ message }) => warn(message),
  });
  // The library's own handler has been set by now, and says the same to whoever it serves.
  const { onclose } = transport;
  transport.onclose = () => {
    onclose?.();
    resolve();
  };
  return { over, close: () => handle.close() };
}

/** Serves over HTTP, to this machine alone, and to whoever has the token. */
export async function serveHttp(
  offer: Offer,
  {
    port,
    tokenFile,
    warn,
  }: { readonly port: number; readonly tokenFile: string; readonly warn: (line: string) => void },
): Promise<Served & { readonly port: number }> {
  const token = keptToken(tokenFile);
  const handler = createMcpHandler(() => toServer(offer), {
    onerror: ({ message }) => warn(message),
    maxRequestBodySize: MOST_BODY_BYTES,
  });
  const server = createServer(
    { maxHeaderSize: MOST_HEAD_BYTES, requestTimeout: ASKING_MS },
    (request, response) => {
      const own = (server.address() as AddressInfo).port;
      const refused = whyRefused(request, { port: own, token });
      if (refused) return refuse(response, refused.status, refused.why);
      serve(request, response, (asked, parsedBody) => handler.fetch(asked, { parsedBody })).catch(
        (error: Error) => {
          warn(error.message);
          if (response.headersSent) response.destroy();
          else refuse(response, 500, "it could not be answered");
        },
      );
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, port);
  const { promise: over, resolve } = Promise.withResolvers<void>();
  return {
    port: (server.address() as AddressInfo).port,
    over,
    async close() {
      server.close();
      await handler.close();
      server.closeAllConnections();
      resolve();
    },
  };
}

function toServer(offer: Offer): Server {
  const server = new Server(
    { name: "maestro", version: offer.version },
    { capabilities: { tools: {} }, instructions: offer.instructions },
  );
  server.setRequestHandler("tools/list", async () => ({ tools: (await offer.tools()).map(toTool) }) as never);
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    const told: Promise<void>[] = [];
    const { value, isError } = await offer.call(params.name, params.arguments ?? {}, (progress, message) => {
      if (progressToken === undefined) return;
      const notification = {
        method: "notifications/progress" as const,
        params: { progressToken, progress, message },
      };
      // Whoever asked may be gone.
      told.push(mcpReq.notify(notification).catch(() => {}));
    });
    // What comes after the result is heard by nobody.
    await Promise.all(told);
    const text = JSON.stringify(value, null, 2);
    return { content: [{ type: "text", text }], structuredContent: value as never, isError };
  });
  return server;
}

function toTool({ name, title, description, input, isReadOnly }: OfferedTool) {
  const annotations = { readOnlyHint: isReadOnly };
  return { name, ...(title === undefined ? {} : { title }), description, inputSchema: input, annotations };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: Request, parsedBody: unknown) => Promise<Response>,
): Promise<void> {
  const { method = "GET" } = request;
  const body = method === "POST" ? await readBody(request) : undefined;
  if (body && "status" in body) return refuse(response, body.status, body.why);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    for (const one of [value].flat()) if (one !== undefined) headers.append(name, one);
  const asked = new Request(url, {
    method,
    headers,
    signal: gone.signal,
    ...(body ? { body: JSON.stringify(body.value) } : {}),
  });
  const answered = await answer(asked, body?.value);
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (!answered.body) return void response.end();
  Readable.fromWeb(answered.body as never)
    .on("error", () => response.destroy())
    .pipe(response);
}

async function readBody(
  request: IncomingMessage,
): Promise<{ readonly value: unknown } | { readonly status: number; readonly why: string }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BODY_BYTES) return { status: 413, why: `it is larger than ${MOST_BODY_BYTES} bytes` };
    chunks.push(chunk as Buffer);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return isSoundJson(value)
      ? { value }
      : { status: 400, why: "it is too deep, or has a key that is not taken" };
  } catch {
    return { status: 400, why: "it is no JSON" };
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ error: why }));
}

function listen(server: HttpServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}
