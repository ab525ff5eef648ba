import {
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { connectLibsql } from "../../src/store/connection.ts";
import { migrate } from "../../src/store/migrate.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "../../src/store/schema-version.ts";
import {
  completed,
  intercept,
  MIGRATIONS,
  newFile,
  newRun,
  open,
  openWithRun,
  startChild,
  temporaryFolder,
} from "./workbench.ts";

interface Journal {
  readonly entries: readonly { readonly idx: number; readonly when: number; readonly tag: string }[];
}

const journal = JSON.parse(readFileSync(join(MIGRATIONS, "meta/_journal.json"), "utf8")) as Journal;
const NEXT = SCHEMA_VERSION + 1;

/** This build's migrations and one more, which makes a table anew, as SQLite needs it for most changes. */
function nextMigrations(): string {
  const folder = temporaryFolder();
  cpSync(MIGRATIONS, folder, { recursive: true });
  const when = journal.entries.at(-1)!.when + 1;
  const entry = { idx: NEXT, version: "6", when, tag: "9999_next", breakpoints: true };
  writeFileSync(
    join(folder, "meta/_journal.json"),
    JSON.stringify({ ...journal, entries: [...journal.entries, entry] }),
  );
  const statements = [
    "CREATE TABLE events_new (id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, type TEXT NOT NULL) STRICT",
    "INSERT INTO events_new SELECT id, run_id, type FROM events",
    "DROP TABLE events",
    "ALTER TABLE events_new RENAME TO events",
    "ALTER TABLE runs ADD COLUMN colour TEXT",
    // Runs refer to it.
    "CREATE TABLE deployments_new (hash TEXT PRIMARY KEY NOT NULL, score TEXT NOT NULL) STRICT",
    "INSERT INTO deployments_new SELECT hash, score FROM deployments",
    "DROP TABLE deployments",
    "ALTER TABLE deployments_new RENAME TO deployments",
    `PRAGMA user_version = ${NEXT}`,
  ];
  writeFileSync(join(folder, "9999_next.sql"), statements.join(";--> statement-breakpoint\n"));
  return folder;
}

/** A store as an earlier build left it, with a run that has ended. */
async function storeOfVersion(version: number): Promise<string> {
  const folder = temporaryFolder();
  cpSync(MIGRATIONS, folder, { recursive: true });
  const entries = journal.entries.slice(0, version);
  writeFileSync(join(folder, "meta/_journal.json"), JSON.stringify({ ...journal, entries }));
  const file = newFile();
  const connection = connectLibsql(file);
  await connection.executeMultiple(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA journal_mode = WAL`);
  await migrate({ connection, file, migrations: folder, from: 0 });
  await connection.executeMultiple(
    `INSERT INTO deployments (hash, score, created_at, plan) VALUES ('d', 'leads', 1, '{}');
    INSERT INTO runs (id, score, deployment, status, created_at, started_at, ended_at, input, output)
      VALUES ('run_old', 'leads', 'd', 'completed', 1, 1, 2, '{}', '[1]')`,
  );
  connection.close();
  return file;
}

async function storeWithData(): Promise<string> {
  const file = newFile();
  const store = await openWithRun(file);
  store.appendEvent({ runId: "run_1", at: 1, type: "started", step: null, data: null });
  for (let i = 0; i < 20; i++) void store.recordStep(completed(`step/${i}`));
  await store.close();
  return file;
}

/** The version and what only that version can have. */
async function shapeOf(file: string) {
  const connection = connectLibsql(file);
  try {
    const [row] = await connection.execute(`SELECT
      (SELECT user_version FROM pragma_user_version) AS version,
      (SELECT count(*) FROM pragma_table_info('runs') WHERE name = 'colour') AS colour,
      (SELECT count(*) FROM pragma_table_info('events') WHERE name = 'data') AS data,
      (SELECT count(*) FROM __drizzle_migrations) AS applied,
      (SELECT count(*) FROM steps) AS steps, (SELECT count(*) FROM events) AS events,
      (SELECT quick_check FROM pragma_quick_check) AS health`);
    return row;
  } finally {
    connection.close();
  }
}

const rows = { steps: 20, events: 1, health: "ok" };
const OLD = { version: SCHEMA_VERSION, colour: 0, data: 1, applied: journal.entries.length, ...rows };
const NEW = { version: NEXT, colour: 1, data: 0, applied: journal.entries.length + 1, ...rows };

describe("the migrations", () => {
  test("are as many as this build says it knows", () => {
    expect(journal.entries).toHaveLength(SCHEMA_VERSION);
  });

  test("set the version that they lead to, as their last statement", () => {
    for (const [i, { tag }] of journal.entries.entries()) {
      const sql = readFileSync(join(MIGRATIONS, `${tag}.sql`), "utf8");
      expect(sql.trimEnd().endsWith(`PRAGMA user_version = ${i + 1};`), tag).toBe(true);
    }
  });

  test("are dated one after the other: an earlier one would be passed over", () => {
    const dates = journal.entries.map(({ when }) => when);
    expect(dates).toEqual([...new Set(dates)].toSorted((a, b) => a - b));
  });

  test("make STRICT tables only", () => {
    for (const { tag } of journal.entries) {
      const tables =
        readFileSync(join(MIGRATIONS, `${tag}.sql`), "utf8").match(/CREATE TABLE[\s\S]*?\n\)[^\n]*/g) ?? [];
      for (const table of tables) expect(table).toMatch(/\n\) STRICT(, WITHOUT ROWID)?;/);
    }
  });
});

test("runs keep what they have, and what refers to them, when their table is made anew", async () => {
  const file = await storeOfVersion(journal.entries.findIndex(({ tag }) => tag.endsWith("_runs-by-rowid")));
  const connection = connectLibsql(file);
  await connection.executeMultiple(
    `INSERT INTO runs (id, score, deployment, status, reason, recoveries, created_at, started_at, input, parent, priority, source, flags)
      VALUES ('run_inner', 'leads', 'd', 'waiting', '{"waits":1}', 2, 3, 4, '{"n":7}', 'run_old/sent', 5, '{"is":"rehearsal"}', '{"dark":[]}');
    INSERT INTO steps (run_id, key, attempt, kind, status, started_at, ended_at, output)
      VALUES ('run_inner', 'a', 1, 'task', 'completed', 3, 4, '"x"');
    INSERT INTO events (run_id, at, type) VALUES ('run_inner', 3, 'started')`,
  );
  const before = await connection.execute("SELECT * FROM runs ORDER BY id");
  connection.close();

  await (await open(file)).close();

  const after = connectLibsql(file);
  const rows = await after.execute("SELECT * FROM runs ORDER BY id");
  const broken = await after.execute("SELECT * FROM pragma_foreign_key_check");
  const indexes = await after.execute(
    "SELECT name FROM sqlite_master WHERE tbl_name = 'runs' AND type = 'index'",
  );
  after.close();
  expect(rows.map((row) => ({ ...row }))).toEqual(before.map((row) => ({ ...row })));
  expect(broken).toEqual([]);
  expect(indexes).toHaveLength(10);
});

test("calls of models that were written down before sums of them were kept are in the sums", async () => {
  const file = await storeOfVersion(journal.entries.findIndex(({ tag }) => tag.endsWith("_costs")));
  const connection = connectLibsql(file);
  const call = (n: number, microUsd: number | null, source: string) =>
    `('run_old', 'a', 1, ${n}, 'writer', 'local/m', ${3_600_000 * n}, 5, 100, 0, 10, 0, ${microUsd}, ${microUsd === null ? null : "'config'"}, '${source}')`;
  await connection.executeMultiple(
    `INSERT INTO model_calls (run_id, step, attempt, call, agent, model, started_at, duration_ms, input_tokens, cached_tokens,
      output_tokens, reasoning_tokens, micro_usd, prices, source)
    VALUES ${[call(1, 300, "live"), call(2, 400, "live"), call(3, null, "live"), call(4, 0, "cassette")].join(", ")}`,
  );
  connection.close();

  const store = await open(file);
  const sums = await store.costsBy({ by: "score", since: 0 });
  const later = await store.costsBy({ by: "model", since: 3_600_000 + 1 });
  await store.close();

  expect(sums).toMatchObject([{ name: "leads", calls: 3, inputTokens: 300, microUsd: 700, unpriced: 1 }]);
  expect(later).toMatchObject([{ name: "local/m", calls: 2, microUsd: 400 }]);
});

describe("migrating", () => {
  test("keeps the rows, and a copy of the store as it was", async () => {
    const file = await storeWithData();

    const connection = connectLibsql(file);
    await connection.executeMultiple("PRAGMA foreign_keys = ON");
    await migrate({ connection, file, migrations: nextMigrations(), from: SCHEMA_VERSION });
    const [after] = await connection.execute("SELECT foreign_keys FROM pragma_foreign_keys");
    connection.close();

    expect(after).toEqual({ foreign_keys: 1 });

    expect(await shapeOf(file)).toEqual(NEW);
    expect(await shapeOf(`${file}.before-${SCHEMA_VERSION}`)).toEqual(OLD);
  });

  test("a store of every earlier version keeps its runs, and its copy", async () => {
    for (let version = 1; version < SCHEMA_VERSION; version++) {
      const file = await storeOfVersion(version);

      const store = await open(file);

      expect(await store.run("run_old")).toMatchObject({ status: "completed", output: "[1]", priority: 0 });
      expect(existsSync(`${file}.before-${version}`), `of version ${version}`).toBe(true);
      await store.createRun(newRun({ id: "run_new", deployment: "d", priority: 7 }));
      // Kept before anybody said which agents its inner scores have: it is kept once more.
      expect(await store.hasDeployment("d")).toBe(false);
      expect(await store.run("run_new")).toMatchObject({ priority: 7 });
    }
  });

  test("makes no copy of a new store", async () => {
    const file = newFile();

    await open(file);

    expect(readdirSync(dirname(file)).filter((name) => name.includes("before"))).toEqual([]);
  });

  test("killed at any statement leaves the old store or the new one, and can be done again", async () => {
    const template = await storeWithData();
    const migrations = nextMigrations();
    const outcomes = new Set<string>();

    const dieBefore = async (statement: number): Promise<boolean> => {
      const file = newFile();
      copyFileSync(template, file);
      const child = startChild("migrate-until", [file, migrations, `${SCHEMA_VERSION}`, `${statement}`]);
      const survived = (await child.ended) === 0;
      const shape = await shapeOf(file);
      expect([OLD, NEW], `killed before statement ${statement}`).toContainEqual(shape);
      outcomes.add(shape?.version === NEXT ? "new" : "old");
      const connection = connectLibsql(file);
      await migrate({ connection, file, migrations, from: SCHEMA_VERSION });
      connection.close();
      expect(await shapeOf(file)).toEqual(NEW);
      return survived;
    };
    await untilOneSurvives(dieBefore);

    expect(outcomes).toEqual(new Set(["old", "new"]));
  });

  test("killed at any statement of the first opening, the next opening makes a whole store", async () => {
    const file = newFile();
    const left: string[] = [];
    // What kill -9 leaves is what the files hold at that moment.
    const snapshot = () => {
      const copy = newFile();
      for (const suffix of ["", "-wal"])
        if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
      // Laid last of all; here already, so that it is not made anew each time. An empty file beside it is none of these.
      if (existsSync(copy) && statSync(copy).size > 0) writeFileSync(`${copy}.ballast`, "room");
      left.push(copy);
    };
    const connect = intercept((real) => ({
      execute(sql, args) {
        snapshot();
        return real.execute(sql, args);
      },
      async executeMultiple(script) {
        for (const sql of script.split(";")) {
          snapshot();
          await real.executeMultiple(sql);
        }
      },
      async batch(statements) {
        await real.executeMultiple("BEGIN IMMEDIATE");
        for (const { sql, args } of statements) {
          snapshot();
          await real.execute(sql, args);
        }
        snapshot();
        await real.executeMultiple("COMMIT");
      },
    }));
    await (await open(file, { connect })).close();

    expect(left.length).toBeGreaterThan(20);
    for (const [statement, copy] of left.entries()) {
      const store = await openWithRun(copy);
      await store.recordStep(completed("found"));
      expect(await store.stepsOf("run_1"), `killed before statement ${statement}`).toHaveLength(1);
      await store.close();
      expect(existsSync(`${copy}.before-0`)).toBe(false);
    }
  });
});

/** Runs `dieBefore(1)`, `dieBefore(2)`, … four at a time, until there was no such statement any more. */
async function untilOneSurvives(dieBefore: (statement: number) => Promise<boolean>) {
  for (let next = 1; ; next += 4) {
    expect(next, "statements").toBeLessThan(60);
    const survived = await Promise.all([next, next + 1, next + 2, next + 3].map(dieBefore));
    if (survived.includes(true)) return;
  }
}

test("a run of every status survives closing and opening", async () => {
  const file = newFile();
  const store = await openWithRun(file);
  for (const status of ["queued", "running", "waiting", "paused"] as const)
    void store.createRun(newRun({ id: `run_${status}`, status }));
  await store.close();

  const again = await open(file);

  expect((await again.unfinishedRuns()).map(({ status }) => status)).toEqual([
    "running",
    "paused",
    "queued",
    "running",
    "waiting",
  ]);
});
