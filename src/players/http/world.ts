import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { addressKind } from "./address-kind.ts";
import { HTTP_LIMITS, type HttpLimits } from "./limits.ts";

/** What requests are made with, besides the network itself. Tests have their own. */
export interface HttpWorld {
  /** Every address of a host. */
  readonly lookup: (host: string) => Promise<readonly LookupAddress[]>;
  /** What kind of address it is; `undefined` for one of the public internet. */
  readonly addressKind: (address: string) => string | undefined;
  readonly limits: HttpLimits;
}

/** This machine's resolver, which also knows its hosts file. */
export const httpWorld: HttpWorld = {
  lookup: (host) => lookup(host, { all: true }),
  addressKind,
  limits: HTTP_LIMITS,
};
