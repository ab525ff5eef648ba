import { type IncomingMessage, STATUS_CODES } from "node:http";
import { MaestroError } from "../../diagnostics/index.ts";
import type { Redactor } from "../redactor.ts";
import { decodeText } from "./decode-text.ts";
import type { HttpRequest } from "./http-request.ts";
import type { HttpLimits } from "./limits.ts";
import { readBodyStart } from "./read-body.ts";
import { toRetryAfterMs } from "./to-retry-after-ms.ts";

/** Below 500; from there on every status says that the fault is the server's, and may pass. */
const TRANSIENT = new Set([408, 425, 429]);

/** What an answer outside 200 to 299 comes to. */
export async function toStatusError(
  answer: IncomingMessage,
  { method, url }: HttpRequest,
  { limits, redactor }: { readonly limits: HttpLimits; readonly redactor: Redactor },
): Promise<MaestroError> {
  const status = answer.statusCode!;
  const isTransient = TRANSIENT.has(status) || status >= 500;
  const start = method === "HEAD" ? Buffer.alloc(0) : await readBodyStart(answer, limits);
  const isCut = start.length > limits.errorBytes;
  const text = decodeText(start.subarray(0, limits.errorBytes), answer.headers["content-type"], { isCut });
  return new MaestroError("MR3011", {
    method,
    host: url.host,
    status,
    reason: STATUS_CODES[status] ?? "",
    body: isCut ? `${redactor.cutText(text, "end")}…` : redactor.text(text),
    isTransient,
    retryAfterMs: isTransient ? toRetryAfterMs(answer.headers["retry-after"], Date.now()) : undefined,
  });
}
