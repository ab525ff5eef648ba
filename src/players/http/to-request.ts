import { validateHeaderName, validateHeaderValue } from "node:http";
import { MaestroError } from "../../diagnostics/index.ts";
import type { HttpNode } from "../../plan/index.ts";
import { version } from "../../support/version.ts";
import type { OutsideCall } from "../outside-call.ts";
import type { Redactor } from "../redactor.ts";
import type { HttpRequest } from "./http-request.ts";
import { toUrl } from "./to-url.ts";

/** Headers that say how a message is carried: two opinions about that are how requests are smuggled. */
const CARRIED = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** Headers that say who asks. */
const IDENTIFYING = ["authorization", "cookie", "proxy-authorization"];
const DEFAULTS = {
  accept: "application/json, */*;q=0.8",
  "accept-encoding": "gzip, deflate, br",
  "user-agent": `maestro-ts/${version}`,
};

/**
 * What the node's values come to as a request.
 * @throws MaestroError MR3031
 */
export function toRequest(
  { method, idempotencyHeader }: HttpNode,
  { input, idempotencyKey }: OutsideCall,
  redactor: Redactor,
): HttpRequest {
  const { url, query, headers, body } = fieldsOf(input, "the input");
  if (typeof url !== "string") throw invalid(`its url is ${typeof url}, not a string`);
  const own = toHeaders(headers);
  const sent = toBody(body);
  if (sent && !("content-type" in own)) own["content-type"] = sent.type;
  if (idempotencyHeader !== undefined) own[idempotencyHeader.toLowerCase()] = toHeaderText(idempotencyKey);
  return {
    method,
    url: withQuery(toUrl(url), query),
    headers: { ...DEFAULTS, ...own },
    body: sent && Buffer.from(sent.text),
    privateHeaders: new Set([
      ...IDENTIFYING,
      ...Object.keys(own).filter((name) => redactor.isSecret(own[name]!)),
    ]),
    // Every form of a secret counts: JSON may have escaped it.
    hasPrivateBody: sent !== undefined && redactor.text(sent.text) !== sent.text,
  };
}

/** What already stands in the url stays as its author wrote it. */
function withQuery(url: URL, query: unknown): URL {
  const pairs: [string, string][] = Object.entries(fieldsOf(query, "the query")).flatMap(([name, value]) => {
    const text = toText(value, `the query's "${name}"`);
    return text === undefined ? [] : [[name, text]];
  });
  if (pairs.length === 0) return url;
  const added = new URLSearchParams(pairs).toString();
  const whole = new URL(url);
  whole.search = url.search.length > 1 ? `${url.search}&${added}` : added;
  return whole;
}

function toHeaders(headers: unknown): Record<string, string> {
  const own: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(fieldsOf(headers, "the headers"))) {
    const text = toText(value, `the header "${name}"`);
    if (text === undefined) continue;
    const key = name.toLowerCase();
    if (CARRIED.has(key)) throw invalid(`the header "${name}" is written by Maestro alone`);
    try {
      validateHeaderName(name);
      validateHeaderValue(name, text);
    } catch {
      throw invalid(
        `the header ${JSON.stringify(name)} holds a line break or another character that headers cannot carry`,
      );
    }
    own[key] = text;
  }
  return own;
}

function toBody(body: unknown): { readonly text: string; readonly type: string } | undefined {
  if (body === undefined) return undefined;
  if (typeof body === "string") return { text: body, type: "text/plain;charset=utf-8" };
  return { text: JSON.stringify(body), type: "application/json" };
}

/** Keys of steps may hold any character, headers only some. Those that both have stay as they are. */
function toHeaderText(key: string): string {
  return key.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent);
}

function toText(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "object") throw invalid(`${what} is ${Array.isArray(value) ? "a list" : "an object"}`);
  return String(value);
}

function fieldsOf(value: unknown, what: string): { readonly [key: string]: unknown } {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw invalid(`${what} is not an object`);
  return value as { readonly [key: string]: unknown };
}

function invalid(detail: string): MaestroError {
  return new MaestroError("MR3031", { detail });
}
