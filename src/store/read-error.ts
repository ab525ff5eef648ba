import { MaestroError } from "../diagnostics/maestro-error.ts";
import { isDamage, reasonOf } from "./sqlite-error.ts";

/** Why a store could not be read, for people. */
export function readError(cause: unknown, file: string): MaestroError {
  if (isDamage(cause)) return new MaestroError("MR1004", { file, detail: reasonOf(cause) }, { cause });
  return new MaestroError("MR1010", { file, reason: reasonOf(cause) }, { cause });
}
