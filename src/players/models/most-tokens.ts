/** English prose has about four bytes in a token, JSON and code about three. */
const ASCII_PER_TOKEN = 3;
/** What providers put around what is said. */
const AROUND = 16;

/** About the most tokens that a model may cut a text into: of other than ASCII, as many as it has bytes. */
export function toMostTokens(text: string): number {
  const bytes = Buffer.byteLength(text);
  const beyondAscii = bytes - text.length;
  // A character beyond ASCII has two to four bytes, and one or two units of the string.
  const ascii = Math.max(0, text.length - beyondAscii);
  return Math.ceil(ascii / ASCII_PER_TOKEN) + (bytes - ascii) + AROUND;
}
