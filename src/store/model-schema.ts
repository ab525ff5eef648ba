import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/* What models have shown, and what was asked of them beside runs; the same holds as for `schema.ts`. */

/** One row per test of a model: the last one counts. */
export const modelBadges = sqliteTable(
  "model_badges",
  {
    id: integer("id").primaryKey().notNull(),
    model: text("model").notNull(),
    at: integer("at").notNull(),
    badge: text("badge").notNull(),
    /** What each gate has seen, as JSON. */
    figures: text("figures").notNull(),
    who: text("who").notNull(),
  },
  (badges) => [
    index("model_badges_by_model").on(badges.model, badges.at),
    check("model_badges_badge", sql`${badges.badge} IN ('none', 'bronze', 'silver', 'gold')`),
    check("model_badges_figures", sql`json_valid(${badges.figures})`),
  ],
);

/**
 * Calls of models that are no part of a run, summed up by what they were for. A trigger that stands in the migration adds
 * them to `spending`.
 */
export const asides = sqliteTable(
  "asides",
  {
    id: integer("id").primaryKey().notNull(),
    at: integer("at").notNull(),
    what: text("what").notNull(),
    /** Empty where there is none. */
    score: text("score").notNull(),
    orchestra: text("orchestra").notNull(),
    agent: text("agent").notNull(),
    model: text("model").notNull(),
    calls: integer("calls").notNull(),
    inputTokens: integer("input_tokens").notNull(),
    cachedTokens: integer("cached_tokens").notNull(),
    outputTokens: integer("output_tokens").notNull(),
    reasoningTokens: integer("reasoning_tokens").notNull(),
    microUsd: integer("micro_usd").notNull(),
    /** Calls of unknown price. */
    unpriced: integer("unpriced").notNull(),
    failed: integer("failed").notNull(),
  },
  (asides) => [
    index("asides_by_model").on(asides.model, asides.at),
    index("asides_by_time").on(asides.at),
    check("asides_what", sql`${asides.what} IN ('test', 'shadow')`),
  ],
);

/** How far a model, or a revision of an agent (`writer@3f9a01c2d4e5`), is let into the traffic of agents: what somebody has decided last. */
export const modelFlags = sqliteTable(
  "model_flags",
  {
    model: text("model").primaryKey().notNull(),
    stage: text("stage").notNull(),
    /** Ids of the agents it is about, as JSON; NULL for those that name it. */
    agents: text("agents"),
    /** What its shadow may cost in a day, in UTC. */
    perDayMicroUsd: integer("per_day_micro_usd").notNull(),
    who: text("who").notNull(),
    why: text("why"),
    at: integer("at").notNull(),
    /** Of a revision of an agent: a deployment that has it. */
    deployment: text("deployment"),
  },
  (flags) => [
    check("model_flags_stage", sql`${flags.stage} IN ('off', 'shadow', 'dark', 'live', 'only')`),
    check("model_flags_agents", sql`${flags.agents} IS NULL OR json_valid(${flags.agents})`),
    check("model_flags_budget", sql`${flags.perDayMicroUsd} >= 0`),
  ],
);

/** What a shadow has made, beside what the run was given. Kept longer than runs, so that nothing refers to one. */
export const modelComparisons = sqliteTable(
  "model_comparisons",
  {
    id: integer("id").primaryKey().notNull(),
    runId: text("run_id").notNull(),
    step: text("step").notNull(),
    attempt: integer("attempt").notNull(),
    score: text("score").notNull(),
    agent: text("agent").notNull(),
    /** The shadow's. */
    model: text("model").notNull(),
    at: integer("at").notNull(),
    /** What became of the shadow. */
    outcome: text("outcome").notNull(),
    /** All the rest, as JSON. */
    data: text("data").notNull(),
  },
  (comparisons) => [
    uniqueIndex("model_comparisons_once").on(
      comparisons.runId,
      comparisons.step,
      comparisons.attempt,
      comparisons.model,
    ),
    index("model_comparisons_by_model").on(comparisons.model, comparisons.id),
    check(
      "model_comparisons_outcome",
      sql`${comparisons.outcome} IN ('answered', 'unfit', 'failed', 'stopped')`,
    ),
    check("model_comparisons_data", sql`json_valid(${comparisons.data})`),
  ],
);
