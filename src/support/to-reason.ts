/** Why something was thrown, in its own words and one line. Never throws itself, whatever it is given. */
export function toReason(thrown: unknown): string {
  try {
    const text = String(thrown instanceof Error ? thrown.message || thrown.name : thrown);
    return text.split(/\r|\n/, 1)[0]!;
  } catch {
    return "something that cannot be shown was thrown";
  }
}
