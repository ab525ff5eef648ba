import { expect, test } from "vitest";
import type { Facts, Log } from "../../src/services/orchestrator/log.ts";
import { Pruner } from "../../src/services/pruner.ts";
import { newFile, newRun, openWithRun } from "../store/workbench.ts";

/** What happens at once, on a machine that has other things to do as well. */
const SOON = { timeout: 20_000 };
const DAY = 86_400_000;
const idOf = (at: number) => `run_${at.toString(16).padStart(12, "0")}7${"0".repeat(19)}`;

function listen(): Log & { readonly said: [string, Facts | undefined][] } {
  const said: [string, Facts | undefined][] = [];
  const say = (event: string, facts?: Facts) => void said.push([event, facts]);
  return { said, info: say, warn: say, error: say };
}

test("runs whose time is over are forgotten without anybody asking, by what the configuration says at that time", async () => {
  const store = await openWithRun(newFile());
  for (const day of [10, 60, 95]) {
    const id = idOf(day * DAY);
    await store.createRun(newRun({ id, createdAt: day * DAY }));
    await store.endRun({
      id,
      status: "completed",
      output: null,
      error: null,
      reason: null,
      endedAt: day * DAY,
    });
  }
  const log = listen();
  const pruner = new Pruner({
    history: store.history,
    now: () => 100 * DAY,
    log,
    retention: { runsMs: null, failedMs: 1 },
    firstMs: 1,
    everyMs: 1,
  });

  pruner.start();
  const left = async () =>
    (await store.listRuns({ limit: 9, from: "run_0" })).map(({ createdAt }) => createdAt / DAY);
  pruner.keep({ runsMs: 50 * DAY, failedMs: null });
  await expect.poll(left, SOON).not.toContain(10);
  expect(await left()).toEqual(expect.arrayContaining([60, 95]));
  pruner.keep({ runsMs: 10 * DAY, failedMs: null });
  await expect.poll(left, SOON).not.toContain(60);
  await pruner.stop();

  expect(await left()).toEqual(expect.arrayContaining([95]));
  expect(log.said.map(([event]) => event)).toEqual(["runs forgotten", "runs forgotten"]);
  expect(log.said[0]![1]).toMatchObject({ runs: 1 });
});

test("a look that fails is said, and the next one is made all the same", async () => {
  const store = await openWithRun(newFile());
  const log = listen();
  let looks = 0;
  const history = {
    ...store.history,
    forgetSome: () => (++looks === 1 ? Promise.reject(new Error("no")) : Promise.resolve(false)),
    expired: () => Promise.resolve({ runs: [], next: undefined }),
    giveBack: () => Promise.resolve(0),
  } as typeof store.history;
  const pruner = new Pruner({
    history,
    now: Date.now,
    log,
    retention: { runsMs: 1, failedMs: 1 },
    firstMs: 1,
    everyMs: 1,
  });

  pruner.start();
  await expect.poll(() => looks, SOON).toBeGreaterThan(2);
  await pruner.stop();

  expect(log.said).toEqual([["runs not forgotten", { why: "no" }]]);
});
