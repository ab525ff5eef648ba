import { asIs, type Encoding, inHtml, inJson, inUrl, PLAIN, within } from "./encodings.ts";
import type { Form } from "./form.ts";

/** What is looked for fast: so much of a form says whether the rest is worth a look. */
const HEAD = { text: 8, base64: 5, hex: 3 } as const;
/** The least that is looked for: shorter stretches occur by chance. */
const LEAST_BASE64 = 6;
/** The fewest bytes that are looked for with something between them. */
const LEAST_APART = 4;

/** A line break, also as JSON has it, and what a line is indented with; or what a text ends with that was cut there. */
const BREAK = /(?:\r?\n|(?:\\{1,3}r)?\\{1,3}n)[ \t]{0,16}|(?:\r|\\{1,3}(?:r\\{0,3})?)$/y;
/** As `aa:bb` and `od -tx1` write them. */
const BETWEEN_BYTES = new RegExp(`[ \\t:-]{1,2}|${BREAK.source}`, "y");
/** The number that `od` begins each line with. */
const NUMBERED = new RegExp(`(?:${BREAK.source})(?:[\\da-fA-F]{7,8}:?[ \\t]{1,2}|[\\da-fA-F]{0,8}:?$)`, "y");

/** What a line of a log, which is JSON, may have in it: also what a program has printed as JSON stands there once more. */
const TEXTS: readonly Encoding[] = [
  asIs,
  inJson,
  within(inJson, inJson),
  inUrl,
  within(inJson, inUrl),
  inHtml,
  within(inJson, inHtml),
];

/** All the forms in which `value` is looked for. */
export function toForms(value: string): readonly Form[] {
  return [...toTexts(value), ...toHex(value), ...toBase64(value)];
}

function toTexts(value: string): readonly Form[] {
  const characters = [...value];
  const found = new Map<string, Form["pieces"]>();
  for (const encoding of PLAIN.test(value) ? [asIs] : TEXTS) {
    const pieces = characters.map(encoding);
    found.set(JSON.stringify(pieces), pieces);
  }
  const all = [...found.values()];
  // One head for all of them: how each begins is looked at where it may.
  const starts = characters
    .slice(0, HEAD.text)
    .map((_, index) => [...new Set(all.flatMap((pieces) => pieces[index]!))]);
  const head = starts.map(toPattern).join("");
  return all.map((pieces) => ({ pieces, gaps: [], head, isBase64: false }));
}

function toHex(value: string): readonly Form[] {
  const bytes = Buffer.from(value).toString("hex").match(/../g)!;
  const pieces = bytes.map((byte) => (/\d\d/.test(byte) ? [byte] : [byte, byte.toUpperCase()]));
  return [toForm(pieces, HEAD.hex, bytes.length < LEAST_APART ? [] : [BETWEEN_BYTES, NUMBERED])];
}

/** The characters that not every base64 has, or that URLs and JSON escape. */
const OTHER: Readonly<Record<string, readonly string[]>> = {
  "+": ["+", "-", "%2B", "%2b", "\\u002b", "\\u002B"],
  "/": ["/", "_", "\\/", "%2F", "%2f"],
};

/** What base64 makes of it at the three places it may have in a group of three bytes, without what others share. */
function* toBase64(value: string): Generator<Form> {
  const bytes = Buffer.from(value);
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const own = whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    if (own.length < LEAST_BASE64) continue;
    const pieces = [...own].map((character) => OTHER[character] ?? [character]);
    yield { ...toForm(pieces, HEAD.base64, [BREAK]), isBase64: true };
  }
}

function toForm(pieces: Form["pieces"], headLength: number, gaps: readonly RegExp[]): Form {
  const between = gaps.length === 0 ? "" : `(?:${gaps.map((gap) => gap.source).join("|")})?`;
  const head = pieces.slice(0, headLength).map(toPattern).join(between);
  return { pieces, gaps, head, isBase64: false };
}

function toPattern(ways: readonly string[]): string {
  return ways.length === 1 ? escaped(ways[0]!) : `(?:${ways.map(escaped).join("|")})`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
