/** A text of anybody's as the store takes it: without half characters, and without NUL, at which SQLite ends a text. */
export function toStorable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
