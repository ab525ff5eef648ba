import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { onTestFinished } from "vitest";
import { MaestroError } from "../../src/diagnostics/index.ts";
import type { OutsideCall } from "../../src/players/outside-call.ts";

/** How long a test waits for a fact on a machine that has much else to do. */
export const SOON = { timeout: 10_000 };

/** What a server on loopback was asked. It is gone after the test. */
export interface Heard {
  /** `127.0.0.1:12345` */
  readonly host: string;
  readonly port: number;
  readonly requests: Asked[];
  /** The connections that are open now. */
  readonly open: ReadonlySet<Socket>;
  /** How many there were in all. */
  readonly connections: () => number;
}
interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Answers each request once its body is there. */
export function serve(answer: RequestListener, create = createServer): Promise<Heard> {
  const requests: Asked[] = [];
  const server = create(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url = "", headers } = request;
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(request, response);
  });
  return listen(server, requests);
}

/** Speaks whatever `speak` writes to each connection. */
export function serveRaw(speak: (socket: Socket) => void): Promise<Heard> {
  return listen(createSocketServer(speak), []);
}

async function listen(server: Server, requests: Asked[]): Promise<Heard> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections++;
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, port, requests, open, connections: () => connections };
}

/** A call as the engine makes it, to hosts on loopback. */
export function callWith(
  changes: Partial<Omit<OutsideCall, "settings">> & { readonly settings?: Partial<OutsideCall["settings"]> },
) {
  const logged: [message: string, data: unknown][] = [];
  const settings = { allowHosts: [], allowPrivate: true, root: tmpdir(), ...changes.settings };
  const call: OutsideCall = {
    input: {},
    signal: new AbortController().signal,
    idempotencyKey: "run_1/leads",
    secrets: new Map(),
    log: (message, data) => logged.push([message, data]),
    ...changes,
    settings,
  };
  return Object.assign(call, { logged });
}

/** The failure that `played` ends with. */
export async function failureOf(played: Promise<unknown>): Promise<MaestroError> {
  const error = await played.then(
    (value) => new Error(`it went well: ${JSON.stringify(value)?.slice(0, 200)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof MaestroError) return error;
  throw error;
}
