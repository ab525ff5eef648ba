import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { MaestroError } from "../../diagnostics/index.ts";
import type { HttpWorld } from "./world.ts";

/**
 * Every address of the host of `url`, looked at. The connection goes to one of these: a second lookup could bring others.
 * @throws MaestroError MR3013 when one of them is not public
 */
export async function findAddresses(
  url: URL,
  { lookup, addressKind }: Pick<HttpWorld, "lookup" | "addressKind">,
  { allowPrivate }: { readonly allowPrivate: boolean },
): Promise<readonly LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const addresses = family === 0 ? await lookup(host) : [{ address: host, family }];
  if (allowPrivate) return addresses;
  for (const { address } of addresses) {
    const kind = addressKind(address);
    if (kind !== undefined) throw new MaestroError("MR3013", { host, address, kind });
  }
  return addresses;
}
