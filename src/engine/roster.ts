/** What says where it stands in a roster. */
export interface Listed {
  /** Below 0: nowhere. */
  place: number;
}

/** Who is under way, in no order. A `Set` makes its table anew every few times that one comes and goes: 290 bytes a step. */
export class Roster<T extends Listed> implements Iterable<T> {
  readonly #all: T[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(one: T): void {
    one.place = this.#all.push(one) - 1;
  }

  /** One that is not in it changes nothing. */
  delete(one: T): void {
    if (one.place < 0) return;
    const last = this.#all.pop()!;
    if (last !== one) {
      this.#all[one.place] = last;
      last.place = one.place;
    }
    one.place = -1;
  }

  /** Those that are in it now, whatever comes and goes meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#all].values();
  }
}
