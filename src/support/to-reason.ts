/**
 * Why something was thrown, in its own words and one line. Of several lines it is the first one, unless that ends with a
 * colon: then what it is about comes after it. Never throws itself, whatever it is given.
 */
export function toReason(thrown: unknown): string {
  try {
    const text = String(thrown instanceof Error ? thrown.message || thrown.name : thrown);
    const first = text.split(/\r|\n/, 1)[0]!;
    if (!first.endsWith(":")) return first;
    const facts = text.slice(first.length).split(/\r|\n/);
    return `${first} ${facts
      .map((line) => line.trim())
      .filter(Boolean)
      .join("; ")}`.trimEnd();
  } catch {
    return "something that cannot be shown was thrown";
  }
}
