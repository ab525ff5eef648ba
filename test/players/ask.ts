import type { Check, Code, HttpNode } from "../../src/plan/index.ts";
import { HTTP_LIMITS, type HttpLimits } from "../../src/players/http/limits.ts";
import { playHttp } from "../../src/players/http/play-http.ts";
import { type HttpWorld, httpWorld } from "../../src/players/http/world.ts";
import type { OutsideCall } from "../../src/players/outside-call.ts";
import { callWith } from "./outside.ts";

/** What is different from a GET without a schema. */
interface Asking extends Partial<Omit<OutsideCall, "settings">> {
  readonly node?: Partial<HttpNode>;
  readonly settings?: Partial<OutsideCall["settings"]>;
  readonly check?: Check;
  /** Where names lead to; those that are not here are unknown. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly limits?: Partial<HttpLimits>;
  readonly lookup?: HttpWorld["lookup"];
  readonly addressKind?: HttpWorld["addressKind"];
}

/** Plays an `http` node against `host`, which is allowed. */
export function ask(host: string, asking: Asking = {}) {
  const { node, check, names = {}, limits, settings, lookup, addressKind, ...changes } = asking;
  const call = callWith({
    input: { url: `http://${host}/` },
    ...changes,
    settings: { allowHosts: [host], ...settings },
  });
  const plan: HttpNode = {
    kind: "http",
    method: "GET",
    url: { is: "literal", value: "" },
    code: 0,
    ...node,
  };
  const code = { checks: [check] } as unknown as Code;
  const known = async (name: string) => {
    const addresses = names[name];
    if (!addresses) throw Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" });
    return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
  return playHttp(plan, call, code, {
    lookup: lookup ?? known,
    addressKind: addressKind ?? httpWorld.addressKind,
    limits: { ...HTTP_LIMITS, ...limits },
  });
}
