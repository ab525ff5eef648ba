import type { Diagnostic, Edit, Fix } from "../../diagnostics/index.ts";

/** A finding that can be fixed. */
export type Fixable = Diagnostic & { readonly fix: Fix };

/** Those findings whose fixes can be made at once: of two that touch each other, the first. */
export function chooseFixes(diagnostics: readonly Diagnostic[]): Fixable[] {
  const taken: Edit[] = [];
  return diagnostics.filter((one): one is Fixable => {
    if (!one.fix || one.fix.edits.some((edit) => taken.some((other) => isTouching(edit, other))))
      return false;
    taken.push(...one.fix.edits);
    return true;
  });
}

function isTouching(a: Edit, b: Edit): boolean {
  if (a.file !== b.file) return false;
  const [aStart, aEnd] = stretchOf(a);
  const [bStart, bEnd] = stretchOf(b);
  return aStart === bStart || (aStart < bEnd && bStart < aEnd);
}

/** Orders the points of one file. No line is as long. */
function stretchOf({ line, column, endLine, endColumn }: Edit): readonly [number, number] {
  return [line * 2 ** 24 + column, endLine * 2 ** 24 + endColumn];
}
