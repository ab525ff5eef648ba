import type { ts as TS } from "ts-morph";
import { type Diagnostic, diagnose } from "../../diagnostics/index.ts";
import type { Locator } from "../locate.ts";
import type { Syntax } from "../syntax.ts";
import { type Decision, findDecisions } from "./find-decisions.ts";

const LONGEST_TEXT = 60;

/** MS1213: what JavaScript decides by a node or a reference while a module is read, in those of `files` that do. */
export function decidedReferences(
  files: readonly string[],
  { open }: Pick<Locator, "open">,
): readonly Diagnostic[] {
  return files.flatMap((file) => {
    const syntax = open(file);
    return syntax ? findDecisions(syntax.ts, syntax.source).map((one) => toDiagnostic(one, syntax)) : [];
  });
}

function toDiagnostic({ way, reference, at, origin, built }: Decision, syntax: Syntax): Diagnostic {
  const { source } = syntax;
  const text = reference.getText(source).replaceAll(/\s+/g, " ");
  const ref = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
  const placeOf = (node: TS.Node) => syntax.stretch(node.getStart(source), node.getEnd());
  const isElsewhere = origin !== undefined && origin.getStart(source) !== reference.getStart(source);
  const others = isElsewhere ? [{ ...placeOf(origin), label: "it is built here" }] : [];
  return diagnose("MS1213", { ref, way, built }, { at: placeOf(at), others });
}
