import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { Readable } from "node:stream";
import { MaestroError } from "../../diagnostics/index.ts";
import { capBody } from "../cap-body.ts";
import { findAddresses } from "../http/find-addresses.ts";
import { httpWorld } from "../http/world.ts";
import { MOST_MESSAGE_BYTES, TOO_LARGE } from "./message-limit.ts";

const HEAD_BYTES = 16 * 1024;
const CONNECT_MS = 30_000;
const EVENTS = /^\s*text\/event-stream\b/i;
/** Answers that have no body. */
const EMPTY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * `fetch` under the rules of `http` nodes: every address of the host is looked at, and the connection goes to one of those. It
 * follows no redirect. Its answer may take its time: a server may have nothing to say for long, and then go on for ever.
 * @param onTooLarge told of a message that is larger than any may be; its body ends there
 * @throws MaestroError MR3084 when an address is not public and that is not allowed
 */
export function guardedFetch(
  server: string,
  { allowPrivate, onTooLarge }: { readonly allowPrivate: boolean; readonly onTooLarge: () => void },
) {
  return async (to: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(to);
    const addresses = await findAddresses(url, httpWorld, { allowPrivate }).catch((error: unknown) => {
      if (!(error instanceof MaestroError) || error.code !== "MR3013") throw error;
      throw new MaestroError("MR3084", { server, ...(error as MaestroError<"MR3013">).facts });
    });
    init.signal?.throwIfAborted();
    const lookup: LookupFunction = (_host, { all }, done) =>
      all ? done(null, [...addresses]) : done(null, addresses[0]!.address, addresses[0]!.family);
    const answer = await send(url, init, lookup);
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers))
      for (const one of [value].flat()) if (one !== undefined) headers.append(name, one);
    const status = answer.statusCode!;
    if (EMPTY.has(status)) {
      answer.resume();
      return new Response(null, { status, headers });
    }
    const isStream = EVENTS.test(headers.get("content-type") ?? "");
    const body = capBody(Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>, {
      mostBytes:
        isStream && status === 200 && isAnswered(init) ? Number.POSITIVE_INFINITY : MOST_MESSAGE_BYTES,
      mostEventBytes: MOST_MESSAGE_BYTES,
      tooLarge() {
        onTooLarge();
        return new Error(TOO_LARGE);
      },
    });
    return new Response(body, { status, headers });
  };
}

/** Is anything waited for? What comes back of a message that only tells something is read as a whole, and forgotten. */
function isAnswered({ method = "GET", body }: RequestInit): boolean {
  return method === "GET" || (typeof body === "string" && Object.hasOwn(JSON.parse(body), "id"));
}

function send(url: URL, { method = "GET", headers, body, signal }: RequestInit, lookup: LookupFunction) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  const text = typeof body === "string" ? body : undefined;
  const sent = request(url, {
    method,
    headers: Object.fromEntries(new Headers(headers)),
    agent: false,
    lookup,
    maxHeaderSize: HEAD_BYTES,
    ...(signal ? { signal } : {}),
  });
  const timer = setTimeout(() => sent.destroy(new Error("it could not be connected to in time")), CONNECT_MS);
  sent.once("socket", (socket) => {
    socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => clearTimeout(timer));
  });
  sent.once("error", (error) => {
    clearTimeout(timer);
    reject(error);
  });
  sent.once("response", resolve);
  sent.end(text);
  return promise;
}
