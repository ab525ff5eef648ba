import type { Badge, ModelFlag } from "../plan/index.ts";
import type { NewAudit } from "./orchestra-store.ts";

/** What a test of a model has shown. The last one of a model counts. */
export interface BadgeRow {
  /** `provider/model`. */
  readonly model: string;
  readonly at: number;
  readonly badge: Badge;
  /** What each gate has seen, as JSON. */
  readonly figures: string;
  readonly who: string;
}

/**
 * Calls of a model that are no part of a run, summed up. What was thought of them before they were made is put right by a
 * further row, which may take away.
 */
export interface AsideRow {
  readonly at: number;
  /** `test`: of `maestro models test`; `shadow`: beside a step of a run. */
  readonly what: "test" | "shadow";
  /** Of which they were; empty where there is none. */
  readonly score: string;
  readonly orchestra: string;
  readonly agent: string;
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** Of the calls whose price is known. */
  readonly microUsd: number;
  /** Calls whose price is not. */
  readonly unpriced: number;
  readonly failed: number;
}

/** What became of a shadow: `stopped` is one that was to do what only the run itself may, or took too long or too much. */
export type ShadowOutcome = "answered" | "unfit" | "failed" | "stopped";

/** What a shadow has made, beside what the run was given. `(runId, step, attempt, model)` names it. */
export interface ComparisonRow {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly score: string;
  readonly agent: string;
  /** The shadow's. */
  readonly model: string;
  readonly at: number;
  readonly outcome: ShadowOutcome;
  /** All the rest, as JSON. */
  readonly data: string;
}

/** A deployment whose score has an agent, or plays one that has it, and that agent's plan, as JSON. */
export interface AgentDeployment {
  readonly hash: string;
  readonly score: string;
  readonly createdAt: number;
  readonly agent: string;
}

/** What is known of models beside what runs have asked them. */
export interface ModelStore {
  addBadge(row: BadgeRow): Promise<void>;
  addAside(row: AsideRow): Promise<void>;
  /** The last of each model. */
  badges(): Promise<BadgeRow[]>;
  /** What somebody decides about a model; with `null` what was decided is taken back. */
  setFlag(model: string, flag: ModelFlag | null, audit: NewAudit): Promise<void>;
  flags(): Promise<ModelFlag[]>;
  /** The first row of one counts. */
  addComparison(row: ComparisonRow): Promise<void>;
  /** Those of a model, the newest first. */
  comparisons(model: string, limit: number): Promise<ComparisonRow[]>;
  /** What shadows of a model, or of a revision of an agent, have cost since, in micro-USD. */
  spentBeside(model: string, since: number): Promise<number>;
  /** Deployments of scores that have the agent, or play one that has it; the newest first. */
  deploymentsWith(agent: string): Promise<AgentDeployment[]>;
  /** What a gate has said of the values of these attempts: by `run/step/attempt/gate`, from 0 to 1. */
  scoresOf(
    rows: readonly Pick<ComparisonRow, "runId" | "step" | "attempt">[],
  ): Promise<ReadonlyMap<string, number>>;
}
