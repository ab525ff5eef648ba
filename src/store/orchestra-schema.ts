import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { orchestras } from "./schema.ts";

/* As `schema.ts`: what was decided about orchestras, and what became of what they are played on. */

/** WITHOUT ROWID. What operators decided over the desired state; deploys do not touch it. */
export const orchestraOverrides = sqliteTable(
  "orchestra_overrides",
  {
    orchestra: text("orchestra")
      .notNull()
      .references(() => orchestras.id),
    field: text("field").notNull(),
    value: text("value").notNull(),
    who: text("who").notNull(),
    why: text("why"),
    at: integer("at").notNull(),
  },
  (overrides) => [
    primaryKey({ columns: [overrides.orchestra, overrides.field] }),
    check("orchestra_overrides_json", sql`json_valid(${overrides.value})`),
  ],
);

/** WITHOUT ROWID, clustered by orchestra. Runs are deleted when they are old; what became of an instant may be older. */
export const occurrences = sqliteTable(
  "occurrences",
  {
    orchestra: text("orchestra")
      .notNull()
      .references(() => orchestras.id),
    instant: integer("instant").notNull(),
    status: text("status").notNull(),
    reason: text("reason"),
    runId: text("run_id"),
  },
  (occurrences) => [
    primaryKey({ columns: [occurrences.orchestra, occurrences.instant] }),
    check("occurrences_status", sql`${occurrences.status} IN ('fired', 'skipped', 'failed')`),
    check("occurrences_run", sql`(${occurrences.runId} IS NOT NULL) = (${occurrences.status} = 'fired')`),
    check("occurrences_reason", sql`${occurrences.reason} IS NOT NULL OR ${occurrences.status} = 'fired'`),
    check("occurrences_json", sql`json_valid(${occurrences.reason})`),
  ],
);

/** What became of the calls of webhooks. One that began a run is kept, so that it begins no second one; of the others, the last. */
export const deliveries = sqliteTable(
  "deliveries",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    orchestra: text("orchestra")
      .notNull()
      .references(() => orchestras.id),
    at: integer("at").notNull(),
    status: text("status").notNull(),
    /** As the sender calls it; null when it said nothing that could be one. */
    webhookId: text("webhook_id"),
    reason: text("reason"),
    runId: text("run_id"),
  },
  (deliveries) => [
    uniqueIndex("deliveries_once")
      .on(deliveries.orchestra, deliveries.webhookId)
      .where(sql`${deliveries.status} = 'fired'`),
    index("deliveries_by_orchestra").on(deliveries.orchestra, deliveries.id),
    index("deliveries_refused")
      .on(deliveries.orchestra, deliveries.id)
      .where(sql`${deliveries.status} = 'refused'`),
    check("deliveries_status", sql`${deliveries.status} IN ('fired', 'refused')`),
    check(
      "deliveries_fired",
      sql`(${deliveries.status} = 'fired') = (${deliveries.runId} IS NOT NULL AND ${deliveries.webhookId} IS NOT NULL)`,
    ),
    check("deliveries_reason", sql`(${deliveries.status} = 'refused') = (${deliveries.reason} IS NOT NULL)`),
  ],
);
