const SPENT_BEFORE_SHRINKING = 1_024;

/** Shared by queues that hold nothing: most of a run's queues never do. */
const NOTHING: readonly never[] = [];

/** First in, first out, in constant time; what was taken out is let go of. */
export class Queue<T> {
  #items: (T | undefined)[] = NOTHING as never[];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    if (this.#items.length === 0) this.#items = [item];
    else this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.#head === this.#items.length) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items = NOTHING as never[];
      this.#head = 0;
    } else if (this.#head > SPENT_BEFORE_SHRINKING && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
