import type { Limit } from "./limits-of.ts";

/** What is known of one budget: what was spent, what is held for calls under way, and how much it may come to. */
export class Account {
  readonly scope: string;
  readonly isKept: boolean;
  /** In micro-USD, as its author wrote it. */
  declared: number;
  /** To what somebody has raised it. */
  raisedTo: number | undefined;
  spent = 0;
  reserved = 0;
  /** Claims that know it. */
  users = 0;
  loading: Promise<void> | undefined;

  constructor({ scope, isKept, microUsd }: Limit) {
    this.scope = scope;
    this.isKept = isKept;
    this.declared = microUsd;
  }

  get limit(): number {
    return Math.max(this.declared, this.raisedTo ?? 0);
  }

  /** What is neither spent nor held. */
  get left(): number {
    return this.limit - this.spent - this.reserved;
  }
}
