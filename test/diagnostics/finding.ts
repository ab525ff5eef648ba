import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";

/** A finding for tests: an unknown field in scores/cold-leads.ts, changed by `changes`. */
export function finding(changes: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: "MS2102",
    name: "unknown-field",
    severity: "error",
    message: '"score" does not exist on the output of "research" (it has: leads, quality).',
    hint: 'did you mean "quality"?',
    at: { file: "scores/cold-leads.ts", line: 14, column: 23, endLine: 14, endColumn: 28 },
    others: [],
    subject: "cold-leads.gate",
    ...changes,
  };
}
