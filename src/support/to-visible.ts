/** `\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}`, which every start would look up in Unicode's tables. */
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu;
const SHORT: Readonly<Record<string, string>> = { "\t": "  ", "\n": "\\n", "\r": "\\r" };

/**
 * `text` on one line, with nothing in it that a terminal would obey: a tab is two spaces; line breaks, control
 * characters, marks that turn the writing direction and halves of surrogate pairs are written as escapes (`\n`, `\u001b`).
 */
export function toVisible(text: string): string {
  return text.replace(
    OBEYED,
    (character) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
