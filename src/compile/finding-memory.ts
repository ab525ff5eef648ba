interface Kept {
  readonly epochs: string | number;
  readonly value: unknown;
  /** The round in which it was last asked for. */
  round: number;
}

/** What was found in sources and holds until one of them changes. */
export class FindingMemory {
  readonly #epochs = new Map<string, number>();
  readonly #kept = new Map<string, Kept>();
  #round = 0;

  /** What was found in `files` is to be found again. */
  touch(files: Iterable<string>): void {
    this.#round++;
    for (const file of files) this.#epochs.set(file, this.#round);
  }

  /** What `make` gave for `key` when `files` were as they are, or gives now. */
  keep<T>(key: string, files: readonly string[], make: () => T): T {
    const epochs = this.#epochsOf(files);
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
