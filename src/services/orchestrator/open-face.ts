import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge, Registry } from "prom-client";
import { MaestroError } from "../../diagnostics/maestro-error.ts";
import type { Answer, Call } from "../webhooks/webhooks.ts";

/** One number, or one for each value of a label. */
export type Reading = number | { readonly by: string; readonly values: Readonly<Record<string, number>> };

/** What is read each time somebody asks, by its name: `maestro_queued_runs`; with a help text. */
export type Readings = Readonly<Record<string, { readonly help: string; readonly is: Reading }>>;

export interface FaceOptions {
  /** On 127.0.0.1; 0: one that is free. */
  readonly port: number;
  readonly read: () => Promise<Readings>;
  /** Takes a call of a webhook. Default: nobody does. */
  readonly receive?: (call: Call) => Promise<Answer>;
  /** How long somebody may take to ask. Default 15 s. */
  readonly askingMs?: number;
}

export interface Face {
  readonly port: number;
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";
/** Of what somebody may say before the answer. */
const HEADER_BYTES = 16_384;
const ASKING_MS = 15_000;
const CONNECTIONS = 200;
/** How often it is looked whether somebody takes too long to ask. */
const LOOK_MS = 5_000;
const BODY_BYTES = 1_048_576;
/** Who is told to come again is told when. */
const AGAIN_S = 30;
const NS_PER_S = 1e9;

/**
 * Answers on loopback: `GET /healthz` and, in Prometheus' format, `GET /metrics`, which change nothing, and `POST /hooks/<id>`,
 * whose sender has to have signed it. It knows nobody.
 * @throws MaestroError MR1019 when it cannot listen there
 */
export async function openFace({ port, read, receive, askingMs = ASKING_MS }: FaceOptions): Promise<Face> {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const server = createServer({
    maxHeaderSize: HEADER_BYTES,
    requestTimeout: askingMs,
    headersTimeout: askingMs,
    connectionsCheckingInterval: Math.min(LOOK_MS, askingMs),
  });
  server.maxConnections = CONNECTIONS;
  server.on("request", (request, response) => {
    const own = (server.address() as AddressInfo).port;
    answer(request, response, { own, read, receive, delay }).catch(() =>
      end(response, 500, "it could not be read\n"),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new MaestroError("MR1019", { port, reason: cause.message }, { cause })),
    );
    server.listen(port, LOOPBACK, resolve);
  });
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      delay.disable();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answering extends Pick<FaceOptions, "read"> {
  readonly receive: FaceOptions["receive"] | undefined;
  readonly own: number;
  readonly delay: ReturnType<typeof monitorEventLoopDelay>;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { own, read, receive, delay }: Answering,
): Promise<void> {
  const { method, url = "/", headers } = request;
  // A page in a browser must not reach it under another name, or from another place.
  const hosts = [`${LOOPBACK}:${own}`, `localhost:${own}`];
  if (!hosts.includes(headers.host ?? "")) return end(response, 421, "it is not here under that name\n");
  if (headers.origin !== undefined) return end(response, 403, "pages may not ask\n");
  const path = URL.parse(url, `http://${LOOPBACK}`)?.pathname;
  const to = path?.match(/^\/hooks\/([\w-]+)$/)?.[1];
  if (to !== undefined && receive) {
    if (method !== "POST") return end(response, 405, "only POST\n");
    return endCall(response, await receive({ to, headers, read: () => bodyOf(request) }));
  }
  if (method !== "GET" && method !== "HEAD") return end(response, 405, "only GET\n");
  if (path === "/healthz") return end(response, 200, "ok\n");
  if (path !== "/metrics") return end(response, 404, "there are /healthz and /metrics\n");
  const registry = toRegistry({ ...(await read()), ...readingsOf(delay) });
  response.setHeader("content-type", registry.contentType);
  end(response, 200, await registry.metrics());
}

/** What does not fit is not kept. */
async function bodyOf(request: IncomingMessage): ReturnType<Call["read"]> {
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES) return "too large";
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > BODY_BYTES) return "too large";
      parts.push(part);
    }
  } catch {
    return "cut off";
  }
  return Buffer.concat(parts);
}

function endCall(response: ServerResponse, { status, body }: Answer): void {
  response.setHeader("content-type", "application/json");
  if (status === 503) response.setHeader("retry-after", AGAIN_S);
  end(response, status, `${JSON.stringify(body)}\n`);
}

/** What every process has. */
function readingsOf(delay: Answering["delay"]): Readings {
  const p99 = delay.percentile(99) / NS_PER_S;
  delay.reset();
  return {
    maestro_loop_delay_seconds: {
      help: "By how much the event loop was late since the last reading, of 99 in 100.",
      is: Number.isFinite(p99) ? p99 : 0,
    },
    process_resident_memory_bytes: { help: "Memory of the orchestrator.", is: process.memoryUsage().rss },
  };
}

function toRegistry(readings: Readings): Registry {
  const registry = new Registry();
  for (const [name, { help, is }] of Object.entries(readings)) {
    if (typeof is === "number") {
      new Gauge({ name, help, registers: [registry] }).set(is);
      continue;
    }
    const gauge = new Gauge({ name, help, labelNames: [is.by], registers: [registry] });
    for (const [value, count] of Object.entries(is.values)) gauge.set({ [is.by]: value }, count);
  }
  return registry;
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  if (!response.hasHeader("content-type")) response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(text);
}
