import type { LookupAddress } from "node:dns";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import type { HttpRequest } from "./http-request.ts";
import type { HttpLimits } from "./limits.ts";
import { TooSlow } from "./too-slow.ts";

/** How one request is sent. */
interface Sending {
  /** Where to: the host's name is not looked up again. */
  readonly addresses: readonly LookupAddress[];
  readonly signal: AbortSignal;
  readonly limits: HttpLimits;
}

/**
 * Sends a request over a connection of its own, and gives the answer as soon as its head is there. Its body can be read
 * then; it fails when nothing comes for too long, or when the signal is set off. Whoever takes it has to destroy it.
 */
export function exchange(request: HttpRequest, sending: Sending): Promise<IncomingMessage> {
  const { limits } = sending;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = open(request, sending);
  let answer: IncomingMessage | undefined;
  const giveUp = (what: "connection" | "answer", ms: number) =>
    (answer ?? sent).destroy(new TooSlow(what, ms));
  let timer = setTimeout(giveUp, limits.connectMs, "connection", limits.connectMs);
  // The head as a whole has a time, too: one that comes letter by letter is never silent.
  const awaitHead = () => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, limits.idleMs, "answer", limits.idleMs);
  };
  sent.once("socket", (socket) => {
    socket.once(request.url.protocol === "https:" ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      socket.setTimeout(limits.idleMs, () => giveUp("answer", limits.idleMs));
      if (sent.writableFinished) awaitHead();
      else sent.once("finish", awaitHead);
    });
  });
  sent.on("error", (error) => {
    clearTimeout(timer);
    reject(error);
  });
  // Also when it was closed by Node without a word, as after a change of protocols.
  sent.once("close", () => {
    clearTimeout(timer);
    reject(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
  });
  sent.once("response", (head: IncomingMessage) => {
    answer = head;
    sent.off("finish", awaitHead);
    clearTimeout(timer);
    resolve(head);
  });
  sent.end(request.body);
  return promise;
}

function open(
  { method, url, headers, body }: HttpRequest,
  { addresses, signal, limits }: Sending,
): ClientRequest {
  const { request } = url.protocol === "https:" ? https : http;
  const lookup: LookupFunction = (_host, { all }, done) =>
    all ? done(null, [...addresses]) : done(null, addresses[0]!.address, addresses[0]!.family);
  return request({
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    method,
    headers: body ? { ...headers, "content-length": body.length } : headers,
    agent: false,
    lookup,
    maxHeaderSize: limits.headBytes,
    signal,
  });
}
