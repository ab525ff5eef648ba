import { type Code, catalogue, type FactsOf } from "./catalogue.ts";
import type { Entry, Severity } from "./entry.ts";

/** A stretch of source. Lines and columns count from 1; the end is exclusive. */
export interface Place {
  /** Path from the workspace's root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** A second place that explains the first: where the other of two ids is, what closes the cycle. */
export interface OtherPlace extends Place {
  readonly label: string;
}

/** A stretch of a file's text, and what takes its place; an empty stretch is where it is put in. */
export interface Edit extends Required<Place> {
  readonly text: string;
}

/** The one change that mends a finding. Its edits belong together, and none touches another. */
export interface Fix {
  /** `"scroe" → "score"`. */
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** One finding, ready to be printed in any form. */
export interface Diagnostic {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  /** Absent when the finding is about no file, such as an empty workspace. */
  readonly at?: Place;
  readonly others: readonly OtherPlace[];
  /** What another program said about the same mistake, word for word: TypeScript's text. Each may have several lines. */
  readonly notes?: readonly string[];
  /** Score and node it is about, where there are such: they keep a finding's identity when lines move. */
  readonly subject?: string;
  /** Absent when there is no change, or more than one, that would be right. */
  readonly fix?: Fix;
}

/** What `diagnose` needs besides the facts. */
export interface Where {
  readonly at?: Place | undefined;
  readonly others?: readonly OtherPlace[] | undefined;
  readonly notes?: readonly string[] | undefined;
  readonly subject?: string | undefined;
  readonly fix?: Fix | undefined;
}

/** The finding `code` with its texts made from `facts`. */
export function diagnose<C extends Code>(code: C, facts: FactsOf<C>, where: Where): Diagnostic {
  const { name, severity, message, hint } = catalogue[code] as unknown as Entry<FactsOf<C>>;
  const hinted = hint?.(facts);
  return {
    code,
    name,
    severity,
    message: toPlain(message(facts)),
    ...(hinted === undefined ? {} : { hint: toPlain(hinted) }),
    ...(where.at === undefined ? {} : { at: where.at }),
    others: where.others ?? [],
    ...(where.notes === undefined || where.notes.length === 0 ? {} : { notes: where.notes }),
    ...(where.subject === undefined ? {} : { subject: where.subject }),
    ...(where.fix === undefined ? {} : { fix: where.fix }),
  };
}

/** Characters that a terminal obeys, or that change the order of others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** An author's names stand in texts as they are: what cannot be shown is written as JSON would. */
function toPlain(text: string): string {
  return text.replace(CONTROLS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** In the order of files, lines, columns; findings about no file come first. */
export function bySource(a: Diagnostic, b: Diagnostic): number {
  const file = (a.at?.file ?? "").localeCompare(b.at?.file ?? "", "en");
  if (file !== 0) return file;
  return (
    (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
    (a.at?.column ?? 0) - (b.at?.column ?? 0) ||
    a.code.localeCompare(b.code, "en")
  );
}
