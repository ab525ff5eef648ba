import { MaestroError } from "../diagnostics/maestro-error.ts";
import { toReason } from "../support/to-reason.ts";
import type { JsonText } from "./store.ts";

/**
 * A value that the store holds.
 * @param what it is of, for people: `run run_…`
 * @throws MaestroError MR1016 when it is not the JSON any more that was written
 */
export function parseStored(json: JsonText, what: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new MaestroError("MR1016", { what, detail: toReason(cause) }, { cause });
  }
}
