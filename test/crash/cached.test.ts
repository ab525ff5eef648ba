import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { MIGRATIONS } from "../../src/paths.ts";
import { openStore } from "../../src/store/open-store.ts";
import { bundlePlayer } from "../bundle-player.ts";
import { putEmptyStore } from "./empty-store.ts";

const PLAYER = await bundlePlayer(join(import.meta.dirname, "cached-player.ts"));
const ENDED = { is: "completed", output: 300_000 };

function play(file: string, kill: string): { readonly writes: number; readonly ended: unknown } | undefined {
  const { stdout, stderr, signal, status } = spawnSync(
    process.execPath,
    ["--no-warnings", PLAYER, file, kill],
    {
      encoding: "utf8",
    },
  );
  if (signal === "SIGKILL") return undefined;
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

/** Every kept result with the row that it comes from. */
async function look(file: string) {
  const store = await openStore({ file, durability: "process", migrations: MIGRATIONS });
  const kept = await store.listCached({ limit: 100 });
  const pairs = [];
  for (const { key, run, step } of kept) {
    const row = (await store.stepsOf(run)).find((one) => one.key === step);
    pairs.push({ kept: (await store.cached(key, 0))!.output, row });
  }
  await store.close();
  return pairs;
}

test("killed at any of its writes, a run leaves no kept result without its own durable one, and none that is another", async () => {
  const folder = mkdtempSync(join(tmpdir(), "maestro-kept-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await putEmptyStore(join(folder, "straight.db"));
  const straight = play(join(folder, "straight.db"), "never")!;
  expect(straight.ended).toEqual(ENDED);
  const counts = new Set<number>();

  for (let at = 1; at <= straight.writes; at++)
    for (const when of ["before", "after"]) {
      const file = join(folder, `${when}-${at}.db`);
      await putEmptyStore(file);
      expect(play(file, `${when}:${at}`)).toBeUndefined();
      const pairs = await look(file);
      counts.add(pairs.length);
      for (const { kept, row } of pairs)
        expect([row?.status, row?.output === kept]).toEqual(["completed", true]);
      expect(play(file, "never")?.ended).toEqual(ENDED);
      rmSync(file);
    }

  expect([...counts].toSorted()).toEqual([0, 1, 2, 3]);
}, 300_000);
