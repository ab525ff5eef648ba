import type { InnerPlay } from "./engine.ts";
import { joinHalt } from "./halt.ts";
import type { Performance } from "./performance.ts";

/**
 * Runs that others play, at any depth, and that somebody goes on with by themselves. The runs above may not have come to
 * them, and do not know of them then; they are held, go on and stop with each of them all the same.
 */
export class Apart {
  readonly #plays = new Map<InnerPlay, readonly string[]>();

  /** @param above those that it is part of, the outermost first; `undefined` for one that is not played */
  add(
    play: InnerPlay,
    above: readonly { readonly id: string; readonly play: InnerPlay | undefined }[],
  ): void {
    if (above.length === 0) return;
    this.#plays.set(
      play,
      above.map(({ id }) => id),
    );
    const forget = () => this.#plays.delete(play);
    play.ending.then(forget, forget);
    // They may have been told while this one was taken over.
    for (const { play: outer } of above) if (outer) join(play, outer.performance);
  }

  /** Those that are part of a run. */
  inside(id: string): readonly InnerPlay[] {
    if (this.#plays.size === 0) return NOBODY;
    return [...this.#plays].filter(([, above]) => above.includes(id)).map(([play]) => play);
  }

  /** They stop with the run that they are part of, whether that one is being played or waits for its turn. */
  stop(id: string, reason: Error): void {
    for (const { performance } of this.inside(id)) performance.stop(reason);
  }
}

const NOBODY: readonly InnerPlay[] = [];

function join(play: InnerPlay, { halt, isAborting }: Performance): void {
  if (halt?.is === "pause") joinHalt(play.performance, halt, undefined);
  else if (isAborting) play.stop(new Error("the run that it is part of was stopped"));
}
