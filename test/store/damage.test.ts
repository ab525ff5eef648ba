import { expect, test } from "vitest";
import { runDamage } from "./run-damage.ts";
import { completed, intercept, newFile, openWithRun } from "./workbench.ts";

test("a store that was damaged is refused unchanged, or tells it, or gives what its file says: it never ends the process", async () => {
  const { problems, ...sum } = await runDamage({ first: 0, count: 30 });

  expect(problems).toEqual([]);
  expect(sum.refused).toBeGreaterThan(10);
  expect(sum.told + sum.refused + sum.same + sum.unseen).toBe(60);
});

test("no read asks the driver for text: it ends the process over what is not UTF-8", async () => {
  let rows = 0;
  const store = await openWithRun(newFile(), {
    connect: intercept((real) => ({
      async execute(sql, args) {
        const found = await real.execute(sql, args);
        rows += found.length;
        for (const row of found)
          for (const [name, value] of Object.entries(row))
            expect(typeof value, `${name}: ${sql}`).not.toBe("string");
        return found;
      },
    })),
  });
  const counts = { durationMs: 1, inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0 };
  const call = { ...counts, call: 1, agent: "writer", model: "local/llama", startedAt: 1, microUsd: 1 };
  await store.recordStep(completed("a"));
  const of = { runId: "run_1", step: "a", attempt: 1 };
  store.recordModelCall({ ...call, ...of, prices: "config", error: "none", source: "live" });
  store.keepRecording({ ...of, call: 1, data: "{}" });
  const turn = { runId: "run_1", step: "a", conversation: 1 };
  await store.recordTurn({ ...turn, n: 1, isTool: true, at: 1, data: "{}", result: "1" });
  store.appendEvent({ runId: "run_1", at: 1, type: "log", step: "a", data: "{}" });
  await store.settled();

  await Promise.all([
    store.run("run_1"),
    store.findRuns("run"),
    store.listRuns({ limit: 9 }),
    store.unfinishedRuns(),
    store.stepsOf("run_1"),
    store.eventsOf("run_1"),
    store.modelCallsOf("run_1"),
    store.turnsOf(turn),
    store.recordingsOf("run_1"),
    store.toolTurnsOf("run_1"),
    ...(["score", "agent", "model", "day"] as const).map((by) => store.costsBy({ by, since: 0 })),
    store.deployment("d"),
    store.findDeployments("d"),
    store.hasDeployment("d"),
  ]);

  expect(rows).toBeGreaterThanOrEqual(17);
});
