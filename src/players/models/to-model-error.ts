import { APICallError, EmptyResponseBodyError, LoadAPIKeyError } from "@ai-sdk/provider";
import { MaestroError } from "../../diagnostics/index.ts";
import { AnswerTooLarge } from "./capped-fetch.ts";

const LONGEST_DETAIL = 500;
const LONGEST_WAIT_MS = 10 * 60_000;

export interface AskedModel {
  readonly model: string;
  readonly signal: AbortSignal;
  /** Takes keys out of a provider's words, before they are cut: half a key would not be known any more. */
  readonly clean: (text: string) => string;
}

/** What went wrong with a call of `model`: an abort and a failure of ours as they are, all others as MR3090. */
export function toModelError(error: unknown, { model, signal, clean }: AskedModel): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof MaestroError) return error;
  if (LoadAPIKeyError.isInstance(error))
    return new MaestroError("MR3094", { model, variable: namedIn(error.message) });
  const tooLarge = AnswerTooLarge.in(error);
  if (!APICallError.isInstance(error))
    return new MaestroError("MR3090", {
      model,
      status: undefined,
      detail: tooLarge?.message ?? cut(clean(detailOf(error))),
      isTransient: true,
      ...(tooLarge || EmptyResponseBodyError.isInstance(error) ? { isUnheard: true } : {}),
    });
  const { statusCode: status, responseHeaders = {}, responseBody, isRetryable } = error;
  const retryAfterMs = toWait(responseHeaders["retry-after"], responseHeaders["retry-after-ms"]);
  return new MaestroError("MR3090", {
    model,
    status,
    detail:
      tooLarge?.message ??
      cut(clean(status === undefined ? detailOf(error) : (saidIn(responseBody) ?? error.message))),
    // What said that it went well may do better: a model that repeats itself for ever does not do so each time.
    isTransient: isRetryable || (tooLarge !== undefined && isUnheard(error)),
    ...(isUnheard(error) ? { isUnheard: true } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** What ends a connection before anything was asked: its making, finding where, and agreeing on a cipher. */
const BEFORE_ASKING: ReadonlySet<unknown> = new Set(["connect", "getaddrinfo", "bind", "socket"]);
const NEVER_CONNECTED =
  /^(?:UND_ERR_CONNECT_TIMEOUT|ENOTFOUND|EAI_\w+|ECONNREFUSED|E(?:HOST|NET)UNREACH|CERT_\w+|ERR_(?:SSL|TLS)_\w+|\w+_CERT_\w+|DEPTH_ZERO_\w+)$/;

/**
 * Was it asked, without anybody knowing what it made of that? A connection that breaks before the answer's head is here,
 * and an answer that says it went well and has nothing in it. What says by its status that it failed is not billed.
 */
function isUnheard({ statusCode, cause }: APICallError): boolean {
  if (statusCode !== undefined) return statusCode < 300;
  for (let at: unknown = cause; at instanceof Error; at = at.cause) {
    const { code, syscall, message } = at as { code?: unknown; syscall?: unknown; message: string };
    if (BEFORE_ASKING.has(syscall) || message === "bad port") return false;
    if (typeof code === "string" && NEVER_CONNECTED.test(code)) return false;
  }
  return cause !== undefined;
}

/** The variable that a package looks for when it was given no key: it says so. */
function namedIn(message: string): string {
  return /\b([A-Z][A-Z0-9_]+) environment variable/.exec(message)?.[1] ?? "the variable of its key";
}

/** The provider's own words, where it speaks as OpenAI does. */
function saidIn(body: string | undefined): string | undefined {
  try {
    const said = (JSON.parse(body ?? "") as { error?: { message?: unknown } }).error?.message;
    return typeof said === "string" ? said : undefined;
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing; its cause does. */
function detailOf(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error; at instanceof Error && parts.length < 4; at = at.cause) {
    const code = (at as { code?: unknown }).code;
    parts.push(
      typeof code === "string" && !at.message.includes(code) ? `${at.message} (${code})` : at.message,
    );
  }
  return parts.length > 0 ? [...new Set(parts)].join(": ") : String(error);
}

/** `Retry-After`: seconds or a date, RFC 9110 10.2.3; `retry-after-ms` is what some providers send beside it. */
function toWait(retryAfter: string | undefined, ms: string | undefined): number | undefined {
  const exact = Number(ms);
  if (ms !== undefined && exact >= 0) return Math.min(exact, LONGEST_WAIT_MS);
  if (retryAfter === undefined) return undefined;
  const seconds = Number(retryAfter);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - Date.now();
  return waitMs >= 0 ? Math.min(waitMs, LONGEST_WAIT_MS) : undefined;
}

function cut(text: string): string {
  return text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}…` : text;
}
