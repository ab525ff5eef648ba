/** For so long an answer is good enough. */
const KEPT_MS = 1_000;

/**
 * Something that is asked for often and takes its time: an answer is given again for a while. Whoever was given an old one
 * is told when there may be a new one.
 */
export class Kept<T> {
  readonly #ask: () => Promise<T>;
  readonly #tell: () => void;
  #answer: Promise<T> | undefined;
  #askedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(ask: () => Promise<T>, tell: () => void) {
    this.#ask = ask;
    this.#tell = tell;
  }

  get(): Promise<T> {
    const now = performance.now();
    const oldMs = now - this.#askedAt;
    if (this.#answer && oldMs < KEPT_MS) {
      this.#timer ??= setTimeout(() => {
        this.forget();
        this.#tell();
      }, KEPT_MS - oldMs);
      return this.#answer;
    }
    this.forget();
    this.#askedAt = now;
    this.#answer = this.#ask();
    // Asked again the next time.
    this.#answer.catch(() => this.forget());
    return this.#answer;
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#answer = undefined;
  }
}
