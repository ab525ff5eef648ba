/** An output has 100 MB at most, and so has what a line of the log has with it: nobody says twice that. */
const LONGEST = 210_000_000;

/** Puts lines together from what comes in parts. */
export class LineReader {
  readonly #onLine: (line: string) => void;
  readonly #onEndless: () => void;
  #begun: string[] = [];
  #length = 0;

  /** @param onEndless is called when a line is longer than any that is said; what there is of it is left out */
  constructor(onLine: (line: string) => void, onEndless: () => void = () => undefined) {
    this.#onLine = onLine;
    this.#onEndless = onEndless;
  }

  /** Empty lines are left out. */
  take(text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      const part = text.slice(from, end);
      const line = this.#begun.length === 0 ? part : this.#begun.join("") + part;
      if (this.#begun.length > 0) this.#forget();
      if (line !== "") this.#onLine(line);
      from = end + 1;
    }
    if (from < text.length) this.#keep(from === 0 ? text : text.slice(from));
  }

  #keep(part: string): void {
    this.#begun.push(part);
    this.#length += part.length;
    if (this.#length <= LONGEST) return;
    this.#forget();
    this.#onEndless();
  }

  #forget(): void {
    this.#begun = [];
    this.#length = 0;
  }
}
