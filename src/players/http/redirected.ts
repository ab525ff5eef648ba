import { MaestroError } from "../../diagnostics/index.ts";
import type { HttpRequest } from "./http-request.ts";
import { toUrl } from "./to-url.ts";

const STATUSES = new Set([301, 302, 303, 307, 308]);

/**
 * The request that an answer asks to make instead, by the rules of fetch; `undefined` when it does not redirect.
 * Another origin is not shown what identifies the sender, nor a header that holds a secret.
 * @throws MaestroError MR3031 when what it leads to cannot be asked, or would be shown a secret in the body
 * @see https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
export function redirected(
  request: HttpRequest,
  status: number,
  location: string | undefined,
): HttpRequest | undefined {
  if (!STATUSES.has(status) || location === undefined) return undefined;
  // Node reads headers as Latin 1, servers write them in UTF-8.
  const url = toUrl(Buffer.from(location, "latin1").toString("utf8"), request.url);
  const { method } = request;
  const isAsked =
    (status === 303 && method !== "GET" && method !== "HEAD") ||
    ((status === 301 || status === 302) && method === "POST");
  const isElsewhere = url.origin !== request.url.origin;
  const body = isAsked ? undefined : request.body;
  if (isElsewhere && body && request.hasPrivateBody) {
    const detail = `${request.url.host} redirects to ${url.host}, which would be shown the secret in its body`;
    throw new MaestroError("MR3031", { detail });
  }
  const isKept = (name: string) =>
    !(isAsked && name.startsWith("content-")) && !(isElsewhere && request.privateHeaders.has(name));
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => isKept(name)));
  return { ...request, method: isAsked ? "GET" : method, url, headers, body };
}
