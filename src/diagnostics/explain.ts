import { nearest } from "../support/nearest.ts";
import { type Code, catalogue } from "./catalogue.ts";
import type { Entry } from "./entry.ts";
import type { Example } from "./example.ts";

const MOST_GUESSES = 5;
const SHORTEST_PART = 3;

/**
 * The text of `maestro explain <code>`, which reads as plain text and as Markdown: code, name, severity, why it matters, and
 * `example` where there is one. `undefined` when there is no such code; lower case is accepted.
 */
export function explain(code: string, example?: Example): string | undefined {
  const known = code.trim().toUpperCase();
  if (!isCode(known)) return undefined;
  const { name, severity, why } = entryOf(known);
  return [`${known} ${name} (${severity})`, why, ...(example === undefined ? [] : partsOf(example))].join(
    "\n\n",
  );
}

function partsOf({ sources, printed }: Example): string[] {
  return [
    ...sources.flatMap(({ file, text }) => [`${file}:`, block(text)]),
    sources.length === 0 ? "It is printed like this:" : "What is said about it:",
    block(printed),
  ];
}

/** Four blanks are a block of code in Markdown, and a quotation to everybody else. */
function block(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, "    ");
}

/**
 * The codes that `text` was probably meant to be, at most 5, the likeliest first: the code or name itself in any case, else
 * those that contain it (`2003`, `unknown`), else the one that is spelled most like it. Empty when there is no guess.
 */
export function closestCodes(text: string): readonly Code[] {
  const wanted = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "-");
  const codes = Object.keys(catalogue).filter(isCode);
  const same = codes.filter((code) => wordsOf(code).includes(wanted));
  if (same.length > 0) return same;
  const containing = codes.filter((code) => wordsOf(code).some((word) => word.includes(wanted)));
  if (wanted.length >= SHORTEST_PART && containing.length > 0) return containing.slice(0, MOST_GUESSES);
  const near = nearest(wanted, codes.flatMap(wordsOf));
  return codes.filter((code) => near !== undefined && wordsOf(code).includes(near));
}

function isCode(text: string): text is Code {
  return Object.hasOwn(catalogue, text);
}

/** What the catalogue says of `code`. */
export function entryOf(code: Code): Entry<never> {
  return catalogue[code];
}

function wordsOf(code: Code): string[] {
  return [code.toLowerCase(), entryOf(code).name];
}
