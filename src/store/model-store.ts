import type { Badge } from "../plan/index.ts";

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

/** Calls of a model that are no part of a run, summed up. */
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

/** What is known of models beside what runs have asked them. */
export interface ModelStore {
  /** Resolves when all of it is durable. */
  addBadge(row: BadgeRow, aside: AsideRow): Promise<void>;
  addAside(row: AsideRow): Promise<void>;
  /** The last of each model. */
  badges(): Promise<BadgeRow[]>;
}
