import type { Code, HttpNode } from "../../plan/index.ts";
import type { OutsideCall } from "../outside-call.ts";
import { Redactor } from "../redactor.ts";
import { follow } from "./follow.ts";
import type { HttpRequest } from "./http-request.ts";
import { readBody } from "./read-body.ts";
import { toRequestError } from "./request-error.ts";
import { toStatusError } from "./status-error.ts";
import { toAnswer } from "./to-answer.ts";
import { toRequest } from "./to-request.ts";
import { type HttpWorld, httpWorld } from "./world.ts";

/**
 * Sends the node's request and gives what the answer's body comes to, checked against the node's schema; `null` for HEAD,
 * and where there is no body.
 * @throws MaestroError MR3001, MR3011 to MR3015, MR3031, MR3032; the signal's reason when that was set off
 */
export async function playHttp(
  node: HttpNode,
  call: OutsideCall,
  code: Code,
  world: HttpWorld = httpWorld,
): Promise<unknown> {
  const redactor = new Redactor(call.secrets);
  const idleMs = Math.max(world.limits.idleMs, node.timeoutMs ?? 0);
  try {
    call.signal.throwIfAborted();
    const first = toRequest(node, call, redactor);
    const limits = { ...world.limits, idleMs };
    const { request, bytes, contentType } = await receive(first, call, { ...world, limits, redactor });
    return await toAnswer(bytes, request, { contentType, check: code.checks[node.code], redactor });
  } catch (error) {
    call.signal.throwIfAborted();
    throw redactor.error(error);
  }
}

/** An answer that went well, as a whole. */
interface Received {
  /** The one that it answers, after redirects. */
  readonly request: HttpRequest;
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
}

async function receive(
  first: HttpRequest,
  call: OutsideCall,
  world: HttpWorld & { readonly redactor: Redactor },
): Promise<Received> {
  const { limits, redactor } = world;
  const { request, answer } = await follow(first, call, world);
  try {
    const status = answer.statusCode!;
    if (status < 200 || status > 299) throw await toStatusError(answer, request, { limits, redactor });
    const bytes = request.method === "HEAD" ? Buffer.alloc(0) : await readBody(answer, request, limits);
    return { request, bytes, contentType: answer.headers["content-type"] };
  } catch (error) {
    throw toRequestError(error, request, limits);
  } finally {
    answer.destroy();
  }
}
