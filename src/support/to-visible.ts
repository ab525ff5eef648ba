const OBEYED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
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
