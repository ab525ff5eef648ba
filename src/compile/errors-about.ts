import type { Diagnostic } from "../diagnostics/index.ts";
import type { Compilation } from "./compilation.ts";

/** The errors for which a score is not fit to be played: its own, its files', the configuration's. */
export function errorsAbout(
  { id, reached }: Compilation["scores"][number],
  { configReached, diagnostics }: Pick<Compilation, "configReached" | "diagnostics">,
): Diagnostic[] {
  return diagnostics.filter(({ at, code, subject, severity }) => {
    if (severity !== "error") return false;
    if (!at || (code === "MS1101" && subject === id)) return true;
    return reached.includes(at.file) || configReached.includes(at.file);
  });
}
