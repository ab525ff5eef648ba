import type { BadgeRow, ModelStore } from "../../store/model-store.ts";

/**
 * What is said of models beside the configuration. It is read once: whoever changes it does so in the process that owns
 * the store, and tells it here.
 */
export class ModelRegister {
  readonly #badges: Map<string, BadgeRow>;

  static async open(models: ModelStore): Promise<ModelRegister> {
    return new ModelRegister(await models.badges());
  }

  private constructor(badges: readonly BadgeRow[]) {
    this.#badges = new Map(badges.map((row) => [row.model, row]));
  }

  /** What its last test has shown. */
  badgeOf(model: string): BadgeRow | undefined {
    return this.#badges.get(model);
  }

  /** A test is written down. */
  noteBadge(row: BadgeRow): void {
    this.#badges.set(row.model, row);
  }
}
