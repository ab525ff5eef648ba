import { MaestroError } from "../../diagnostics/index.ts";
import type { HttpRequest } from "./http-request.ts";
import type { HttpLimits } from "./limits.ts";
import { toSize } from "./to-size.ts";
import { TooSlow } from "./too-slow.ts";

/** What the network says, in words, and whether it may say something else the next time. */
const REASONS: Readonly<Record<string, readonly [detail: string, isTransient: boolean]>> = {
  ECONNREFUSED: ["nothing accepts connections there", true],
  ECONNRESET: ["the connection was broken off", true],
  ERR_STREAM_PREMATURE_CLOSE: ["the connection was broken off", true],
  EPIPE: ["the connection was broken off", true],
  ETIMEDOUT: ["it could not be connected to in time", true],
  EHOSTUNREACH: ["there is no way to it", true],
  ENETUNREACH: ["there is no way to it", true],
  ENETDOWN: ["there is no network", true],
  ENOTFOUND: ["there is no host of that name", true],
  EAI_AGAIN: ["its name could not be looked up", true],
  CERT_HAS_EXPIRED: ["its certificate has expired", false],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["its certificate is signed by itself alone", false],
  SELF_SIGNED_CERT_IN_CHAIN: ["its certificate is signed by nobody this machine trusts", false],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["its certificate is signed by nobody this machine trusts", false],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["its certificate is signed by nobody this machine trusts", false],
  ERR_TLS_CERT_ALTNAME_INVALID: ["its certificate is another host's", false],
  EPROTO: ["it does not speak https", false],
};

/** A failure of Node's or of the other side as ours: MR3014 or MR3015. Ours stay as they are. */
export function toRequestError(error: unknown, { method, url }: HttpRequest, limits: HttpLimits): unknown {
  if (error instanceof MaestroError || !(error instanceof Error)) return error;
  const facts = { method, host: url.host };
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "HPE_HEADER_OVERFLOW")
    return new MaestroError("MR3014", { ...facts, part: "head", limit: toSize(limits.headBytes) });
  if (error instanceof TooSlow)
    return new MaestroError("MR3015", { ...facts, detail: error.message, isTransient: true });
  if (code.startsWith("HPE_"))
    return new MaestroError("MR3015", { ...facts, detail: "it does not speak HTTP/1.1", isTransient: false });
  const [detail, isTransient] = REASONS[code] ?? [error.message || code || error.name, true];
  return new MaestroError("MR3015", { ...facts, detail, isTransient });
}
