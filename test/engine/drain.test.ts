import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { Engine } from "../../src/engine/index.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { defineScore, input, type Score, score, task } from "../../src/index.ts";
import { systemClock } from "../../src/support/clock.ts";
import { openHall } from "./hall.ts";

const ENOUGH_MS = 20_000;
const LEAVING = new Error("leaving");

/** A score of two steps; each works until the test says so, and says when it is told to end. */
function workshop(id: string, limits: Pick<Parameters<typeof defineScore>[0], "runs"> = {}) {
  const begun: string[] = [];
  const told: string[] = [];
  const ends = new Map<string, () => void>();
  const given = input(z.object({ name: z.string() }));
  const job = (step: string, name: typeof given.name) =>
    task({
      input: { name },
      output: z.string(),
      run: ({ input, signal }) =>
        new Promise<string>((resolve) => {
          const key = `${input.name} ${step}`;
          begun.push(key);
          signal.addEventListener("abort", () => told.push(key));
          ends.set(key, () => resolve(input.name));
        }),
    });
  const one = job("one", given.name);
  const two = job("two", one.output);
  const made = defineScore({ id, input: given, nodes: { one, two }, output: two.output, ...limits });
  return {
    begun,
    told,
    ends,
    made: made as unknown as Score<never, unknown>,
    inner: made,
    end: (key: string) => ends.get(key)!(),
  };
}

test("draining lets a step under way end and begins none, and the run goes on behind it, each step once", async () => {
  const { start, engine, store, prepare } = await openHall();
  const { begun, told, made, end } = workshop("job");
  const play = await start(made, { name: "a" });
  await expect.poll(() => begun).toEqual(["a one"]);

  const drained = engine.drain(LEAVING, ENOUGH_MS);
  end("a one");

  expect(await drained).toBe(true);
  expect(await play.ending).toEqual({ is: "stopped" });
  expect({ begun, told }).toEqual({ begun: ["a one"], told: [] });
  await expect(start(made, { name: "b" })).rejects.toMatchObject({ code: "MR2012" });

  const next = new Engine(store, systemClock, NOTHING_OUTSIDE);
  const again = await next.resume(await prepare(made), (await store.run(play.id))!);
  await expect.poll(() => begun).toEqual(["a one", "a two"]);
  end("a two");
  expect(await again.ending).toMatchObject({ is: "completed", output: "a" });
});

test("a step that does not end in time is told to end by the stop that follows, and is played again later", async () => {
  const { start, engine, store } = await openHall();
  const { begun, told, made } = workshop("job");
  const play = await start(made, { name: "a" });
  await expect.poll(() => begun).toEqual(["a one"]);

  expect(await engine.drain(LEAVING, 20)).toBe(false);
  expect(told).toEqual([]);
  await engine.stop(LEAVING, 20);

  expect(told).toEqual(["a one"]);
  expect(await store.run(play.id)).toMatchObject({ status: "running", endedAt: null });
});

test("draining holds also for what waits in the queue and for scores that others play", async () => {
  const { start, engine, store } = await openHall(mkdtempSync(join(tmpdir(), "maestro-engine-")), {
    limits: { runs: 1 },
  });
  const { begun, told, inner, end } = workshop("inner");
  const given = input(z.object({ name: z.string() }));
  const played = score(inner, { input: { name: given.name } });
  const outer = defineScore({ id: "outer", input: given, nodes: { played }, output: played.output });
  const first = await start(outer as never, { name: "a" });
  const second = await start(outer as never, { name: "b" });
  await expect.poll(() => begun).toEqual(["a one"]);

  const drained = engine.drain(LEAVING, ENOUGH_MS);
  expect(await second.ending).toEqual({ is: "stopped" });
  end("a one");

  expect(await drained).toBe(true);
  expect(await first.ending).toEqual({ is: "stopped" });
  expect({ begun, told }).toEqual({ begun: ["a one"], told: [] });
  expect((await store.run(second.id))!.status).toBe("queued");
});

test("of all runs no more are under way than there are slots, and a run that waits for its score keeps nobody from one", async () => {
  const { start, engine, store } = await openHall(mkdtempSync(join(tmpdir(), "maestro-engine-")), {
    limits: { runs: 2 },
  });
  const one = workshop("one", { runs: { max: 1 } });
  const many = workshop("many");
  const a = await start(one.made, { name: "a" });
  const b = await start(one.made, { name: "b" }, { priority: 50 });
  await start(many.made, { name: "c" });
  const d = await start(many.made, { name: "d" });

  // "b" comes first, and waits for its score: there is a slot for "c", and none for "d".
  await expect.poll(() => many.begun).toEqual(["c one"]);
  expect(engine.load).toEqual({ underWay: 2, queued: 2 });
  expect(JSON.parse((await store.run(b.id))!.reason!)).toMatchObject({ waitsFor: [{ is: "score" }] });
  expect(JSON.parse((await store.run(d.id))!.reason!)).toEqual({
    waitsFor: [{ is: "slot", name: "", inUse: 2, capacity: 2, isBehind: false }],
  });
  expect(one.begun).toEqual(["a one"]);

  one.end("a one");
  await expect.poll(() => one.begun).toEqual(["a one", "a two"]);
  one.end("a two");
  await a.ending;
  // "b" has priority over "d", which waited for longer.
  await expect.poll(() => one.begun).toEqual(["a one", "a two", "b one"]);
  expect(many.begun).toEqual(["c one"]);
  engine.reach({ ...NOTHING_OUTSIDE, limits: { runs: 3 } });
  await expect.poll(() => many.begun).toEqual(["c one", "d one"]);
  await engine.stop(LEAVING, 20);
  // What is left behind meets a store that is closed.
  for (const { ending } of [b, d]) ending.catch(() => {});
});
