import type { Noted } from "../../players/models/aside-purse.ts";

interface Line {
  readonly noted: Noted;
  readonly done: PromiseWithResolvers<void>;
}

/**
 * What the calls of a test cost, written down as they are made. The store is asked once at a time, for a moment each: what comes
 * meanwhile goes together.
 */
export class TestBooks {
  readonly #ask: (calls: readonly Noted[]) => Promise<unknown>;
  #lines: Line[] = [];
  #writing: Promise<void> | undefined;

  /** @param ask resolves when these are durable */
  constructor(ask: (calls: readonly Noted[]) => Promise<unknown>) {
    this.#ask = ask;
  }

  /** Resolves when it is durable. */
  write(noted: Noted): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#lines.push({ noted, done });
    this.#writing ??= this.#writeAll();
    return done.promise;
  }

  /** Resolves when nothing is left to be written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (let lines = this.#take(); lines.length > 0; lines = this.#take())
      try {
        await this.#ask(lines.map(({ noted }) => noted));
        for (const { done } of lines) done.resolve();
      } catch (error) {
        for (const { done } of lines) done.reject(error);
      }
    this.#writing = undefined;
  }

  #take(): readonly Line[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}
