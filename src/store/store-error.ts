import { MaestroError } from "../diagnostics/maestro-error.ts";
import { isDamage, isDiskFull, reasonOf } from "./sqlite-error.ts";

/** What the driver threw while the store was opened or written, in a sentence for people. */
export function storeError(file: string, cause: unknown): MaestroError {
  if (cause instanceof MaestroError) return cause;
  if (isDiskFull(cause)) return new MaestroError("MR1008", { file }, { cause });
  if (isDamage(cause)) return new MaestroError("MR1004", { file, detail: reasonOf(cause) }, { cause });
  return new MaestroError("MR1009", { file, reason: reasonOf(cause) }, { cause });
}
