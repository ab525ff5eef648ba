const LONGEST_LINE = 8 * 1024;
const KEPT_ERRORS = 16 * 1024;
const MOST_PRINTED = 1024 * 1024;
/** How much may come in a second for good. */
const PER_SECOND = 64 * 1024;

/** What a process prints, line by line and with a limit: what comes faster is left out. */
export class Output {
  readonly #onLine: (line: string) => void;
  #line = "";
  #room = MOST_PRINTED;
  #at = performance.now();
  #isLeftOut = false;
  /** The end of what it wrote to standard error. */
  errors = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  take(text: string, isError: boolean): void {
    if (isError) this.errors = (this.errors + text).slice(-KEPT_ERRORS);
    const now = performance.now();
    this.#room = Math.min(MOST_PRINTED, this.#room + ((now - this.#at) / 1000) * PER_SECOND);
    this.#at = now;
    if (text.length > this.#room) {
      this.#line = "";
      if (!this.#isLeftOut) this.#onLine("(it printed more, which is left out)");
      this.#isLeftOut = true;
      return;
    }
    this.#isLeftOut = false;
    this.#room -= text.length;
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop()!.slice(0, LONGEST_LINE);
    for (const line of lines) if (line !== "") this.#onLine(line.slice(0, LONGEST_LINE));
  }
}
