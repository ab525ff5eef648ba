import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openHall } from "../engine/hall.ts";
import { type Reply, serveModels } from "../players/model-server.ts";
import { modelsAt, SCORES } from "./budget-score.ts";

const PLAYER = join(import.meta.dirname, "budget-player.ts");

const BUDGETS = Object.keys(SCORES) as (keyof typeof SCORES)[];

test.each(BUDGETS)(
  "killed between a call and its bill, in a run that may cost %s, a process leaves no reservation behind: the call counts once, as the most it may have cost",
  async (budget) => {
    const folder = mkdtempSync(join(tmpdir(), "maestro-budget-"));
    const silence: Reply = { raw: () => {} };
    const answer: Reply = { says: { letter: "Dear Ada" }, usage: { input: 100, output: 10 } };
    const server = await serveModels((_asked, nth) => (nth === 1 ? silence : answer));
    const child = spawn(process.execPath, [
      "--no-warnings",
      PLAYER,
      join(folder, "m.db"),
      server.baseUrl,
      budget,
    ]);
    const dead = new Promise((resolve) => child.on("exit", resolve));
    await expect.poll(() => server.asked.length, { timeout: 30_000, interval: 5 }).toBe(1);

    child.kill("SIGKILL");
    await dead;
    const hall = await openHall(folder, { models: modelsAt(server.baseUrl) });
    const { store } = hall;
    const [reserved] = await store.reservations();
    const run = reserved!.runId;
    expect(await store.modelCallsOf(run)).toEqual([]);
    const again = await hall.resume(SCORES[budget] as never, run);

    expect(await again.ending).toEqual({ is: "completed", output: { letter: "Dear Ada" } });
    expect(await store.reservations()).toEqual([]);
    const calls = await store.modelCallsOf(run);
    expect(calls.map(({ microUsd }) => microUsd)).toEqual([reserved!.microUsd, 300]);
    expect(calls[0]!.error).toMatch(/its process ended before anybody knew what it cost/);
    const spent = reserved!.microUsd + 300;
    const account = budget === "anything" ? undefined : { microUsd: spent, raisedTo: null };
    expect(await store.account(`run:${run}`)).toEqual(account);
    expect(await store.costsBy({ by: "score", since: 0 })).toMatchObject([{ microUsd: spent, calls: 2 }]);
  },
);
