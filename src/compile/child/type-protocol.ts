import type { TypeProblem } from "../types/parse-output.ts";

/** What has changed since the last question, absolute; asked is what TypeScript says of the changed files. One a line. */
export interface TypeQuestion {
  readonly changed: readonly string[];
  readonly created: readonly string[];
  readonly deleted: readonly string[];
}

/** The answer to one question, in a line. The first comes unasked: when the project has been read. */
export interface TypeAnswer {
  /** Of the files that were asked about, or, of a project with syntax errors, those: TypeScript says no more then. */
  readonly problems: readonly TypeProblem[];
  readonly isCutShort: boolean;
  /** Does no other file import one of them? What is said of those stays true then. */
  readonly isAlone: boolean;
}
