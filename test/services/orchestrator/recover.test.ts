import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { MaestroError } from "../../../src/diagnostics/index.ts";
import type { Playable } from "../../../src/engine/index.ts";
import { checkpoint, defineScore, input, task } from "../../../src/index.ts";
import { Orchestrator } from "../../../src/services/orchestrator/orchestrator.ts";
import { performRequest } from "../../../src/services/perform-request.ts";
import { systemClock } from "../../../src/support/clock.ts";
import { newId } from "../../../src/support/ids.ts";
import { openHall } from "../../engine/hall.ts";

const SOON = { timeout: 30_000 };

const given = input(z.object({ n: z.int() }));
const scoreOf = (id: string, begin: (n: number) => void) => {
  const one = task({
    input: { n: given.n },
    output: z.int(),
    run: ({ input: { n } }) => {
      begin(n);
      return n;
    },
  });
  return defineScore({ id, input: given, nodes: { one }, output: one.output });
};

/** A store with runs in its queue, and an orchestrator that has `slots` for them. */
async function openQueue(
  queued: readonly { readonly score: string; readonly priority?: number }[],
  slots = 1,
) {
  const hall = await openHall(undefined, { limits: { runs: slots } });
  const { store, engine } = hall;
  const begun: string[] = [];
  const playables = new Map<string, Playable>();
  for (const score of new Set(queued.map(({ score }) => score)))
    playables.set(score, await hall.prepare(scoreOf(score, (n) => begun.push(`${score} ${n}`)) as never));
  for (const [i, { score, priority = 0 }] of queued.entries())
    await store.createRun({
      id: `run_${String(i).padStart(32, "0")}`,
      score,
      deployment: `deployment-${score}`,
      status: "queued",
      input: JSON.stringify({ n: i }),
      createdAt: 1,
      startedAt: null,
      parent: null,
      priority,
    });
  const told: string[] = [];
  const hear = (event: string) => void told.push(event);
  const orchestrator = (playableOf: (score: string) => Promise<Playable>) =>
    new Orchestrator({
      engine,
      store,
      clock: systemClock,
      log: { info: hear, warn: hear, error: hear },
      playableOf: ({ score }) => playableOf(score),
      live: () => Promise.reject(new Error("nobody asks")),
      leave: () => hear("left"),
      facts: { pid: 1, version: "1", workspace: "/" },
    });
  onTestFinished(() => engine.stop(new Error("over"), 1));
  return { begun, told, store, engine, orchestrator, playable: (score: string) => playables.get(score)! };
}

test("after a start the queue is played by priority, then by age, while it is still being taken up", async () => {
  const queue = await openQueue(
    Array.from({ length: 120 }, (_, i) => ({ score: "letters", priority: [0, 5, -5][i % 3]! })),
  );
  const orchestrator = queue.orchestrator(async (score) => queue.playable(score));

  await orchestrator.recover();

  await expect.poll(() => queue.begun.length, SOON).toBe(120);
  const places = Array.from({ length: 120 }, (_, i) => i);
  const order = [1, 0, 2].flatMap((rest) => places.filter((i) => i % 3 === rest));
  expect(queue.begun).toEqual(order.map((i) => `letters ${i}`));
});

test("runs whose code takes long to load keep only themselves from going on", async () => {
  const queue = await openQueue([{ score: "slow" }, { score: "letters" }, { score: "slow" }]);
  const loaded = Promise.withResolvers<void>();
  const orchestrator = queue.orchestrator(async (score) => {
    if (score === "slow") await loaded.promise;
    return queue.playable(score);
  });

  const recovered = orchestrator.recover();

  await expect.poll(() => queue.begun, SOON).toEqual(["letters 1"]);
  expect(queue.told).not.toContain("recovered");
  // Who follows one of them is not told that nobody plays it.
  const slow = `run_${"0".repeat(32)}`;
  expect(await orchestrator.follow({ op: "follow", run: slow, after: 7 })).toEqual({ events: [], next: 7 });
  loaded.resolve();
  await recovered;
  await expect.poll(() => queue.begun).toEqual(["letters 1", "slow 0", "slow 2"]);
  expect(queue.told).toContain("recovered");
});

test("a run of an orchestra that somebody begins is heard from its beginning, also when it waits before they ask, and begun once", async () => {
  const hall = await openHall();
  const { store, engine } = hall;
  const review = checkpoint({ title: "Go?", decision: z.boolean(), timeout: "never", onTimeout: "reject" });
  const asks = defineScore({ id: "asks", nodes: { review }, output: review.output });
  const playable = await hall.prepare(asks as never, "a".repeat(64));
  const definition = JSON.stringify({ id: "daily", score: "asks", input: {} });
  const row = { id: "daily", score: "asks", deployment: playable.hash, definition, hash: "a".repeat(64) };
  const put = [{ ...row, createdAt: 1, deployedAt: 1 }];
  await store.orchestras.deploy({ deployments: [], put, destroyed: [], audit: [] });
  const nobody = { info: () => {}, warn: () => {}, error: () => {} };
  const options = { engine, store, clock: systemClock, playableOf: async () => playable };
  const host = new Orchestrator({
    ...options,
    log: nobody,
    live: () => Promise.reject(new Error("nobody asks")),
    leave: () => {},
    facts: { pid: 1, version: "1", workspace: "/" },
  });
  const owned = { ...options, isHost: true, host };
  const run = newId("run");
  const begin = () => performRequest(owned, { op: "playOrchestra", id: "daily", run, by: "ada" });

  expect(await begin()).toEqual({ run });
  await expect.poll(() => engine.isKnown(run), SOON).toBe(false);
  const followed = await performRequest(owned, { op: "follow", run, after: 0 });

  expect(followed?.ending).toMatchObject({ is: "waiting", steps: ["review"] });
  expect(followed?.events[0]).toMatchObject({ type: "run.started" });
  expect(await begin()).toEqual({ run });
  expect(await store.listRuns({ limit: 10 })).toHaveLength(1);
});

test("a run that cannot go on is named with its whole reason, until somebody has cancelled it", async () => {
  const queue = await openQueue([{ score: "letters" }, { score: "letters" }]);
  const missing = [{ secret: "token", from: "env.TOKEN", reason: "it is not set" }];
  const error = new MaestroError("MR2067", { orchestra: "osec", missing });
  const orchestrator = queue.orchestrator(() => Promise.reject(error));
  await orchestrator.recover();
  const [run, other] = ["0", "1"].map((n) => `run_${n.padStart(32, "0")}`) as [string, string];
  const why =
    'Orchestra "osec" cannot play, because secrets are missing: token from env.TOKEN: it is not set';
  expect((await orchestrator.status()).stuck).toEqual([
    { run, why },
    { run: other, why },
  ]);

  await queue.engine.cancel(run, { by: "ada" });

  expect((await orchestrator.status()).stuck).toEqual([{ run: other, why }]);
});
