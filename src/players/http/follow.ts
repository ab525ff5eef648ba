import type { IncomingMessage } from "node:http";
import { MaestroError } from "../../diagnostics/index.ts";
import type { OutsideCall } from "../outside-call.ts";
import { exchange } from "./exchange.ts";
import { findAddresses } from "./find-addresses.ts";
import type { HttpRequest } from "./http-request.ts";
import { inTime } from "./in-time.ts";
import { isAllowedHost } from "./is-allowed-host.ts";
import { redirected } from "./redirected.ts";
import { toRequestError } from "./request-error.ts";
import type { HttpWorld } from "./world.ts";

/** An answer, and the request that it was given to. */
interface Followed {
  readonly request: HttpRequest;
  readonly answer: IncomingMessage;
}

/**
 * Sends a request and the ones it is redirected to; each is looked at like the first. Gives the first answer that does
 * not redirect, whatever its status.
 * @throws MaestroError MR3012 to MR3015, MR3031
 */
export async function follow(first: HttpRequest, call: OutsideCall, world: HttpWorld): Promise<Followed> {
  let request = first;
  for (let redirects = 0; ; redirects++) {
    const answer = await ask(request, redirects === 0 ? undefined : first.url.host, { call, world });
    const next = redirected(request, answer.statusCode!, answer.headers.location);
    if (!next) return { request, answer };
    answer.destroy();
    if (redirects === world.limits.redirects) {
      const detail = `it redirects more than ${world.limits.redirects} times`;
      const { method, url } = first;
      throw new MaestroError("MR3015", { method, host: url.host, detail, isTransient: false });
    }
    call.log("redirected", { from: request.url.host, to: next.url.host, status: answer.statusCode });
    request = next;
  }
}

/** @param from the host that leads there, for one that was not the author's */
async function ask(
  request: HttpRequest,
  from: string | undefined,
  { call, world }: { readonly call: OutsideCall; readonly world: HttpWorld },
): Promise<IncomingMessage> {
  const { signal, settings } = call;
  const { limits } = world;
  const { allowHosts: allowed, allowPrivate } = settings;
  if (!isAllowedHost(request.url, allowed))
    throw new MaestroError("MR3012", { host: request.url.host, allowed, from });
  try {
    const found = findAddresses(request.url, world, { allowPrivate });
    const addresses = await inTime(found, { signal, limitMs: limits.connectMs });
    return await exchange(request, { addresses, signal, limits });
  } catch (error) {
    throw toRequestError(error, request, limits);
  }
}
