import { MaestroError } from "../../diagnostics/index.ts";
import type { Hold } from "../../players/models/purse.ts";
import type { ReservationRow } from "../../store/ledger.ts";
import type { Account } from "./account.ts";
import type { Limit } from "./limits-of.ts";

/** A call that counts against budgets, before it is made. */
export interface Claiming {
  readonly limits: readonly Limit[];
  /** What it may cost in micro-USD; of one whose answer has no end, what is asked alone. */
  readonly bound: number;
  readonly isBounded: boolean;
  readonly signal: AbortSignal;
  readonly row: Omit<ReservationRow, "microUsd" | "scopes">;
}

/** What a call holds of its budgets. One whose answer has no end holds all that is left: no other can pass them, too. */
export class Claim implements Hold {
  readonly claiming: Claiming;
  readonly accounts: readonly Account[];
  readonly bound: number;
  isDecided = false;
  isOver = false;
  #held: readonly number[] = [];
  readonly #answer = Promise.withResolvers<void>();
  #stopWaiting: (() => void) | undefined;

  readonly #release: (claim: Claim) => void;

  /** @param of `excess`: how much more than was thought such a call may cost */
  constructor(
    claiming: Claiming,
    of: {
      readonly accounts: readonly Account[];
      readonly excess: number;
      readonly release: (claim: Claim) => void;
    },
  ) {
    this.claiming = claiming;
    this.accounts = of.accounts;
    this.#release = of.release;
    this.bound = Math.ceil(claiming.bound * of.excess);
    // Whoever reserves awaits it; until then a refusal must not count as unhandled.
    this.#answer.promise.catch(() => {});
  }

  get isBounded(): boolean {
    return this.claiming.isBounded;
  }

  /** Rejects when a budget has no room, or the call is told to end. */
  get granted(): Promise<void> {
    return this.#answer.promise;
  }

  /** @param leave takes it out of the queue */
  waitFor(leave: () => void): void {
    const { signal } = this.claiming;
    const give = () => {
      this.#refuse(signal.reason);
      leave();
    };
    if (signal.aborted) return give();
    signal.addEventListener("abort", give, { once: true });
    this.#stopWaiting = () => signal.removeEventListener("abort", give);
  }

  /** Takes what it needs when that is there; is refused when it never will be, without somebody's leave. */
  decide(): "granted" | "refused" | "waits" {
    const least = Math.max(1, this.bound);
    const over = this.accounts.findIndex(({ limit, spent }) => spent + least > limit);
    if (over >= 0) {
      this.#refuse(this.#breachOf(this.accounts[over]!, this.claiming.limits[over]!));
      return "refused";
    }
    if (this.accounts.some(({ left }) => left < least)) return "waits";
    this.#held = this.accounts.map(({ left }) => (this.isBounded ? this.bound : left));
    for (const [i, account] of this.accounts.entries()) account.reserved += this.#held[i]!;
    this.#decided();
    this.#answer.resolve();
    return "granted";
  }

  release(): void {
    this.#release(this);
  }

  /** What it held is free again, but for what it has cost. */
  giveBack(cost: number): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const [i, account] of this.accounts.entries()) {
      account.reserved -= this.#held[i]!;
      account.spent += cost;
      account.users--;
    }
  }

  toRow(): ReservationRow {
    const scopes = this.accounts.filter(({ isKept }) => isKept).map(({ scope }) => scope);
    return { ...this.claiming.row, microUsd: this.bound, scopes };
  }

  #refuse(reason: unknown): void {
    if (this.isDecided) return;
    this.#decided();
    this.isOver = true;
    for (const account of this.accounts) account.users--;
    this.#answer.reject(reason);
  }

  #decided(): void {
    this.isDecided = true;
    this.#stopWaiting?.();
  }

  #breachOf({ limit, spent }: Account, { scope, what, until, isFinal }: Limit): MaestroError {
    const { model } = this.claiming.row;
    const facts = { model, spent, bound: this.bound, budget: limit };
    if (isFinal) return new MaestroError("MR3098", facts);
    return new MaestroError("MR3076", { ...facts, scope, what, ...(until === undefined ? {} : { until }) });
  }
}
