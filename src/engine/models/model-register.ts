import { agentOfRevision, type ModelFlag } from "../../plan/index.ts";
import type { AgentDeployment, BadgeRow, ModelStore } from "../../store/model-store.ts";
import { ShadowBooks } from "./shadow-books.ts";

/**
 * What is said of models beside the configuration. It is read once: whoever changes it does so in the process that owns
 * the store, and tells it here.
 */
export class ModelRegister {
  readonly #badges: Map<string, BadgeRow>;
  readonly #flags: Map<string, ModelFlag>;
  /** Of revisions of agents. */
  readonly #revisions: Map<string, ModelFlag>;
  readonly #models: ModelStore;
  /** By agent, as long as nobody decides anything: what stands in is the same for all attempts. */
  readonly #deployments = new Map<string, Promise<readonly AgentDeployment[]>>();

  /** What shadows may spend. */
  readonly books: ShadowBooks;

  static async open(models: ModelStore): Promise<ModelRegister> {
    return new ModelRegister(models, await models.badges(), await models.flags());
  }

  private constructor(models: ModelStore, badges: readonly BadgeRow[], flags: readonly ModelFlag[]) {
    this.books = new ShadowBooks(models);
    this.#badges = new Map(badges.map((row) => [row.model, row]));
    this.#models = models;
    const [own, revisions] = [new Map<string, ModelFlag>(), new Map<string, ModelFlag>()];
    for (const flag of flags)
      (agentOfRevision(flag.model) === undefined ? own : revisions).set(flag.model, flag);
    this.#flags = own;
    this.#revisions = revisions;
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

  /** Of a model or a revision. */
  flagOf(name: string): ModelFlag | undefined {
    return this.#flags.get(name) ?? this.#revisions.get(name);
  }

  /** All of models and revisions. */
  flags(): readonly ModelFlag[] {
    return [...this.#flags.values(), ...this.#revisions.values()];
  }

  /** Of the revisions of this agent. */
  revisionFlagsOf(agent: string): readonly ModelFlag[] {
    if (this.#revisions.size === 0) return NO_FLAGS;
    return [...this.#revisions.values()].filter(({ model }) => agentOfRevision(model) === agent);
  }

  /** Deployments that have this agent, the newest first. */
  deploymentsOf(agent: string): Promise<readonly AgentDeployment[]> {
    const found = this.#deployments.get(agent) ?? this.#models.deploymentsWith(agent);
    this.#deployments.set(agent, found);
    found.catch(() => this.#deployments.delete(agent));
    return found;
  }

  /** A decision is written down; without a flag it was taken back. */
  noteFlag(model: string, flag: ModelFlag | undefined): void {
    const flags = agentOfRevision(model) === undefined ? this.#flags : this.#revisions;
    if (flag) flags.set(model, flag);
    else flags.delete(model);
    this.#deployments.clear();
  }
}

const NO_FLAGS: readonly never[] = [];
