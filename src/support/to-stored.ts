import { parse } from "./own-json.ts";
import { writeJson } from "./write-json.ts";

/** A value as JSON gives it back, with its JSON; or in `found` why it has none, as the end of a sentence about it. */
export type Stored = { readonly value: unknown; readonly json: string } | { readonly found: string };

/** What a value is to everybody who reads it, now and after a restart. Never throws. */
export function toStored(value: unknown): Stored {
  const written = writeJson(value);
  if ("found" in written) return written;
  const { json } = written;
  return { value: isAsItsJson(value) ? value : parse(json), json };
}

/** Others, -0 and a bigint that has a `toJSON` among them, are read as something else than they are. */
function isAsItsJson(value: unknown): boolean {
  return (
    typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && value !== 0)
  );
}
