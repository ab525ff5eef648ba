import type { ModelCallRow } from "./store.ts";

/** What a model costs from an instant on, in micro-USD for a million tokens. */
export interface NewPrice {
  readonly id: string;
  /** `provider/model`. */
  readonly model: string;
  /** Unix ms; 0 for ever. */
  readonly validFrom: number;
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  readonly reasoning: number;
  /** `config`: the workspace says so; `set`: somebody has said so since, and that counts. */
  readonly layer: "config" | "set";
  /** Where the figures are from, as people wrote it. */
  readonly source: string | null;
  readonly setBy: string;
  readonly setAt: number;
}

/** It never changes, but may be taken back. */
export interface PriceRow extends NewPrice {
  readonly goneBy: string | null;
  readonly goneAt: number | null;
}

/** Prices that count from now on, and those that do not count any more. */
export interface PriceChange {
  readonly add: readonly NewPrice[];
  readonly end: readonly { readonly id: string; readonly by: string; readonly at: number }[];
}

/** A call that counts against budgets and may be under way: what it may cost. `call` is its number among those of the attempt. */
export interface ReservationRow {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly call: number;
  readonly agent: string;
  readonly model: string;
  readonly at: number;
  readonly microUsd: number;
  readonly prices: string;
  /** The budgets. */
  readonly scopes: readonly string[];
}

/** What was spent of a budget, and to how much somebody has raised it. */
export interface AccountRow {
  readonly microUsd: number;
  readonly raisedTo: number | null;
}

/** Somebody lets a budget be larger. */
export interface BudgetRaise {
  readonly scope: string;
  readonly microUsd: number;
  readonly by: string;
  readonly at: number;
}

/** What a reserved call has come to, and what its budgets have come to with it. */
export interface Settlement {
  /** Absent: nobody was asked in the end, or what was asked is written down already. */
  readonly call: ModelCallRow | undefined;
  readonly reservation: Pick<ReservationRow, "runId" | "step" | "attempt" | "call">;
  readonly spent: readonly { readonly scope: string; readonly microUsd: number }[];
}

/** Of which calls the costs are asked for. */
export type SpentOf =
  | { readonly run: string; readonly agent?: string | undefined; readonly step?: string | undefined }
  /** `2026-01-31`, in UTC. */
  | { readonly day: string; readonly score?: string | undefined; readonly orchestra?: string | undefined };

/** The part of the store that knows what models cost, what was spent and what may be. */
export interface Ledger {
  /** All of it at once, or nothing: the call's row, the end of its reservation, its budgets. */
  settleCall(settlement: Settlement): Promise<void>;
  /** What a call may cost, before it is made. */
  reserveCall(row: ReservationRow): Promise<void>;
  /** What was spent of a budget before anything counted it. Rides with what is written next. */
  noteSpent(scope: string, microUsd: number): void;
  /** Rides with what is written next: the decision to do so. */
  raiseBudget(raise: BudgetRaise): void;
  changePrices(change: PriceChange): Promise<void>;
  /** Calls that were under way when a process ended, and those of this one. */
  reservations(): Promise<ReservationRow[]>;
  account(scope: string): Promise<AccountRow | undefined>;
  /** What the calls that are written down have cost, those of known price. */
  spentIn(of: SpentOf): Promise<number>;
  /** Those that count; with `all` those that were taken back as well. By model, the newest first. */
  prices(all?: boolean): Promise<PriceRow[]>;
}
