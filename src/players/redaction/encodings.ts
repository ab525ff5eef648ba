/** The ways to write one character, each of them one text; none is the beginning of another. */
export type Encoding = (character: string) => readonly string[];

/** A half of a surrogate pair cannot be written to a file or a pipe. */
export const asIs: Encoding = (character) => distinct([character, character.toWellFormed()]);

/** What encoders of JSON write as `\uXXXX` although they need not: Python what is not ASCII, Go `<`, Gson `=`, .NET `+`. */
const ESCAPED_AT_WILL = /[&<>'"+=/`\u007f-\uffff]/;

/** In JSON, as any encoder writes it. */
export const inJson: Encoding = (character) => {
  const short = JSON.stringify(character).slice(1, -1);
  const isControl = character < " ";
  if (!isControl && !ESCAPED_AT_WILL.test(character)) return [short];
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  const escaped = units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  return distinct([short, ...inCases(escaped, /u[\da-f]+/g), ...(character === "/" ? ["\\/"] : [])]);
};

/** Characters that every encoding leaves as they are. */
export const PLAIN = /^[\w.-]*$/;
const PRINTABLE = /[!-~]/;

/** In a URL or a form: which characters stay as they are is a matter of the encoder. */
export const inUrl: Encoding = (character) => {
  if (PLAIN.test(character)) return [character];
  const bytes = Buffer.from(character).toString("hex");
  const escapes = inCases(bytes.replace(/../g, "%$&"), /[\da-f]+/g);
  if (character === " ") return ["+", ...escapes];
  return PRINTABLE.test(character) && character !== "%" ? [character, ...escapes] : escapes;
};

const NAMED: Readonly<Record<string, readonly string[]>> = {
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
  '"': ["&quot;"],
  "'": ["&apos;", "&#039;"],
};
const REFERRED_TO = /[&<>'"`=/\u007f-\u{10ffff}]/u;

/** In HTML or XML. */
export const inHtml: Encoding = (character) => {
  if (!REFERRED_TO.test(character)) return [character];
  const code = character.codePointAt(0)!;
  const escapes = [
    `&#${code};`,
    ...inCases(`&#x${code.toString(16)};`, /x[\da-f]+/g),
    ...(NAMED[character] ?? []),
  ];
  return character === "&" ? escapes : [character, ...escapes];
};

/** What is written by `inner` and then, in a text that has it, by `outer`. */
export function within(outer: Encoding, inner: Encoding): Encoding {
  return (character) =>
    distinct(
      inner(character).flatMap((text) => [...text].reduce(appended(outer), [""] as readonly string[])),
    );
}

function appended(outer: Encoding) {
  return (begun: readonly string[], character: string): readonly string[] =>
    begun.flatMap((text) => outer(character).map((next) => text + next));
}

/** `text`, whose `digits` are hexadecimal, in lower and in upper case. */
export function inCases(text: string, digits: RegExp): readonly string[] {
  const upper = text.replace(digits, (found) => found.replace(/[\da-f]+$/, (all) => all.toUpperCase()));
  return distinct([text, upper]);
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
