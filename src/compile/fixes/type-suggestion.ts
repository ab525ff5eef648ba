import type { ts as TS } from "ts-morph";
import type { Locator } from "../locate.ts";
import type { Syntax } from "../syntax.ts";
import type { TypeFinding } from "../types/to-findings.ts";
import { type Change, type Splice, spelled, toFix } from "./change.ts";
import { renameImported } from "./missing-import.ts";
import { respell } from "./respell.ts";

/** Errors of tsc's that suggest a name, or a text: what is wrong, and what was meant. */
const SUGGESTIONS: Readonly<Record<number, RegExp>> = {
  2551: /^Property '([^']+)' does not exist on type '.*'\. Did you mean '([^']+)'\?$/s,
  2552: /^Cannot find name '([^']+)'\. Did you mean '([^']+)'\?$/,
  2561: /^Object literal may only specify known properties, (?:and|but) '([^']+)' does not exist in type '.*'\. Did you mean to write '([^']+)'\?$/s,
  2724: /^'.*' has no exported member named '([^']+)'\. Did you mean '([^']+)'\?$/s,
  2820: /^Type '"([^"]+)"' is not assignable to type '.*'\. Did you mean '"([^"]+)"'\?$/s,
};

/** Does TypeScript say what was meant? */
export function isSuggestion({ tsCode, original }: TypeFinding): boolean {
  return suggestionOf(tsCode, original) !== undefined;
}

/** The finding with the change that TypeScript suggests, where that can be made. */
export function withSuggestion(finding: TypeFinding, { open }: Pick<Locator, "open">): TypeFinding {
  const syntax = isSuggestion(finding) ? open(finding.diagnostic.at.file) : undefined;
  const change = syntax && typeSuggestion(syntax, finding);
  const fix = change && toFix(change);
  return fix ? { ...finding, diagnostic: { ...finding.diagnostic, fix } } : finding;
}

/** MS1001: the spelling that TypeScript suggests. */
function typeSuggestion(syntax: Syntax, { tsCode, original, diagnostic }: TypeFinding): Change | undefined {
  const { ts } = syntax;
  const suggested = suggestionOf(tsCode, original);
  const node = suggested && syntax.nodeAt(diagnostic.at);
  if (!suggested || !node) return undefined;
  const { wrong, meant } = suggested;
  const { parent } = node;
  const title = spelled(wrong, meant);
  const changed = (splice: Splice | undefined) => splice && { title, syntax, splices: [splice] };
  if (tsCode === 2820) {
    const literal = literalOf(syntax, node);
    return literal?.text === wrong ? changed(respell(syntax, literal, meant)) : undefined;
  }
  if (!(ts.isIdentifier(node) || ts.isStringLiteralLike(node)) || node.text !== wrong) return undefined;
  if (tsCode !== 2724) return changed(respell(syntax, node, meant));
  return ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)
    ? renameImported(syntax, parent, meant)
    : undefined;
}

function suggestionOf(
  tsCode: number,
  [first = ""]: readonly string[],
): { readonly wrong: string; readonly meant: string } | undefined {
  const [, wrong, meant] = SUGGESTIONS[tsCode]?.exec(first.replace(/^TS\d+: /, "")) ?? [];
  return wrong === undefined || meant === undefined ? undefined : { wrong, meant };
}

/** The text that stands at `node`, or that the key or const at `node` is given. */
function literalOf({ ts }: Syntax, node: TS.Node): TS.StringLiteralLike | undefined {
  if (ts.isStringLiteralLike(node)) return node;
  const { parent } = node;
  const given =
    (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) && parent.name === node
      ? parent.initializer
      : undefined;
  return given && ts.isStringLiteralLike(given) ? given : undefined;
}
