import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { bundlePlayer } from "../bundle-player.ts";
import { putEmptyStore } from "./empty-store.ts";

const PLAYER = await bundlePlayer(fileURLToPath(new URL("player.ts", import.meta.url)));
const MIGRATIONS = fileURLToPath(new URL("../../migrations", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "maestro-crash-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function play(
  folder: string,
  how: "start" | "resume",
  kill: string,
): Promise<{ signal: string | null; writes: number }> {
  return new Promise((resolve, reject) => {
    const args = ["--no-warnings", PLAYER, join(folder, "m.db"), join(folder, "ledger"), how, kill];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.on("data", (text) => (out += text));
    child.stderr.on("data", (text) => (err += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code !== 0 && signal !== "SIGKILL") reject(new Error(`the player ended with ${code}: ${err}`));
      else resolve({ signal, writes: Number(out) });
    });
  });
}

/** What the store holds, read as its next owner would. */
async function look(folder: string) {
  const store = await openStore({
    file: join(folder, "m.db"),
    durability: "process",
    migrations: MIGRATIONS,
  });
  const runs = await store.listRuns({ limit: 10 });
  const run = runs[0] && (await store.run(runs[0].id));
  const steps = run ? await store.stepsOf(run.id) : [];
  await store.close();
  return { runs, run, steps };
}

function ledgerOf(folder: string): string[] {
  const path = join(folder, "ledger");
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
}

function countOf(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const key = line.split(" ")[0]!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

async function straight() {
  const folder = mkdtempSync(join(root, "straight-"));
  await putEmptyStore(join(folder, "m.db"));
  const { writes } = await play(folder, "start", "never");
  return { writes, ...(await look(folder)), ledger: countOf(ledgerOf(folder)) };
}

interface Wanted {
  readonly output: string | null;
  readonly ledger: ReadonlyMap<string, number>;
}

/** Kills a run at one write, resumes it, and looks at what came of it. */
async function killAndResume(kill: string, wanted: Wanted): Promise<{ repeated: number }> {
  const folder = mkdtempSync(join(root, "kill-"));
  await putEmptyStore(join(folder, "m.db"));
  const { signal } = await play(folder, "start", kill);
  expect(signal, kill).toBe("SIGKILL");
  const acknowledged = existsSync(join(folder, "ledger.acknowledged"));
  const before = await look(folder);
  const ledgerBefore = countOf(ledgerOf(folder));
  if (acknowledged) expect(before.runs, `${kill}: an acknowledged run was lost`).toHaveLength(1);
  if (before.runs.length === 0) return { repeated: 0 };

  await play(folder, "resume", "never");

  const after = await look(folder);
  const ledgerAfter = countOf(ledgerOf(folder));
  expect(after.run?.status, kill).toBe("completed");
  expect(after.run?.output, kill).toBe(wanted.output);
  const stored = before.steps
    .filter(({ status, kind }) => status === "completed" && kind === "task")
    .map(({ key }) => key);
  for (const key of stored)
    expect(ledgerAfter.get(key), `${kill}: ${key} was stored and ran again`).toBe(ledgerBefore.get(key));
  let repeated = 0;
  for (const [key, count] of ledgerAfter) repeated += count - (wanted.ledger.get(key) ?? 0);
  rmSync(folder, { recursive: true, force: true });
  return { repeated };
}

test("a run that is killed at any of its writes ends the same, and repeats only steps whose result was not stored", async () => {
  const { writes, run, ledger } = await straight();
  const kills = Array.from({ length: writes }, (_, i) => [`before:${i + 1}`, `after:${i + 1}`]).flat();
  const results: number[] = [];
  const lane = async () => {
    for (let kill = kills.shift(); kill; kill = kills.shift()) {
      results.push((await killAndResume(kill, { output: run!.output, ledger })).repeated);
    }
  };
  await Promise.all([lane(), lane(), lane()]);

  expect(results).toHaveLength(writes * 2);
  expect(writes).toBeGreaterThan(10);
  // Two items of the map and the gap can be under way at once.
  expect(Math.max(...results)).toBeLessThanOrEqual(3);
  expect(Math.max(...results)).toBeGreaterThan(0);
  console.log(
    `killed at each of ${writes} writes, before and after: ${results.length} kills, 0 lost, 0 stored steps repeated, ${results.reduce((a, b) => a + b, 0)} unstored ones repeated`,
  );
}, 180_000);

test("a run that is killed again in every resume, each time a little later, still comes to the same end", async () => {
  const { run, ledger } = await straight();
  const folder = mkdtempSync(join(root, "again-"));
  await play(folder, "start", "after:4");

  let kills = 1;
  for (; kills < 40; kills++) {
    const { signal } = await play(folder, "resume", `after:${2 + kills}`);
    if (signal === null) break;
  }

  const after = await look(folder);
  expect(after.run?.output).toBe(run!.output);
  expect(kills).toBeGreaterThan(2);
  // At most three steps are under way at a kill.
  for (const [key, count] of countOf(ledgerOf(folder)))
    expect(count, key).toBeLessThanOrEqual((ledger.get(key) ?? 0) + 3 * kills);
}, 120_000);
