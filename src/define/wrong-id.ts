import { describe } from "./describe.ts";
import type { Finding } from "./finding.ts";
import { whyNoName } from "./why-no-name.ts";

/** MS1102: what `what` was given as its id can be none, at that place; `undefined` when it can. */
export function wrongId(
  what: string,
  { id, sites }: { readonly id?: unknown; readonly sites: Finding["sites"] },
): Finding | undefined {
  const isText = typeof id === "string";
  const reason = isText ? whyNoName(id) : "it has to be a string";
  if (reason === undefined) return undefined;
  const facts = { what, reason, ...(isText ? { id } : { found: describe(id) }) };
  return { code: "MS1102", facts, sites, path: ["id"] };
}
