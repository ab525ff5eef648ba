import type { Finding } from "../define/finding.ts";
import { bySource, type Diagnostic, diagnose } from "../diagnostics/index.ts";
import type { Compilation } from "./compilation.ts";
import { toImportGraph } from "./import-graph.ts";
import { toLocator } from "./locate.ts";
import { settleFindings } from "./settle-findings.ts";
import { filesWithMark, findSuppressions } from "./suppressions.ts";
import { toDiagnostic, withoutRepeats } from "./to-diagnostics.ts";

interface Placing {
  readonly root: string;
  readonly compilation: Compilation;
  /** How much each counts, where nothing else has been said. */
  readonly weigh: (found: Diagnostic) => Diagnostic;
}

/** Findings that were made after a workspace was compiled, with their places, as its author wants them. */
export async function placeFindings(
  findings: readonly Finding[],
  { root, compilation, weigh }: Placing,
): Promise<readonly Diagnostic[]> {
  if (findings.length === 0) return [];
  const locator = await toLocator(root);
  const placed: Diagnostic[] = [];
  for (const finding of findings) {
    const { code, facts, sites, subject } = finding;
    const file = sites[0]?.file;
    // What is in no file any more has no place.
    const one =
      file === undefined
        ? diagnose(code, facts as never, { subject })
        : await toDiagnostic({ file, finding }, { root, graph: toImportGraph([]), locator });
    if (one) placed.push(weigh(one));
  }
  const settings = compilation.config?.diagnostics ?? {};
  const suppressions = findSuppressions(filesWithMark(root, compilation.files), locator);
  const found = withoutRepeats(placed).sort(bySource);
  return settleFindings(found, {
    settings,
    suppressions: suppressions.filter(about(found)),
    isKnown: () => false,
  }).diagnostics;
}

/** Others have been told about when the workspace was compiled. */
function about(found: readonly Diagnostic[]) {
  const codes = new Set(found.map(({ code }) => code));
  return ({ code }: { readonly code: string }) => codes.has(code);
}
