import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * Why a request is not answered; looked at before its body is read. A page in a browser can send requests to this machine,
 * also under a name that it has led here, so the host and the origin have to be ours, and the token there.
 */
export function whyRefused(
  request: IncomingMessage,
  { port, token }: { readonly port: number; readonly token: string },
): { readonly status: number; readonly why: string } | undefined {
  const own = ["127.0.0.1", "localhost", "[::1]"].map((host) => `${host}:${port}`);
  const { headers, headersDistinct, method } = request;
  const [host, ...others] = headersDistinct.host ?? [];
  if (host === undefined || others.length > 0 || !own.includes(host.toLowerCase()))
    return { status: 421, why: "it is for another host" };
  const { origin } = headers;
  if (origin !== undefined && !own.some((one) => origin.toLowerCase() === `http://${one}`))
    return { status: 403, why: "it comes from another origin" };
  if (headers["sec-fetch-site"] === "cross-site") return { status: 403, why: "it comes from another site" };
  if (!isToken(headers.authorization, token)) return { status: 401, why: "it has no token, or a wrong one" };
  if (method === "POST" && !/^application\/json\b/i.test(headers["content-type"] ?? ""))
    return { status: 415, why: "it is no JSON" };
  return undefined;
}

/** In a time that does not depend on where they differ. */
function isToken(authorization: string | undefined, token: string): boolean {
  const said = Buffer.from(authorization ?? "");
  const right = Buffer.from(`Bearer ${token}`);
  return said.length === right.length && timingSafeEqual(said, right);
}
