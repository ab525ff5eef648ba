import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine } from "../../src/engine/index.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { resumeRun } from "../../src/operations/resume-run.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { heldBy } from "../../src/views/held-by.ts";
import { bundlePlayer } from "../bundle-player.ts";
import { putEmptyStore } from "./empty-store.ts";
import { heldScore, WHOLE } from "./held-score.ts";

const PLAYER = await bundlePlayer(fileURLToPath(new URL("control-player.ts", import.meta.url)));
const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "maestro-held-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type How = "pause" | "cancel";

function play(folder: string, how: How, kill: string): Promise<{ signal: string | null }> {
  return new Promise((resolve, reject) => {
    const args = ["--no-warnings", PLAYER, join(folder, "m.db"), join(folder, "ledger"), how, kill];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    let err = "";
    child.stderr.on("data", (text) => (err += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code !== 0 && signal !== "SIGKILL") reject(new Error(`the player ended with ${code}: ${err}`));
      else resolve({ signal });
    });
  });
}

const ledgerOf = (folder: string) => readFileSync(join(folder, "ledger"), "utf8").trim().split("\n");

/** What the next owner finds, and what becomes of it. */
async function open(folder: string) {
  const store = await openStore({ file: join(folder, "m.db"), durability: "process", migrations });
  const engine = new Engine(store, systemClock);
  const compiled = toPlan(heldScore(join(folder, "ledger"), Promise.resolve()) as never);
  const playable = makePlayable(compiled, () => "deployment-1");
  const rows = await store.listRuns({ limit: 9 });
  const whole = (await store.run(rows.find(({ score }) => score === "whole")!.id))!;
  const goOn = async () => {
    const row = (await store.run(whole.id))!;
    return (await resumeRun({ engine, store, now: systemClock.now }, { row, playable })).ending;
  };
  return { store, rows, whole, goOn };
}

/**
 * Kills it at one place, and looks whether what was acknowledged holds and nothing is half done. False when it never
 * came there: how many writes there are depends on what shares a transaction.
 */
async function killAt(how: How, kill: string): Promise<boolean> {
  const folder = mkdtempSync(join(root, "kill-"));
  await putEmptyStore(join(folder, "m.db"));
  const { signal } = await play(folder, how, kill);
  const begun = ledgerOf(folder);
  const isAcknowledged = begun.includes("acknowledged");
  if (isAcknowledged) expect(begun.at(-1), kill).toBe("acknowledged");
  else expect(signal, kill).toBe("SIGKILL");
  const { store, rows, whole, goOn } = await open(folder);
  const ended = rows.filter(({ status }) => status === "cancelled");

  if (how === "cancel") {
    // All of it, or nothing.
    const states = rows.map(({ score, status }) => `${score} ${status}`);
    const open = rows.filter(({ endedAt }) => endedAt === null);
    expect(ended.length === 0 ? open : [], `${kill}: ${states}`).toEqual(open);
    if (isAcknowledged) expect(open, `${kill}: ${states}`).toEqual([]);
  } else if (isAcknowledged) {
    expect(heldBy(whole), kill).toEqual({ by: "ada" });
    // What waits for a person anyway stays as it is.
    const played = rows.filter(({ score }) => score !== "asking");
    expect(
      played.map(({ status }) => status),
      kill,
    ).toEqual(played.map(() => "paused"));
  }
  if (ended.length > 0) {
    const steps = (await Promise.all(rows.map(({ id }) => store.stepsOf(id)))).flat();
    expect(
      steps.filter(({ status }) => status === "running"),
      kill,
    ).toEqual([]);
  } else {
    const stored = (await Promise.all(rows.map(({ id }) => store.stepsOf(id)))).flat();
    expect(await goOn(), kill).toEqual({ is: "completed", output: JSON.parse(WHOLE.output) });
    const after = ledgerOf(folder).filter((line) => line !== "acknowledged");
    expect([...new Set(after)].sort(), kill).toEqual(WHOLE.begun);
    // Only what was at work and not stored has begun again.
    const again = after.length - WHOLE.begun.length;
    expect(again, kill).toBeLessThanOrEqual(2);
    expect(again, kill).toBe(
      2 - stored.filter(({ key, status }) => /^(work|beside)$/.test(key) && status === "completed").length,
    );
  }
  expect(await store.unfinishedRuns(), kill).toEqual([]);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  return signal !== null;
}

test.each(["pause", "cancel"] as const)(
  "a process that is killed at any of its writes after a %s leaves all of it done or nothing, and what it acknowledged holds",
  async (how) => {
    expect(await killAt(how, "acknowledged")).toBe(true);
    let kills = 1;
    const lane = async (when: string) => {
      for (let at = 1; await killAt(how, `${when}:${at}`); at++) kills++;
    };

    await Promise.all([lane("before"), lane("after")]);

    expect(kills).toBeGreaterThanOrEqual(5);
  },
  120_000,
);
