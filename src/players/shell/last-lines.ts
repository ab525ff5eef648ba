const MOST_LINES = 10;
const MOST_CHARACTERS = 2_000;

/** The end of what a program wrote: up to 10 lines and 2,000 characters, without what is empty around them. */
export function lastLines(text: string): string {
  const lines = text.trimEnd().split(/\r?\n/).slice(-MOST_LINES).join("\n").trimStart();
  return lines.length > MOST_CHARACTERS ? `…${lines.slice(-MOST_CHARACTERS)}` : lines;
}
