import type { Compilation } from "../../compile/index.ts";
import type { Locator } from "../../compile/locate.ts";
import type { Site } from "../../define/site.ts";
import type { Edit, Place } from "../../diagnostics/index.ts";
import { toMs } from "../../support/duration.ts";
import type { Suggestion } from "../../views/suggest/suggestion.ts";

/** A suggestion with its place in the source. */
export interface Placed extends Suggestion {
  readonly at: Place | undefined;
  /** What to change there; absent where the option is not written as a plain value, or only its author can know. */
  readonly edit?: Edit;
}

/** Finds where it is written. A value that is computed, or named elsewhere, is left to its author. */
export function placeSuggestion(
  suggestion: Suggestion,
  compilation: Pick<Compilation, "scores" | "orchestras">,
  locator: Locator,
): Placed {
  const sites = sitesOf(suggestion, compilation);
  const at = locator.find({ sites, path: suggestion.option });
  const { change } = suggestion;
  if (!at || !change || at.endLine === undefined || at.endColumn === undefined) return { ...suggestion, at };
  const text = textAt(locator, at);
  if (text === undefined || !isSame(text, change.from)) return { ...suggestion, at };
  const { file, line, column, endLine, endColumn } = at;
  return { ...suggestion, at, edit: { file, line, column, endLine, endColumn, text: change.to } };
}

function sitesOf(
  { about }: Suggestion,
  { scores, orchestras }: Pick<Compilation, "scores" | "orchestras">,
): readonly Site[] {
  if ("orchestra" in about) return orchestras.find(({ id }) => id === about.orchestra)?.sites ?? [];
  if ("agent" in about)
    return scores.flatMap(({ agents }) => agents).find(({ id }) => id === about.agent)?.sites ?? [];
  const score = scores.find(({ plan }) => plan.score === about.score);
  return score?.sites[about.path] ?? [];
}

function textAt(
  locator: Locator,
  { file, line, column, endLine = line, endColumn = column }: Place,
): string | undefined {
  const syntax = locator.open(file);
  if (!syntax) return undefined;
  const { source } = syntax;
  const offset = (toLine: number, toColumn: number) => source.getLineStarts()[toLine - 1]! + toColumn - 1;
  return source.text.slice(offset(line, column), offset(endLine, endColumn));
}

/** `'60s'`, `"60s"` and `"1m"` are the same; so are `1_000` and `1000`. */
function isSame(written: string, known: string): boolean {
  const [a, b] = [written, known].map(plain);
  return a !== undefined && a === b;
}

function plain(text: string): string | undefined {
  const number = /^\d[\d_]*$/.test(text) ? text.replaceAll("_", "") : undefined;
  if (number !== undefined) return number;
  const said = /^(["'`])(.*)\1$/s.exec(text)?.[2];
  if (said === undefined || said.includes("${")) return undefined;
  const ms = toMs(said);
  return ms === undefined ? `"${said}"` : `${ms} ms`;
}
