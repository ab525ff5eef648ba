import { sql } from "drizzle-orm";
import {
  type AnySQLiteColumn,
  blob,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
} from "drizzle-orm/sqlite-core";

/*
 * What `drizzle-kit generate` writes migrations from; nothing imports it while Maestro runs. A generated migration is
 * completed by hand: STRICT on every table, WITHOUT ROWID where the comment below says so, and at its end
 * `PRAGMA user_version`, so that schema and version change in one transaction.
 */

/** Contents by hash. */
export const blobs = sqliteTable(
  "blobs",
  {
    hash: text("hash").primaryKey().notNull(),
    bytes: integer("bytes").notNull(),
    content: blob("content").notNull(),
  },
  (blobs) => [
    check("blobs_hash", sql`length(${blobs.hash}) = 64`),
    check("blobs_bytes", sql`${blobs.bytes} = length(${blobs.content})`),
  ],
);

export const deployments = sqliteTable(
  "deployments",
  {
    hash: text("hash").primaryKey().notNull(),
    score: text("score").notNull(),
    createdAt: integer("created_at").notNull(),
    code: text("code").references(() => blobs.hash),
    plan: text("plan").notNull(),
    /** Of the scores that it plays, by their ids, as JSON; NULL where nobody has said. Its CHECK stands in the migration. */
    agents: text("agents"),
  },
  (deployments) => [
    index("deployments_by_code").on(deployments.code).where(sql`${deployments.code} IS NOT NULL`),
  ],
);

/**
 * By rowid: a tree of keys reads whole rows to compare them, and each step looks for its run, so that one large input would cost
 * every step of every run. The two columns that can be large come last, so that lists do not read past the others.
 */
export const runs = sqliteTable(
  "runs",
  {
    id: text("id").primaryKey().notNull(),
    score: text("score").notNull(),
    deployment: text("deployment")
      .notNull()
      .references(() => deployments.hash),
    status: text("status").notNull(),
    reason: text("reason"),
    error: text("error"),
    recoveries: integer("recoveries").notNull().default(0),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    endedAt: integer("ended_at"),
    input: text("input").notNull(),
    output: text("output"),
    /** Of a run that another one plays: that run's id and the step, `run_…/sent`. */
    parent: text("parent"),
    /** Its CHECK, −100 to 100, stands in the migration: drizzle would make the whole table anew for it. */
    priority: integer("priority").notNull().default(0),
    /** The orchestra that it is a run of, and the instant that its schedule named, when one did. */
    orchestra: text("orchestra").references((): AnySQLiteColumn => orchestras.id),
    dueAt: integer("due_at"),
    /** Of a run in which nobody outside was asked: what answered instead. Its CHECK, that it is JSON, stands in the migration. */
    source: text("source"),
    /** Since when it is being forgotten, piece by piece: nobody sees it any more. */
    leavingAt: integer("leaving_at"),
    /** Models and revisions of agents that are dark for all others, as JSON. Its CHECK, that it is JSON, stands in the migration. */
    flags: text("flags"),
  },
  (runs) => [
    // Completed runs are nearly all runs and are listed by id; this one is for those somebody has to look at.
    index("runs_by_status").on(runs.status, runs.id).where(sql`${runs.status} <> 'completed'`),
    index("runs_by_score").on(runs.score, runs.id),
    index("runs_by_orchestra").on(runs.orchestra, runs.id).where(sql`${runs.orchestra} IS NOT NULL`),
    // What went wrong with one score is found among all that went well; a run that completes costs them nothing.
    index("runs_failed_by_score")
      .on(runs.score, runs.status, runs.id)
      .where(sql`${runs.status} IN ('failed', 'cancelled')`),
    index("runs_failed_by_orchestra")
      .on(runs.orchestra, runs.status, runs.id)
      .where(sql`${runs.status} IN ('failed', 'cancelled')`),
    index("runs_by_parent").on(runs.parent).where(sql`${runs.parent} IS NOT NULL`),
    index("runs_leaving").on(runs.leavingAt).where(sql`${runs.leavingAt} IS NOT NULL`),
    // What schedules and triggers ask at every instant, whatever an orchestra has played in all its years.
    index("runs_open_by_orchestra")
      .on(runs.orchestra, runs.id)
      .where(sql`${runs.orchestra} IS NOT NULL AND ${runs.endedAt} IS NULL`),
    index("runs_ended_by_orchestra")
      .on(runs.orchestra, runs.endedAt)
      .where(sql`${runs.orchestra} IS NOT NULL AND ${runs.endedAt} IS NOT NULL`),
    // One expression, looked at from the status: a check of its own for each rule costs a row twice the time.
    check(
      "runs_state",
      sql.raw(`"recoveries" >= 0 AND CASE "status"
        WHEN 'completed' THEN "ended_at" IS NOT NULL AND "error" IS NULL
        WHEN 'failed' THEN "ended_at" IS NOT NULL AND "error" IS NOT NULL AND json_valid("error") AND "output" IS NULL
        WHEN 'cancelled' THEN "ended_at" IS NOT NULL AND "error" IS NULL AND "output" IS NULL
        WHEN 'queued' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL
        WHEN 'running' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL
        WHEN 'waiting' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL
        WHEN 'paused' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL
        ELSE 0 END AND ("reason" IS NULL OR json_valid("reason"))`),
    ),
  ],
);

/** WITHOUT ROWID, clustered by run: a commit of one step changes one page. One row per attempt. */
export const steps = sqliteTable(
  "steps",
  {
    runId: text("run_id")
      .notNull()
      .references(() => runs.id),
    key: text("key").notNull(),
    attempt: integer("attempt").notNull(),
    kind: text("kind").notNull(),
    status: text("status").notNull(),
    startedAt: integer("started_at").notNull(),
    endedAt: integer("ended_at"),
    error: text("error"),
    info: text("info"),
    output: text("output"),
  },
  (steps) => [
    primaryKey({ columns: [steps.runId, steps.key, steps.attempt] }),
    // As of runs: one expression. It takes 4 of the 24 µs of a step less than eight did.
    check(
      "steps_state",
      sql.raw(`"attempt" >= 1 AND CASE "status"
        WHEN 'completed' THEN "ended_at" IS NOT NULL AND "ended_at" >= "started_at" AND "error" IS NULL
        WHEN 'running' THEN "ended_at" IS NULL AND "error" IS NULL AND "output" IS NULL
        WHEN 'skipped' THEN "ended_at" IS NOT NULL AND "ended_at" >= "started_at" AND ("error" IS NULL OR json_valid("error")) AND "output" IS NULL
        WHEN 'failed' THEN "ended_at" IS NOT NULL AND "ended_at" >= "started_at" AND "error" IS NOT NULL AND json_valid("error") AND "output" IS NULL
        WHEN 'interrupted' THEN "ended_at" IS NOT NULL AND "ended_at" >= "started_at" AND "error" IS NOT NULL AND json_valid("error") AND "output" IS NULL
        ELSE 0 END AND ("info" IS NULL OR json_valid("info"))`),
    ),
  ],
);

export const events = sqliteTable(
  "events",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    runId: text("run_id")
      .notNull()
      .references(() => runs.id),
    at: integer("at").notNull(),
    type: text("type").notNull(),
    step: text("step"),
    data: text("data"),
  },
  // Another index, by what a run was begun from, stands in the migration: drizzle writes none over an expression.
  (events) => [index("events_by_run").on(events.runId, events.id)],
);

/** WITHOUT ROWID, clustered by run. One row per call of a model, also of one that brought nothing. */
export const modelCalls = sqliteTable(
  "model_calls",
  {
    runId: text("run_id")
      .notNull()
      .references(() => runs.id),
    step: text("step").notNull(),
    attempt: integer("attempt").notNull(),
    call: integer("call").notNull(),
    agent: text("agent").notNull(),
    model: text("model").notNull(),
    startedAt: integer("started_at").notNull(),
    durationMs: integer("duration_ms").notNull(),
    inputTokens: integer("input_tokens").notNull(),
    cachedTokens: integer("cached_tokens").notNull(),
    outputTokens: integer("output_tokens").notNull(),
    reasoningTokens: integer("reasoning_tokens").notNull(),
    microUsd: integer("micro_usd"),
    /** Of `prices`: what it was worked out with; "config" from before there were versions. */
    prices: text("prices"),
    error: text("error"),
    /** What answered; its CHECK stands in the migration. */
    source: text("source").notNull().default("live"),
    /** Of the outermost run that it is part of. */
    orchestra: text("orchestra"),
    /** Its provider may bill it, and nobody knows what it took. */
    isBilled: integer("is_billed").notNull().default(0),
  },
  (calls) => [
    primaryKey({ columns: [calls.runId, calls.step, calls.attempt, calls.call] }),
    // What was spent is asked for by time.
    index("model_calls_by_time").on(calls.startedAt),
    // How fast and how sound a model was lately is asked for before one is chosen.
    index("model_calls_by_model").on(calls.model, calls.startedAt),
    check("model_calls_price", sql`(${calls.microUsd} IS NULL) = (${calls.prices} IS NULL)`),
    check(
      "model_calls_counts",
      sql`min(${calls.durationMs}, ${calls.inputTokens}, ${calls.outputTokens}) >= 0`,
    ),
  ],
);

/** WITHOUT ROWID, clustered by run. What a model was asked and what it said, of a call that is in `model_calls`. */
export const recordings = sqliteTable(
  "recordings",
  {
    runId: text("run_id")
      .notNull()
      .references(() => runs.id),
    step: text("step").notNull(),
    attempt: integer("attempt").notNull(),
    call: integer("call").notNull(),
    data: text("data").notNull(),
  },
  (recordings) => [
    primaryKey({ columns: [recordings.runId, recordings.step, recordings.attempt, recordings.call] }),
    check("recordings_json", sql`json_valid(${recordings.data})`),
  ],
);

/** WITHOUT ROWID. What gates said of values that agents made; kept longer than runs, so that nothing refers to one. */
export const modelScores = sqliteTable(
  "model_scores",
  {
    runId: text("run_id").notNull(),
    step: text("step").notNull(),
    attempt: integer("attempt").notNull(),
    gate: text("gate").notNull(),
    agent: text("agent").notNull(),
    model: text("model").notNull(),
    at: integer("at").notNull(),
    microScore: integer("micro_score").notNull(),
    isPassed: integer("is_passed").notNull(),
  },
  (scores) => [
    primaryKey({ columns: [scores.runId, scores.step, scores.attempt, scores.gate] }),
    index("model_scores_by_agent").on(scores.agent, scores.at),
    check("model_scores_range", sql`${scores.microScore} BETWEEN 0 AND 1000000`),
    check("model_scores_passed", sql`${scores.isPassed} IN (0, 1)`),
  ],
);

/** WITHOUT ROWID, clustered by run. What was said in a step's conversation with models, and the tools called in it. */
export const agentTurns = sqliteTable(
  "agent_turns",
  {
    runId: text("run_id")
      .notNull()
      .references(() => runs.id),
    step: text("step").notNull(),
    conversation: integer("conversation").notNull(),
    n: integer("n").notNull(),
    isTool: integer("is_tool").notNull(),
    at: integer("at").notNull(),
    data: text("data").notNull(),
    result: text("result"),
  },
  (turns) => [
    primaryKey({ columns: [turns.runId, turns.step, turns.conversation, turns.n] }),
    check("agent_turns_tool", sql`${turns.isTool} = 1 OR ${turns.result} IS NULL`),
    check("agent_turns_json", sql`json_valid(${turns.data}) AND json_valid(${turns.result})`),
  ],
);

/** WITHOUT ROWID. What an attempt left besides its row; a large output is the one named "output". */
export const artifacts = sqliteTable(
  "artifacts",
  {
    runId: text("run_id").notNull(),
    step: text("step").notNull(),
    attempt: integer("attempt").notNull(),
    name: text("name").notNull(),
    mediaType: text("media_type").notNull(),
    bytes: integer("bytes").notNull(),
    blob: text("blob")
      .notNull()
      .references(() => blobs.hash),
    createdAt: integer("created_at").notNull(),
  },
  (artifacts) => [
    primaryKey({ columns: [artifacts.runId, artifacts.step, artifacts.attempt, artifacts.name] }),
    foreignKey({
      columns: [artifacts.runId, artifacts.step, artifacts.attempt],
      foreignColumns: [steps.runId, steps.key, steps.attempt],
    }),
    // Before a content is forgotten, everybody who may have it is asked.
    index("artifacts_by_blob").on(artifacts.blob),
    check("artifacts_bytes", sql`${artifacts.bytes} >= 0`),
  ],
);

/** Results that other runs may take, by a hash of the code, the node and what it was given. The output is here or a blob. */
export const cached = sqliteTable(
  "cached",
  {
    key: text("key").primaryKey().notNull(),
    score: text("score").notNull(),
    node: text("node").notNull(),
    runId: text("run_id").notNull(),
    step: text("step").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    blob: text("blob").references(() => blobs.hash),
    output: text("output"),
  },
  (cached) => [
    index("cached_by_end").on(cached.expiresAt),
    index("cached_by_blob").on(cached.blob).where(sql`${cached.blob} IS NOT NULL`),
    check("cached_key", sql`length(${cached.key}) = 64`),
    check("cached_output", sql`(${cached.output} IS NULL) <> (${cached.blob} IS NULL)`),
    check("cached_order", sql`${cached.expiresAt} > ${cached.createdAt}`),
  ],
);

/** The definition, which can be large, comes last. What is destroyed stays, for what it has played. */
export const orchestras = sqliteTable(
  "orchestras",
  {
    id: text("id").primaryKey().notNull(),
    score: text("score").notNull(),
    deployment: text("deployment")
      .notNull()
      .references(() => deployments.hash),
    hash: text("hash").notNull(),
    createdAt: integer("created_at").notNull(),
    deployedAt: integer("deployed_at").notNull(),
    destroyedAt: integer("destroyed_at"),
    /** Every instant of the schedule up to this one is decided. */
    cursor: integer("cursor"),
    definition: text("definition").notNull(),
  },
  (orchestras) => [
    check("orchestras_hash", sql`length(${orchestras.hash}) = 64`),
    check("orchestras_cursor", sql`${orchestras.destroyedAt} IS NULL OR ${orchestras.cursor} IS NULL`),
    check("orchestras_json", sql`json_valid(${orchestras.definition})`),
  ],
);

/** Who changed what, from where; of what was asked for only a hash. */
export const audit = sqliteTable(
  "audit",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    who: text("who").notNull(),
    origin: text("origin").notNull(),
    action: text("action").notNull(),
    about: text("about"),
    payload: text("payload").notNull(),
  },
  (audit) => [
    index("audit_by_about").on(audit.about, audit.id).where(sql`${audit.about} IS NOT NULL`),
    check("audit_payload", sql`length(${audit.payload}) = 64`),
  ],
);
