import { describe, expect, test } from "vitest";
import { z } from "zod";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine } from "../../src/engine/index.ts";
import { checkpoint, defineScore, derive, type Score, score, task, wait } from "../../src/index.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import type { RunRow } from "../../src/store/store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import { Disk } from "../sim/disk.ts";
import { type Device, MemoryStore } from "../sim/memory-store.ts";
import { openHall } from "./hall.ts";

// What the simulation (test/sim) has found, each as small as it goes.

const Decision = z.object({ send: z.boolean() });
const value = { send: true };

/** An engine over a store whose commits are made when the test says so. */
function openSlowly(made: Score<never, unknown>) {
  const disk = new Disk();
  const commits: { readonly rows: readonly string[]; make(): Promise<void> }[] = [];
  const device: Device = {
    afterTurn: (close) => void setImmediate(close),
    commit: (write, rows) =>
      new Promise((resolve) => {
        const make = () => {
          write();
          resolve();
          return turn();
        };
        commits.push({ rows, make });
      }),
    read: async (query) => query(),
  };
  const compiled = toPlan(made as never);
  expect(compiled.findings).toEqual([]);
  const playable = makePlayable(compiled, () => "slow");
  disk.saveDeployment({ hash: "slow", score: playable.plan.score, plan: "{}", code: null, createdAt: 1 });
  return { engine: new Engine(new MemoryStore(disk, device), systemClock), playable, commits };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a step that waited for room begins only when everything it reads is durable", async () => {
  const begun: string[] = [];
  let end: (value: number) => void = () => {};
  const first = task({
    input: {},
    output: z.number(),
    run: () => new Promise<number>((resolve) => (end = resolve)),
  });
  const pause = wait({ for: "1h" });
  const reader = (name: string) =>
    task({ input: { n: first.output }, output: z.number(), run: () => begun.push(name) });
  const [one, two] = [reader("one"), reader("two")];
  const made = defineScore({ id: "room", nodes: { first, pause, one, two }, concurrency: 2 });
  const { engine, playable, commits } = openSlowly(made);
  const starting = engine.start(playable, {});
  await turn();
  await commits[0]!.make();
  const play = await starting;
  await expect.poll(() => commits.length).toBe(2);

  // The wait's commit is under way when the first step ends: its own result gathers for the next.
  end(1);
  await turn();
  await commits[1]!.make();
  await turn();

  expect(commits[2]!.rows[0]).toContain("first#1 completed");
  expect(begun).toEqual([]);
  await commits[2]!.make();
  expect(begun.sort()).toEqual(["one", "two"]);
  play.stop(new Error("over"));
});

test("onError is played although other steps were under way when the run failed", async () => {
  const { start } = await openHall();
  const bad = task({
    input: {},
    output: z.number(),
    run: () => {
      throw new Error("bad");
    },
  });
  const other = task({
    input: {},
    output: z.number(),
    run: ({ signal }) =>
      new Promise<number>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  });
  let told = 0;
  const onError = () => task({ input: {}, output: z.number(), run: () => ++told });
  const play = await start(defineScore({ id: "told", nodes: { other, bad }, onError }));

  expect(await play.ending).toMatchObject({ is: "failed", step: "bad" });
  expect(told).toBe(1);
});

test("onError begins beside a task whose own time is over, also when that was told to end before and does not", async () => {
  const { start } = await openHall();
  const begun: string[] = [];
  const deaf = task({
    input: {},
    output: z.number(),
    timeout: "50ms",
    run: () => new Promise<number>(() => begun.push("deaf")),
  });
  const bad = task({
    input: {},
    output: z.number(),
    run: () => {
      throw new Error("bad");
    },
  });
  const onError = () => task({ input: {}, output: z.number(), run: () => begun.push("onError") });
  const play = await start(defineScore({ id: "deaf", nodes: { deaf, bad }, onError }));

  expect(await play.ending).toMatchObject({ is: "failed", step: "bad" });
  expect(begun).toEqual(["deaf", "onError"]);
});

describe("a checkpoint", () => {
  test("that was not decided in time is not asked again after a restart", async () => {
    const { start, resume } = await openHall();
    let times = 0;
    const review = checkpoint({ title: "?", decision: Decision, timeout: "10ms", onTimeout: "skip" });
    const long = task({
      input: {},
      output: z.number(),
      run: ({ signal }) =>
        ++times === 1
          ? new Promise<number>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
          : 1,
    });
    const made = defineScore({ id: "skipped", nodes: { review, long }, output: long.output });
    const first = await start(made);
    const isSkipped = ({ type }: { type: string }) => type === "step.skipped";
    await expect.poll(() => first.events.some(isSkipped)).toBe(true);
    first.stop(new Error("stopped"));
    await first.ending;

    const second = await resume(made, first.id);
    const waits: string[] = [];
    second.subscribe(({ type }) => waits.push(type));

    expect(await second.ending).toEqual({ is: "completed", output: 1, gaps: ["review"] });
    expect(waits).not.toContain("step.waiting");
  });

  test("whose time is over while there is no room for it can still be decided, and the run goes on", async () => {
    const { start } = await openHall();
    let end: (value: number) => void = () => {};
    const review = checkpoint({ title: "?", decision: Decision, timeout: "20ms", onTimeout: "reject" });
    const long = task({
      input: {},
      output: z.number(),
      run: () => new Promise<number>((resolve) => (end = resolve)),
    });
    const nodes = { review, long };
    const play = await start(defineScore({ id: "full", nodes, output: review.output, concurrency: 1 }));
    await expect.poll(() => play.events.some(({ type }) => type === "step.waiting")).toBe(true);
    const until = (play.events.find(({ type }) => type === "step.waiting") as { until: number }).until;
    // Its timer has gone off before this one.
    await expect.poll(() => Date.now() > until + 20).toBe(true);

    expect(await play.decide("review", { value })).toBe(true);
    end(1);

    expect(await play.ending).toEqual({ is: "completed", output: value });
  });

  async function parked(made: Score<never, unknown>) {
    const hall = await openHall();
    const play = await hall.start(made);
    expect(await play.ending).toMatchObject({ is: "waiting" });
    const tools = { engine: hall.engine, store: hall.store, now: systemClock.now };
    return { hall, id: play.id, tools };
  }

  const asked = () => {
    const review = checkpoint({ title: "?", decision: Decision, timeout: "never", onTimeout: "reject" });
    return defineScore({ id: "asked", nodes: { review }, output: review.output.send });
  };

  test("that two people decide at once is decided by one, and the other is told", async () => {
    const { hall, id, tools } = await parked(asked());
    const row = (await hall.store.run(id))!;
    const [open] = await openCheckpointsOf(hall.store, id);
    const compiled = toPlan(asked() as never);
    const playable = makePlayable(compiled, () => "d");
    const decide = (by: string, send: boolean) =>
      decideCheckpoint(tools, { row, playable, step: open!.step, value: { send }, by });

    const both = await Promise.allSettled([decide("ada", true), decide("bob", false)]);

    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(both[1]).toMatchObject({ reason: { code: "MR2017" } });
    expect((await hall.store.stepsOf(id))[0]!.output).toBe('{"send":true}');
  });
});

test("a played run that somebody goes on with by itself is followed by the run above", async () => {
  const hall = await openHall();
  let end: () => void = () => {};
  const work = task({
    input: {},
    output: z.number(),
    run: ({ signal }) =>
      new Promise<number>((resolve, reject) => {
        end = () => resolve(7);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  const inner = defineScore({ id: "inner", nodes: { work }, output: work.output });
  const played = score(inner, { input: {} });
  const outer = defineScore({ id: "outer", nodes: { played }, output: played.output });
  const first = await hall.start(outer);
  const parts = async () => (await hall.store.unfinishedRuns()).filter(({ parent }) => parent !== null);
  await expect.poll(async () => (await parts()).length).toBe(1);
  first.stop(new Error("stopped"));
  expect(await first.ending).toEqual({ is: "stopped" });

  const part = await hall.resume(inner, (await parts())[0]!.id);
  const whole = await hall.resume(outer, first.id);
  const follows = (events: readonly { type: string }[]) => events.some(({ type }) => type === "run.started");
  const seen: { type: string }[] = [];
  whole.subscribe((event) => seen.push(event));
  await expect.poll(() => follows(seen)).toBe(true);
  await hall.store.settled();
  end();

  expect(await part.ending).toEqual({ is: "completed", output: 7 });
  expect(await whole.ending).toEqual({ is: "completed", output: 7 });
});

test.each(["before the run above has come to it", "when the run above follows it"])(
  "a run goes on with what it plays when somebody has stopped that by itself, %s",
  async (when) => {
    const hall = await openHall();
    const begun: PromiseWithResolvers<number>[] = [];
    const isTold: boolean[] = [];
    // The first two end when the test says so, however often they are told to.
    const work = task({
      input: {},
      output: z.number(),
      run: ({ signal }) => {
        const end = Promise.withResolvers<number>();
        const count = begun.push(end);
        if (count === 3) end.resolve(7);
        signal.addEventListener("abort", () => (isTold[count - 1] = true));
        return end.promise;
      },
    });
    const inner = defineScore({ id: "inner", nodes: { work }, output: work.output });
    const played = score(inner, { input: {} });
    const outer = defineScore({ id: "outer", nodes: { played }, output: played.output });
    const first = await hall.start(outer);
    await expect.poll(() => begun.length).toBe(1);
    first.stop(new Error("stopped"));
    begun[0]!.reject(new Error("told to end"));
    await first.ending;
    const [{ id }] = (await hall.store.unfinishedRuns()).filter(({ parent }) => parent !== null) as [RunRow];
    const part = await hall.resume(inner, id);
    await expect.poll(() => begun.length).toBe(2);
    const stop = () => part.stop(new Error("stopped"));

    if (when.startsWith("before")) stop();
    const whole = await hall.resume(outer, first.id);
    const following = async () => (await hall.engine.playingOf(first.id))?.performance.inner.size;
    await expect.poll(following).toBe(1);
    if (when.startsWith("when")) stop();
    expect(isTold).toEqual([true, true]);
    begun[1]!.reject(new Error("told to end"));

    expect(await part.ending).toEqual({ is: "stopped" });
    expect(await whole.ending).toEqual({ is: "completed", output: 7 });
    expect(await hall.store.run(id)).toMatchObject({ status: "completed" });
  },
);

test("what a failed run played ends with it, also when its onError came first", async () => {
  const hall = await openHall();
  let times = 0;
  const bad = task({
    input: {},
    output: z.number(),
    run: ({ signal }) => {
      if (++times > 1) throw new Error("bad");
      return new Promise<number>((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason)),
      );
    },
  });
  const pause = wait({ for: "1h" });
  const played = score(defineScore({ id: "inner", nodes: { pause } }), { input: {} });
  const onError = () => task({ input: {}, output: z.number(), run: () => 1 });
  const outer = defineScore({ id: "outer", nodes: { bad, played }, onError });
  const first = await hall.start(outer);
  const parts = () => hall.store.listRuns({ limit: 9, score: "inner", status: undefined });
  await expect.poll(async () => (await parts()).length).toBe(1);
  first.stop(new Error("stopped"));
  await first.ending;

  const second = await hall.resume(outer, first.id);

  expect(await second.ending).toMatchObject({ is: "failed", step: "bad" });
  expect(await parts()).toMatchObject([{ status: "cancelled" }]);
});

test("a run that is resumed after its time leaves no checkpoint open, also where it does not come to it any more", async () => {
  const hall = await openHall();
  const first = task({ input: {}, output: z.number(), run: () => 1 });
  const told = derive([first.output], (n) => `${n}`);
  const review = checkpoint({ title: told, decision: Decision, timeout: "never", onTimeout: "reject" });
  const made = defineScore({ id: "late", nodes: { first, review }, timeout: "200ms" });
  const play = await hall.start(made);
  expect(await play.ending).toMatchObject({ is: "waiting" });
  const { startedAt } = (await hall.store.run(play.id))!;
  await expect.poll(() => Date.now() > startedAt! + 200).toBe(true);

  const late = await hall.resume(made, play.id);

  expect(await late.ending).toMatchObject({ is: "failed", error: { code: "MR3025" } });
  expect(await openCheckpointsOf(hall.store, play.id)).toEqual([]);
});

test("an answer that comes while somebody else goes on with the run is refused, and nothing of it is written", async () => {
  const hall = await openHall();
  const pay = task({
    input: {},
    output: z.number(),
    retry: "never",
    run: ({ signal }) =>
      new Promise<number>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  });
  const made = defineScore({ id: "asking", nodes: { pay }, output: pay.output });
  const first = await hall.start(made);
  await expect.poll(async () => (await hall.store.stepsOf(first.id)).length).toBe(1);
  first.stop(new Error("stopped"));
  await first.ending;

  const both = await Promise.allSettled([
    hall.resume(made, first.id, { fail: ["pay"] }),
    hall.resume(made, first.id),
  ]);

  const refused = both.flatMap((one) => (one.status === "rejected" ? one.reason : []));
  expect(refused).toMatchObject([{ code: "MR2011" }]);
  const isFailed = (await hall.store.stepsOf(first.id)).some(({ status }) => status === "failed");
  expect(isFailed).toBe(both[0]!.status === "fulfilled");
});

test("a run made from another one that somebody holds as soon as it is there plays nothing", async () => {
  const hall = await openHall();
  let isBroken = true;
  let played = 0;
  const one = task({
    input: {},
    output: z.number(),
    run: () => {
      if (isBroken) throw new Error("not yet");
      return ++played;
    },
  });
  const made = defineScore({ id: "again", nodes: { one }, output: one.output });
  const first = await hall.start(made);
  await first.ending;
  isBroken = false;
  const id = `run_${"0".repeat(31)}1`;
  const { createRun } = hall.store;
  let pausing: Promise<unknown> | undefined;
  hall.store.createRun = async (...created) => {
    await createRun.apply(hall.store, created);
    pausing = hall.engine.pause(id, { by: "somebody" });
    // As long as a pause takes where nobody is about to play the run.
    await Promise.race([pausing, turn().then(turn).then(turn)]);
  };

  const second = await hall.rerun(made, first.id, [], { id });
  await pausing;
  const before = played;

  expect(await second.ending).toMatchObject({ is: "paused" });
  expect(played).toBe(before);
  expect(await hall.store.run(id)).toMatchObject({ status: "paused" });
});
