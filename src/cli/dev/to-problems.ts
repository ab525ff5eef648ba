import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic } from "../../diagnostics/index.ts";
import type { ProblemItem } from "../../tui/source.ts";
import { toTexts } from "../commands/validate.ts";
import type { Io } from "../io.ts";

/** What the compiler has found as screens show it: in words, without colours, and with a link to its file. */
export async function toProblems(
  diagnostics: readonly Diagnostic[],
  { root, io }: { readonly root: string; readonly io: Io },
): Promise<readonly ProblemItem[]> {
  const texts = await toTexts(diagnostics, { root, io: { ...io, hasColor: false } });
  return diagnostics.map(({ severity, code, at, message }, i) => ({
    severity,
    code,
    file: at?.file,
    line: at?.line,
    column: at?.column,
    message,
    text: texts[i]!,
    link: at && pathToFileURL(join(root, at.file)).href,
  }));
}
