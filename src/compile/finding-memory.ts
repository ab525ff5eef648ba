interface Kept {
  readonly epochs: string | number;
  readonly value: unknown;
  /** The round in which it was last asked for. */
  round: number;
}

/** What was found in sources and holds until one of them changes. */
export class FindingMemory {
  readonly #epochs = new Map<string, number>();
  readonly #textEpochs = new Map<string, number>();
  readonly #kept = new Map<string, Kept>();
  #round = 0;

  /** What was found in `files` is to be found again, and what stands in those of them that are `changed`. */
  touch(files: Iterable<string>, changed: Iterable<string>): void {
    this.#round++;
    for (const file of files) this.#epochs.set(file, this.#round);
    for (const file of changed) {
      this.#epochs.set(file, this.#round);
      this.#textEpochs.set(file, this.#round);
    }
  }

  /** What `make` gave for `key` when `files` were as they are, or gives now. */
  keep<T>(key: string, files: readonly string[], make: () => T): T {
    return this.#keep(key, this.#epochsOf(files), make);
  }

  /** The same for what is seen in the text of one file, whatever that imports. */
  keepText<T>(key: string, file: string, make: () => T): T {
    return this.#keep(key, this.#textEpochs.get(file) ?? 0, make);
  }

  #keep<T>(key: string, epochs: string | number, make: () => T): T {
    const known = this.#kept.get(key);
    if (known?.epochs === epochs) {
      known.round = this.#round;
      return known.value as T;
    }
    const value = make();
    this.#kept.set(key, { epochs, value, round: this.#round });
    return value;
  }

  #epochsOf(files: readonly string[]): string | number {
    // Most ask about one.
    if (files.length === 1) return this.#epochs.get(files[0]!) ?? 0;
    return files.map((file) => this.#epochs.get(file) ?? 0).join();
  }

  /** Forgets what was not asked for since the last change. */
  forgetOthers(): void {
    for (const [key, { round }] of this.#kept) if (round < this.#round) this.#kept.delete(key);
  }
}
