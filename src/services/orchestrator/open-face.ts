import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge, Registry } from "prom-client";
import { MaestroError } from "../../diagnostics/maestro-error.ts";

/** One number, or one for each value of a label. */
export type Reading = number | { readonly by: string; readonly values: Readonly<Record<string, number>> };

/** What is read each time somebody asks, by its name: `maestro_queued_runs`; with a help text. */
export type Readings = Readonly<Record<string, { readonly help: string; readonly is: Reading }>>;

export interface FaceOptions {
  /** On 127.0.0.1; 0: one that is free. */
  readonly port: number;
  readonly read: () => Promise<Readings>;
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
const NS_PER_S = 1e9;

/**
 * Answers on loopback: `GET /healthz` and, in Prometheus' format, `GET /metrics`. It changes nothing, and knows nobody.
 * @throws MaestroError MR1019 when it cannot listen there
 */
export async function openFace({ port, read }: FaceOptions): Promise<Face> {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const server = createServer({
    maxHeaderSize: HEADER_BYTES,
    requestTimeout: ASKING_MS,
    headersTimeout: ASKING_MS,
  });
  server.maxConnections = CONNECTIONS;
  server.on("request", (request, response) => {
    const own = (server.address() as AddressInfo).port;
    answer(request, response, { own, read, delay }).catch(() => end(response, 500, "it could not be read\n"));
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
  readonly own: number;
  readonly delay: ReturnType<typeof monitorEventLoopDelay>;
}

async function answer(
  { method, url = "/", headers }: IncomingMessage,
  response: ServerResponse,
  { own, read, delay }: Answering,
): Promise<void> {
  // A page in a browser must not reach it under another name, or from another place.
  const hosts = [`${LOOPBACK}:${own}`, `localhost:${own}`];
  if (!hosts.includes(headers.host ?? "")) return end(response, 421, "it is not here under that name\n");
  if (headers.origin !== undefined) return end(response, 403, "pages may not ask\n");
  if (method !== "GET" && method !== "HEAD") return end(response, 405, "only GET\n");
  const { pathname } = new URL(url, `http://${hosts[0]}`);
  if (pathname === "/healthz") return end(response, 200, "ok\n");
  if (pathname !== "/metrics") return end(response, 404, "there are /healthz and /metrics\n");
  const registry = toRegistry({ ...(await read()), ...readingsOf(delay) });
  response.setHeader("content-type", registry.contentType);
  end(response, 200, await registry.metrics());
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
