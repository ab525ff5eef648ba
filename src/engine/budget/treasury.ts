import type { Budget, OrchestraPlan } from "../../plan/index.ts";
import type { PriceOptions } from "../../players/models/prices.ts";
import type { PriceChange, PriceRow } from "../../store/ledger.ts";
import { parseStored } from "../../store/parse-stored.ts";
import type { ModelCallRow, Store } from "../../store/store.ts";
import type { Clock } from "../../support/clock.ts";
import { Account } from "./account.ts";
import { Claim, type Claiming } from "./claim.ts";
import type { Limit } from "./limits-of.ts";
import { priceAt } from "./price-at.ts";
import { seedPrices } from "./seed-prices.ts";
import { settleLost } from "./settle-lost.ts";

/** The part of the store that it needs. */
export type Vault = Pick<
  Store,
  | "prices"
  | "changePrices"
  | "reservations"
  | "reserveCall"
  | "settleCall"
  | "noteSpent"
  | "raiseBudget"
  | "recordModelCall"
  | "modelCallsOf"
  | "account"
  | "spentIn"
  | "settled"
  | "orchestras"
>;

/** Accounts that nobody uses are forgotten beyond so many; the store knows them. */
const MOST_ACCOUNTS = 10_000;

/**
 * What models cost, what may be spent and what was: of all runs of one engine, which owns its store. A call that counts
 * against a budget is made when all of them have room for the most it can cost, and settled when it is over.
 *
 * What is decided is decided at once, in one turn of the event loop; what was reserved is durable before a call is made.
 */
export class Treasury {
  readonly #vault: Vault;
  readonly #clock: Clock;
  #seeding = Promise.resolve();
  #prices = new Map<string, PriceRow[]>();
  readonly #accounts = new Map<string, Account>();
  /** Those that wait for what others hold, in their order. */
  readonly #queue = new Set<Claim>();
  /** How much more than was thought a call of a model may cost, by model. */
  readonly #excess = new Map<string, number>();

  constructor(vault: Vault, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  /** Settles what an earlier process has left. Once, before anything else. */
  async open(): Promise<void> {
    await settleLost(this.#vault);
  }

  /** What the configuration says that models cost, from now on. */
  seed(prices: PriceOptions): Promise<void> {
    this.#seeding = this.#seeding.then(() => this.#seed(prices));
    return this.#seeding;
  }

  async #seed(prices: PriceOptions): Promise<void> {
    const known = await this.#vault.prices();
    const change = seedPrices(prices, known, this.#clock.now());
    if (change) await this.#vault.changePrices(change);
    this.#list(change ? await this.#vault.prices() : known);
  }

  /** What a model costs now. */
  priceOf(model: string): PriceRow | undefined {
    return priceAt(this.#prices.get(model) ?? [], this.#clock.now());
  }

  /** What an orchestra's runs may cost, as it is deployed now. */
  async budgetOf(orchestra: string): Promise<Budget | undefined> {
    const row = await this.#vault.orchestras.find(orchestra);
    return row && (parseStored(row.definition, `orchestra ${orchestra}`) as OrchestraPlan).budget;
  }

  /** Resolves when it is durable; calls that begin from then on cost as it says. */
  async changePrices(change: PriceChange): Promise<void> {
    await this.#vault.changePrices(change);
    this.#list(await this.#vault.prices());
  }

  #list(rows: readonly PriceRow[]): void {
    this.#prices = Map.groupBy(rows, ({ model }) => model);
  }

  /**
   * Reserves what a call may cost; waits while that is held for others.
   * @throws MaestroError MR3076 or MR3098 when a budget has no room for it, whatever the others bring back; the signal's
   * reason
   */
  async reserve(claiming: Claiming): Promise<Claim> {
    const accounts: Account[] = [];
    for (const limit of claiming.limits) accounts.push(await this.#accountOf(limit));
    const { model } = claiming.row;
    const claim = new Claim(claiming, {
      accounts,
      excess: this.#excess.get(model) ?? 1,
      release: (one) => this.settle(one, undefined),
    });
    this.#queue.add(claim);
    this.#serve();
    if (!claim.isDecided) claim.waitFor(() => this.#leave(claim));
    await claim.granted;
    try {
      await this.#vault.reserveCall(claim.toRow());
    } catch (error) {
      claim.giveBack(0);
      throw error;
    }
    return claim;
  }

  #leave(claim: Claim): void {
    this.#queue.delete(claim);
    this.#serve();
  }

  /** The call is over: what it has cost counts, the rest is free again. Once; later calls of it do nothing. */
  settle(claim: Claim, call: ModelCallRow | undefined): void {
    if (claim.isOver) return;
    const cost = call?.microUsd ?? 0;
    claim.giveBack(cost);
    const { model } = claim.claiming.row;
    if (claim.bound > 0 && claim.isBounded && cost > claim.bound)
      this.#excess.set(model, Math.max(this.#excess.get(model) ?? 1, cost / claim.bound));
    const spent = claim.accounts
      .filter(({ isKept }) => isKept)
      .map(({ scope, spent: microUsd }) => ({ scope, microUsd }));
    // A store that fails is met by whoever waits for what comes next.
    const reservation = claim.claiming.row;
    this.#vault.settleCall({ call: call && onDayOf(call, reservation), reservation, spent }).catch(() => {});
    this.#serve();
  }

  /** Somebody lets a budget be larger. Durable with what is written next: the decision to do so. */
  raise(scope: string, microUsd: number, by: string): void {
    this.#vault.raiseBudget({ scope, microUsd, by, at: this.#clock.now() });
    const account = this.#accounts.get(scope);
    if (account) account.raisedTo = microUsd;
    this.#serve();
  }

  /** In their order; who waits holds back those that come after it and want of the same. */
  #serve(): void {
    const wanted = new Set<Account>();
    for (const claim of this.#queue) {
      const isBlocked = claim.accounts.some((account) => wanted.has(account));
      const answer = isBlocked ? "waits" : claim.decide();
      if (answer === "waits") for (const account of claim.accounts) wanted.add(account);
      else this.#queue.delete(claim);
    }
  }

  async #accountOf(limit: Limit): Promise<Account> {
    let account = this.#accounts.get(limit.scope);
    if (!account) {
      if (this.#accounts.size >= MOST_ACCOUNTS) this.#forget();
      account = new Account(limit);
      this.#accounts.set(limit.scope, account);
    }
    account.users++;
    account.declared = limit.microUsd;
    const { loading } = account;
    account.loading ??= this.#load(account, limit);
    try {
      await account.loading;
    } catch (error) {
      if (loading === undefined) this.#accounts.delete(limit.scope);
      throw error;
    }
    return account;
  }

  async #load(account: Account, { scope, of, isKept }: Limit): Promise<void> {
    await this.#vault.settled();
    const kept = await this.#vault.account(scope);
    const isKnown = isKept && kept !== undefined;
    account.spent = isKnown ? kept.microUsd : await this.#vault.spentIn(of);
    account.raisedTo ??= kept?.raisedTo ?? undefined;
    if (isKept && !isKnown) this.#vault.noteSpent(scope, account.spent);
  }

  #forget(): void {
    for (const [scope, { users }] of this.#accounts) if (users === 0) this.#accounts.delete(scope);
  }
}

/** A call counts on the day whose budget pays for it, also when it waited for its provider until the next one. */
function onDayOf(call: ModelCallRow, { at }: { readonly at: number }): ModelCallRow {
  return toDay(call.startedAt) === toDay(at) ? call : { ...call, startedAt: at };
}

function toDay(at: number): number {
  return Math.floor(at / 86_400_000);
}
