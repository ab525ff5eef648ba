import { readJsonc } from "./read-jsonc.ts";
import { tsconfigsOf } from "./tsconfig-paths.ts";

/** With `verbatimModuleSyntax` an import without `type` stays one, whatever loads the module: tsx does as it is told. */
export function keepsImports(root: string): boolean {
  for (const file of tsconfigsOf(root)) {
    const config = readJsonc(file) as { compilerOptions?: { verbatimModuleSyntax?: unknown } | null } | null;
    const kept = config?.compilerOptions?.verbatimModuleSyntax;
    if (kept !== undefined) return kept === true;
  }
  return false;
}
