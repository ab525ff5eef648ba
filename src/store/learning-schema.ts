import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** What runs have taught. Its full-text index, `learnings_index`, and the triggers that keep it stand in the migration. */
export const learnings = sqliteTable(
  "learnings",
  {
    id: integer("id").primaryKey().notNull(),
    kind: text("kind").notNull(),
    pattern: text("pattern").notNull(),
    appliesTo: text("applies_to").notNull(),
    text: text("text").notNull(),
    context: text("context").notNull(),
    times: integer("times").notNull().default(1),
    firstAt: integer("first_at").notNull(),
    lastAt: integer("last_at").notNull(),
    /** A run may be forgotten sooner than what it taught. */
    runId: text("run_id"),
    step: text("step"),
    deployment: text("deployment"),
    author: text("author"),
  },
  (learnings) => [
    uniqueIndex("learnings_once").on(learnings.kind, learnings.appliesTo, learnings.pattern),
    index("learnings_by_time").on(learnings.lastAt),
    check("learnings_kind", sql`${learnings.kind} IN ('failure', 'fix', 'note')`),
    check("learnings_context", sql`json_valid(${learnings.context})`),
  ],
);
