/** Puts lines together from what comes in parts. */
export class LineReader {
  readonly #onLine: (line: string) => void;
  #begun: string[] = [];

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Empty lines are left out. */
  take(text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      const part = text.slice(from, end);
      const line = this.#begun.length === 0 ? part : this.#begun.join("") + part;
      if (this.#begun.length > 0) this.#begun = [];
      if (line !== "") this.#onLine(line);
      from = end + 1;
    }
    if (from < text.length) this.#begun.push(from === 0 ? text : text.slice(from));
  }
}
