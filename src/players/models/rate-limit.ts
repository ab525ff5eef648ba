import { type Clock, systemClock } from "../../support/clock.ts";

/** What a provider allows within any 60 seconds. */
export interface Rates {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
}

const WINDOW_MS = 60_000;

/** One call that counts. Its tokens are an estimate until it is over. */
export interface Admitted {
  /** It is over, and took so many tokens. */
  settle(tokens: number): void;
}

interface Counted {
  readonly at: number;
  tokens: number;
}

interface Waiting {
  readonly tokens: number;
  admit(admitted: Admitted): void;
}

/**
 * Lets calls begin in the order in which they came, as soon as the last 60 seconds have room for them: a sliding window,
 * so that no 60 seconds whatever hold more requests than allowed. Tokens are counted as estimated, then as used: those
 * of a call that took more than was thought hold up the next ones. A call that needs more tokens than a minute has
 * waits until nothing else counts, and then begins.
 */
export class RateLimit {
  readonly #most: Required<Rates>;
  readonly #clock: Clock;
  /** Those of the last 60 seconds, the oldest first. */
  #counted: Counted[] = [];
  readonly #waiting: Waiting[] = [];
  #cancel: (() => void) | undefined;

  constructor(
    { requestsPerMinute = Infinity, tokensPerMinute = Infinity }: Rates,
    clock: Clock = systemClock,
  ) {
    this.#most = { requestsPerMinute, tokensPerMinute };
    this.#clock = clock;
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves when a call that may take `tokens` may begin.
   * @throws the signal's reason
   */
  enter(tokens: number, signal: AbortSignal): Promise<Admitted> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(one), 1);
        reject(signal.reason);
        this.#admit();
      };
      const one: Waiting = {
        tokens,
        admit(admitted) {
          signal.removeEventListener("abort", leave);
          resolve(admitted);
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(one);
      this.#admit();
    });
  }

  #admit(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const now = this.#clock.now();
    const over = this.#counted.findIndex(({ at }) => at > now - WINDOW_MS);
    this.#counted = over < 0 ? [] : this.#counted.slice(over);
    while (this.#waiting.length > 0 && this.#hasRoom(this.#waiting[0]!.tokens)) {
      const { tokens, admit } = this.#waiting.shift()!;
      const counted = { at: now, tokens };
      this.#counted.push(counted);
      admit({
        settle: (used) => {
          counted.tokens = used;
          this.#admit();
        },
      });
    }
    const [oldest] = this.#counted;
    if (this.#waiting.length > 0 && oldest)
      this.#cancel = this.#clock.after(Math.max(1, oldest.at + WINDOW_MS - now), () => this.#admit());
  }

  #hasRoom(tokens: number): boolean {
    const { requestsPerMinute, tokensPerMinute } = this.#most;
    if (this.#counted.length >= requestsPerMinute) return false;
    if (this.#counted.length === 0) return true;
    return this.#counted.reduce((sum, one) => sum + one.tokens, tokens) <= tokensPerMinute;
  }
}
