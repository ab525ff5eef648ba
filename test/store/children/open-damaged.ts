// Damages copies of a store by seed and uses each. Prints a line of JSON for every seed: how that went.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { MaestroError } from "../../../src/diagnostics/index.ts";
import { connectLibsql } from "../../../src/store/connection.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { copyDamaged } from "../damage.ts";

const [from = "", folder = "", migrations = "", first = "", count = ""] = process.argv.slice(2);

for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const at = join(folder, `seed-${seed}`);
  mkdirSync(at);
  writeSync(1, `${JSON.stringify({ seed, ...(await use(join(at, "maestro.db"), seed)) })}\n`);
  rmSync(at, { recursive: true, force: true });
}

async function use(file: string, seed: number) {
  const damage = copyDamaged(from, file, seed);
  const before = hashesIn(file);
  let store: Store | undefined;
  try {
    store = await openStore({ file, durability: "process", migrations });
  } catch (error) {
    return { damage, refused: told(error), isChanged: hashesIn(file) !== before };
  }
  // What a store that opened does not tell, SQLite's own check must not know either.
  try {
    const read = await readAll(store);
    await store.recordStep({
      runId: "run_3",
      key: `after/${seed}`,
      attempt: 1,
      kind: "task",
      status: "completed",
      output: "1",
      error: null,
      info: null,
      startedAt: 1,
      endedAt: 1,
    });
    await store.close();
    return { damage, read, integrity: await integrityOf(file) };
  } catch (error) {
    await store.close().catch(() => {});
    return { damage, failed: told(error) };
  }
}

/** Everything that the store gives, as a hash. */
async function readAll(store: Store): Promise<string> {
  const runs = await store.listRuns({ limit: 100 });
  const whole: unknown[] = [runs, await store.unfinishedRuns()];
  for (const { id } of runs)
    whole.push(await store.run(id), await store.stepsOf(id), await store.eventsOf(id));
  const deployment = await store.deployment("d".repeat(64));
  whole.push(deployment?.plan, deployment?.code && Buffer.from(deployment.code).toString("base64"));
  whole.push(await store.listRuns({ limit: 100, status: "failed" }));
  whole.push(await store.listRuns({ limit: 100, score: "leads" }));
  return createHash("sha256").update(JSON.stringify(whole)).digest("hex");
}

async function integrityOf(file: string): Promise<string> {
  const connection = connectLibsql(file);
  try {
    const [row] = await connection.execute("SELECT integrity_check AS detail FROM pragma_integrity_check(1)");
    return String(row?.detail);
  } catch (error) {
    return String(error);
  } finally {
    connection.close();
  }
}

function hashesIn(file: string): string {
  const folder = join(file, "..");
  // The index over the journal is made anew by whoever reads it; an empty journal says nothing.
  const hashes = readdirSync(folder)
    .filter((name) => !/\.lock$|-shm$/.test(name))
    .filter((name) => !name.endsWith("-wal") || statSync(join(folder, name)).size > 0)
    .sort()
    .map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]);
  return JSON.stringify(hashes);
}

function told(error: unknown): string {
  if (error instanceof MaestroError) return `${error.code}: ${error.message}`;
  return `not ours: ${error instanceof Error ? error.stack : String(error)}`;
}
