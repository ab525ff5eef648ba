import type { LogLine } from "../../tui/source.ts";

const MOST_LINES = 1_000;
/** More than a person could read: of a flood the first lines of each second are kept, and the others counted. */
const MOST_A_SECOND = 50;
const SECOND_MS = 1_000;

/** The last lines that were logged. What comes by the hundred thousand costs no more than what is kept of it. */
export class LogRing {
  readonly #now: () => number;
  readonly #lines: LogLine[] = [];
  /** Where the next line goes, once all places are taken. */
  #at = 0;
  #second = Number.NEGATIVE_INFINITY;
  #inSecond = 0;
  #left = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  add(text: string): void {
    const at = this.#now();
    if (at - this.#second >= SECOND_MS || at < this.#second) this.#turn(at);
    if (++this.#inSecond > MOST_A_SECOND) this.#left++;
    else this.#keep({ at, text });
  }

  /** The newest first; what was left out of the second that is not over yet is said, too. */
  lines(): readonly LogLine[] {
    const kept = [...this.#lines.slice(this.#at), ...this.#lines.slice(0, this.#at)].reverse();
    return this.#left > 0 ? [this.#leftOut(), ...kept] : kept;
  }

  #turn(at: number): void {
    if (this.#left > 0) this.#keep(this.#leftOut());
    this.#second = at;
    this.#inSecond = 0;
    this.#left = 0;
  }

  #leftOut(): LogLine {
    return {
      at: this.#second,
      text: `and ${this.#left.toLocaleString("en")} more line${this.#left === 1 ? "" : "s"} in this second`,
    };
  }

  #keep(line: LogLine): void {
    if (this.#lines.length < MOST_LINES) this.#lines.push(line);
    else {
      this.#lines[this.#at] = line;
      this.#at = (this.#at + 1) % MOST_LINES;
    }
  }
}
