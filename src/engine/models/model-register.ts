import type { ModelFlag } from "../../plan/index.ts";
import type { BadgeRow, ModelStore } from "../../store/model-store.ts";
import { ShadowBooks } from "./shadow-books.ts";

/**
 * What is said of models beside the configuration. It is read once: whoever changes it does so in the process that owns
 * the store, and tells it here.
 */
export class ModelRegister {
  readonly #badges: Map<string, BadgeRow>;
  readonly #flags: Map<string, ModelFlag>;

  /** What shadows may spend. */
  readonly books: ShadowBooks;

  static async open(models: ModelStore): Promise<ModelRegister> {
    return new ModelRegister(models, await models.badges(), await models.flags());
  }

  private constructor(models: ModelStore, badges: readonly BadgeRow[], flags: readonly ModelFlag[]) {
    this.books = new ShadowBooks(models);
    this.#badges = new Map(badges.map((row) => [row.model, row]));
    this.#flags = new Map(flags.map((flag) => [flag.model, flag]));
  }

  /** What its last test has shown. */
  badgeOf(model: string): BadgeRow | undefined {
    return this.#badges.get(model);
  }

  /** A test is written down. */
  noteBadge(row: BadgeRow): void {
    this.#badges.set(row.model, row);
  }

  /** Those that are about this agent, or about whoever names their model. */
  flagsOf(agent: string): readonly ModelFlag[] {
    if (this.#flags.size === 0) return NO_FLAGS;
    return [...this.#flags.values()].filter(({ agents }) => agents === null || agents.includes(agent));
  }

  flagOf(model: string): ModelFlag | undefined {
    return this.#flags.get(model);
  }

  /** A decision is written down; without a flag it was taken back. */
  noteFlag(model: string, flag: ModelFlag | undefined): void {
    if (flag) this.#flags.set(model, flag);
    else this.#flags.delete(model);
  }
}

const NO_FLAGS: readonly never[] = [];
