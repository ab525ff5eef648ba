import { sql } from "drizzle-orm";
import { check, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { runs } from "./schema.ts";

/* What models cost and what may be spent on them; the same holds as for `schema.ts`. */

/**
 * WITHOUT ROWID. Sums of the live `model_calls` and of the `asides` by the hour, kept by triggers that stand in the migrations: one
 * that makes either table anew has to make its trigger anew, too. Of a million calls the sums are read in milliseconds.
 */
export const spending = sqliteTable(
  "spending",
  {
    /** Hours since 1970. */
    hour: integer("hour").notNull(),
    score: text("score").notNull(),
    /** Empty for runs of none. */
    orchestra: text("orchestra").notNull(),
    agent: text("agent").notNull(),
    model: text("model").notNull(),
    calls: integer("calls").notNull(),
    inputTokens: integer("input_tokens").notNull(),
    cachedTokens: integer("cached_tokens").notNull(),
    outputTokens: integer("output_tokens").notNull(),
    reasoningTokens: integer("reasoning_tokens").notNull(),
    microUsd: integer("micro_usd").notNull(),
    unpriced: integer("unpriced").notNull(),
    failed: integer("failed").notNull(),
  },
  (sums) => [primaryKey({ columns: [sums.hour, sums.score, sums.orchestra, sums.agent, sums.model] })],
);

/** What models cost, in micro-USD for a million tokens. A row never changes but for being taken back. */
export const prices = sqliteTable(
  "prices",
  {
    id: text("id").primaryKey().notNull(),
    model: text("model").notNull(),
    validFrom: integer("valid_from").notNull(),
    input: integer("input").notNull(),
    cachedInput: integer("cached_input").notNull(),
    output: integer("output").notNull(),
    reasoning: integer("reasoning").notNull(),
    /** `config`: the workspace says so; `set`: somebody has said so since, and that counts. */
    layer: text("layer").notNull(),
    /** Where the figures are from, as people wrote it. */
    source: text("source"),
    setBy: text("set_by").notNull(),
    setAt: integer("set_at").notNull(),
    goneBy: text("gone_by"),
    goneAt: integer("gone_at"),
  },
  (prices) => [
    check("prices_layer", sql`${prices.layer} IN ('config', 'set')`),
    check("prices_gone", sql`(${prices.goneBy} IS NULL) = (${prices.goneAt} IS NULL)`),
    check(
      "prices_amounts",
      sql`min(${prices.input}, ${prices.cachedInput}, ${prices.output}, ${prices.reasoning}) >= 0`,
    ),
  ],
);

/** WITHOUT ROWID. Calls under way that count against a budget: what each may cost. Those of a process that ended are settled by the next. */
export const reservations = sqliteTable(
  "reservations",
  {
    runId: text("run_id")
      .notNull()
      .references(() => runs.id),
    step: text("step").notNull(),
    attempt: integer("attempt").notNull(),
    call: integer("call").notNull(),
    agent: text("agent").notNull(),
    model: text("model").notNull(),
    at: integer("at").notNull(),
    microUsd: integer("micro_usd").notNull(),
    prices: text("prices").notNull(),
    /** JSON: what it counts against. */
    scopes: text("scopes").notNull(),
  },
  (reservations) => [
    primaryKey({
      columns: [reservations.runId, reservations.step, reservations.attempt, reservations.call],
    }),
    check("reservations_amount", sql`${reservations.microUsd} >= 0`),
    check("reservations_json", sql`json_valid(${reservations.scopes})`),
  ],
);

/** WITHOUT ROWID. What was spent of each budget, and to how much somebody has raised it. */
export const accounts = sqliteTable(
  "accounts",
  {
    /** `run:run_…`, `day:2026-01-31`, `score:letters:2026-01-31`. */
    scope: text("scope").primaryKey().notNull(),
    microUsd: integer("micro_usd").notNull().default(0),
    raisedTo: integer("raised_to"),
    raisedBy: text("raised_by"),
    raisedAt: integer("raised_at"),
  },
  (accounts) => [
    check("accounts_raised", sql`(${accounts.raisedTo} IS NULL) = (${accounts.raisedAt} IS NULL)`),
  ],
);
