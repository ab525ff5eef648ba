import type { Io } from "../io.ts";
import { readInput } from "../read-input.ts";
import { whoIs } from "../who-is.ts";
import type { DevSession } from "./dev-session.ts";

interface ReplayOptions {
  readonly score: string;
  /** As `--input` gives it. */
  readonly input: readonly string[];
  readonly onError: (error: unknown) => void;
}

/** Plays one score again on each good save, with the input that was given once; one run at a time, and the last save's. */
export class Replay {
  session: DevSession | undefined;
  readonly #io: Io;
  readonly #options: ReplayOptions;
  #isPlaying = false;
  #isWanted = false;

  constructor(io: Io, options: ReplayOptions) {
    this.#io = io;
    this.#options = options;
  }

  async play(): Promise<void> {
    this.#isWanted = true;
    if (this.#isPlaying) return;
    this.#isPlaying = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      await this.#once().catch(this.#options.onError);
    }
    this.#isPlaying = false;
  }

  async #once(): Promise<void> {
    const { cwd, readStdin } = this.#io;
    const { score, input: words } = this.#options;
    const session = this.session!;
    const { plan } = session.score(score);
    const input = await readInput(words, { schema: plan.input, cwd, readStdin });
    const play = await session.begin(score, input, { by: whoIs(this.#io, undefined) });
    await play.ending;
  }
}
