import type { Fix } from "../../diagnostics/index.ts";
import type { Syntax } from "../syntax.ts";

/** Puts `text` in the place of a file's text from `start` to `end`, offsets in UTF-16 units. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What would mend a finding: a change of one file. */
export interface Change {
  /** What the author reads: `"scroe" → "score"`. */
  readonly title: string;
  readonly syntax: Syntax;
  readonly splices: readonly Splice[];
}

/** The change as data; `undefined` for a file that is not the author's own: one beside the workspace, or of a package. */
export function toFix({ title, syntax, splices }: Change): Fix | undefined {
  const file = syntax.source.fileName;
  if (file.startsWith("../") || /(?:^|\/)node_modules\//.test(file)) return undefined;
  return { title, edits: splices.map(({ start, end, text }) => ({ ...syntax.stretch(start, end), text })) };
}

/** The title of a change of spelling. */
export function spelled(wrong: string, right: string): string {
  return `${JSON.stringify(wrong)} → ${JSON.stringify(right)}`;
}
