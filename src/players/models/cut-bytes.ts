/** The beginning of a text, of at most so many bytes, with a line that says how many were left out. */
export function cutBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  // A character that is cut through is left out.
  const kept = new TextDecoder().decode(bytes.subarray(0, maxBytes), { stream: true });
  return `${kept}\n… ${bytes.length - maxBytes} more bytes were left out …`;
}
