/** Plays that are under way at once; what comes beyond that is not played. */
const MOST = 8;

/**
 * What is played beside runs, and must not reach them: nobody waits for it, and what goes wrong with it is told to nobody.
 * When the process ends it has some time, and is then told to end.
 */
export class Beside {
  readonly #underWay = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  /** Begins after what is being done now, if there is room; never throws. */
  begin(play: (signal: AbortSignal) => Promise<void>): void {
    if (this.#underWay.size >= MOST || this.#ending.signal.aborted) return;
    const playing = new Promise<void>((resolve) => {
      setImmediate(() => {
        // Also what throws before its first `await`.
        Promise.resolve()
          .then(() => play(this.#ending.signal))
          .then(resolve, () => resolve());
      });
    });
    this.#underWay.add(playing);
    playing.finally(() => this.#underWay.delete(playing));
  }

  /** Waits for what is under way, for `graceMs` at most; then for what is told to end. */
  async end(graceMs: number): Promise<void> {
    if (this.#underWay.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([this.settled(), late]);
    clearTimeout(timer);
    this.#ending.abort(new Error("the process is ending"));
    // What does not listen to that is left behind.
    await Promise.race([
      this.settled(),
      new Promise((resolve) => setTimeout(resolve, LEFT_BEHIND_MS).unref()),
    ]);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}

const LEFT_BEHIND_MS = 1_000;
