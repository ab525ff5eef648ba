import type { IncomingMessage } from "node:http";
import { MaestroError } from "../../diagnostics/index.ts";
import type { HttpRequest } from "./http-request.ts";
import type { HttpLimits } from "./limits.ts";
import { toSize } from "./to-size.ts";
import { unpacked } from "./unpacked.ts";

/**
 * The whole body of an answer, unpacked.
 * @throws MaestroError MR3014, MR3032; else what the connection throws
 */
export async function readBody(
  answer: IncomingMessage,
  { method, url }: HttpRequest,
  limits: HttpLimits,
): Promise<Buffer> {
  const facts = { method, host: url.host };
  const tooLarge = () =>
    new MaestroError("MR3014", { ...facts, part: "body", limit: toSize(limits.bodyBytes) });
  if (Number(answer.headers["content-length"]) > limits.bodyBytes) throw tooLarge();
  const body = unpacked(answer, { mostBytes: limits.bodyBytes, tooLarge });
  if (!body) {
    const detail = `its body is packed as ${JSON.stringify(answer.headers["content-encoding"])}, not as gzip, deflate or br`;
    throw new MaestroError("MR3032", { ...facts, detail });
  }
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch (error) {
    if (!isBadPacking(error)) throw error;
    throw new MaestroError("MR3032", {
      ...facts,
      detail: `its body is not the ${answer.headers["content-encoding"]} that it says it is`,
    });
  }
  return Buffer.concat(chunks);
}

/** The beginning of a body, for a message: up to `limits.errorBytes` of it, or what came in time. Never throws. */
export async function readBodyStart(answer: IncomingMessage, limits: HttpLimits): Promise<Buffer> {
  const timer = setTimeout(() => answer.destroy(), limits.connectMs);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    const body = unpacked(answer, { mostBytes: limits.bodyBytes, tooLarge: () => new Error("too large") });
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > limits.errorBytes) break;
    }
  } catch {
    // What there is of it has to do: the status is what went wrong.
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

function isBadPacking(error: unknown): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return code.startsWith("Z_") || code.startsWith("ERR_BROTLI") || code.startsWith("ERR__ERROR_");
}
