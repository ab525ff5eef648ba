import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

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
