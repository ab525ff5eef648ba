/** The mark by which it is known; shared between the files of a build, each of which has the class. */
const MARK = Symbol.for("maestro.usage");

/** The command's words are off; its message is one sentence for the person who typed them. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }

  get [MARK](): true {
    return true;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && MARK in value;
  }
}
