import { expect, test } from "vitest";
import { z } from "zod";
import { checkpoint, defineScore, score, task } from "../../src/index.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { resumeRun } from "../../src/operations/resume-run.ts";
import { systemClock } from "../../src/support/clock.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import { openHall } from "./hall.ts";

// Somebody goes on with a run that another one plays, or decides something of it, by itself. Found by the simulation.

const N = z.number();
const ADA = { by: "ada", reason: "the numbers look wrong" };

/**
 * A run whose step `work` is under way, and that plays another one, which has begun `pay`, what must not happen twice.
 * Both are stopped. The run above shares its tag with `other`, and they have to take turns.
 */
async function stopped() {
  const hall = await openHall(undefined, { limits: { tags: { alone: 1 } } });
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<number>>();
  const held = (name: string, retry?: "never") =>
    task({
      input: {},
      output: N,
      ...(retry ? { retry } : {}),
      run: ({ signal }) => {
        begun.push(name);
        const end = Promise.withResolvers<number>();
        ends.set(name, end);
        signal.addEventListener("abort", () => end.reject(signal.reason));
        return end.promise;
      },
    });
  const work = held("work");
  const pay = held("pay", "never");
  const after = task({ input: { n: pay.output }, output: N, run: () => begun.push("after") });
  const inner = defineScore({ id: "inner", nodes: { pay, after }, output: after.output });
  const tags = ["alone"];
  const outer = defineScore({ id: "outer", tags, nodes: { work, played: score(inner, { input: {} }) } });
  const other = defineScore({ id: "other", tags, nodes: { else: held("else") } });
  const first = await hall.start(outer);
  await expect.poll(() => begun.toSorted()).toEqual(["pay", "work"]);
  first.stop(new Error("stopped"));
  await first.ending;
  const parts = await hall.store.listRuns({ limit: 9, score: "inner", status: undefined });
  const part = parts[0]!.id;
  begun.splice(0);
  const goOnAlone = async () => {
    const play = await hall.resume(inner, part, { redo: ["pay"] });
    await expect.poll(() => begun).toContain("pay");
    return play;
  };
  const goOn = async () => {
    const play = await hall.resume(outer, first.id);
    const isAsking = async () => (await hall.store.run(part))?.reason?.startsWith('{"asking"');
    await expect.poll(async () => begun.includes("work") && (await isAsking())).toBe(true);
    return play;
  };
  /** Not yet: it waits for its turn. */
  const goOnInQueue = async () => {
    await hall.start(other);
    await expect.poll(() => begun).toContain("else");
    return hall.resume(outer, first.id);
  };
  return { hall, begun, ends, whole: first.id, part, inner, goOnAlone, goOn, goOnInQueue };
}

test("a part that goes on by itself is held with the run at rest that it is part of", async () => {
  const { hall, begun, ends, whole, part, goOnAlone } = await stopped();
  const play = await goOnAlone();

  await hall.engine.pause(whole, ADA);
  ends.get("pay")!.resolve(1);

  expect(await play.ending).toEqual({ is: "paused", ...ADA });
  expect(begun).toEqual(["pay"]);
  expect(await hall.store.run(part)).toMatchObject({ status: "paused" });
});

test("a part that goes on by itself is held with the run above, also before that one has come to it", async () => {
  const { hall, begun, ends, whole, goOn, goOnAlone } = await stopped();
  await goOn();
  const play = await goOnAlone();

  expect(await hall.engine.pause(whole, ADA)).toEqual(["work"]);
  ends.get("pay")!.resolve(1);
  expect(await play.ending).toEqual({ is: "paused", ...ADA });
  expect(begun).toEqual(["work", "pay"]);
});

test("a pause that is taken back lets a part that goes on by itself begin steps again", async () => {
  const { hall, begun, ends, whole, goOn, goOnAlone } = await stopped();
  await goOn();
  const play = await goOnAlone();
  await hall.engine.pause(whole, ADA);

  await hall.engine.goOn(whole);
  ends.get("pay")!.resolve(1);

  expect(await play.ending).toMatchObject({ is: "completed" });
  expect(begun).toEqual(["work", "pay", "after"]);
});

test("a part that goes on by itself stops with the run above, also before that one has come to it", async () => {
  const { begun, goOn, goOnAlone } = await stopped();
  const above = await goOn();
  const play = await goOnAlone();

  above.stop(new Error("stopped"));

  expect(await play.ending).toEqual({ is: "stopped" });
  expect(begun).toEqual(["work", "pay"]);
});

test("a part that goes on by itself stops with the run above, also while that one waits for its turn", async () => {
  const { hall, begun, ends, goOnAlone, goOnInQueue } = await stopped();
  const play = await goOnAlone();
  const above = await goOnInQueue();

  above.stop(new Error("stopped"));
  ends.get("pay")!.resolve(1);

  expect(await above.ending).toEqual({ is: "stopped" });
  expect(await play.ending).toEqual({ is: "stopped" });
  expect(begun).toEqual(["pay", "else"]);
  await hall.engine.stop(new Error("over"));
});

test("draining lets the step of a part that goes on by itself end, also while the run above waits for its turn", async () => {
  const { hall, begun, ends, part, goOnAlone, goOnInQueue } = await stopped();
  const play = await goOnAlone();
  const above = await goOnInQueue();

  const drained = hall.engine.drain(new Error("leaving"), 20_000);
  ends.get("pay")!.resolve(1);
  ends.get("else")!.resolve(1);

  expect(await drained).toBe(true);
  expect([await above.ending, await play.ending]).toEqual([{ is: "stopped" }, { is: "stopped" }]);
  expect(begun).toEqual(["pay", "else"]);
  const paid = (await hall.store.stepsOf(part)).filter(({ status }) => status === "completed");
  expect(paid).toMatchObject([{ key: "pay", output: "1" }]);
});

test("a part that goes on by itself is over with the run above when that one fails", async () => {
  const { hall, begun, ends, part, goOn, goOnAlone } = await stopped();
  const above = await goOn();
  const play = await goOnAlone();

  ends.get("work")!.reject(new Error("bad"));

  const why = "the run it is part of has ended";
  expect(await play.ending).toEqual({ is: "cancelled", by: "", reason: why });
  expect(await above.ending).toMatchObject({ is: "failed", step: "work" });
  expect(await hall.store.run(part)).toMatchObject({ status: "cancelled" });
  expect(begun).toEqual(["work", "pay"]);
});

test("what is being decided of a part while the run above fails counts", async () => {
  const hall = await openHall();
  let fail: () => void = () => {};
  const work = task({
    input: {},
    output: N,
    run: () => new Promise<number>((_, reject) => (fail = () => reject(new Error("bad")))),
  });
  const review = checkpoint({
    title: "?",
    decision: z.object({ send: z.boolean() }),
    timeout: "never",
    onTimeout: "reject",
  });
  const inner = defineScore({ id: "inner", nodes: { review } });
  const outer = defineScore({ id: "outer", nodes: { work, played: score(inner, { input: {} }) } });
  const play = await hall.start(outer);
  const waiting = { limit: 9, score: "inner", status: "waiting" } as const;
  await expect.poll(async () => (await hall.store.listRuns(waiting)).length).toBe(1);
  const { id } = (await hall.store.listRuns(waiting))[0]!;
  const row = (await hall.store.run(id))!;
  const [open] = await openCheckpointsOf(hall.store, id);
  await expect.poll(() => hall.engine.isPlaying(id)).toBe(false);

  // The run above fails while the decision is about to be written.
  const { store } = hall;
  const slow = {
    run: store.run.bind(store),
    journalOf: store.journalOf.bind(store),
    settled: store.settled.bind(store),
    recordStep: async (step: Parameters<typeof store.recordStep>[0]) => {
      fail();
      await Promise.race([play.ending, turns(200)]);
      return store.recordStep(step);
    },
  };
  const tools = { engine: hall.engine, store: slow as never, now: systemClock.now };
  const playable = await hall.prepare(inner);
  await decideCheckpoint(tools, { row, playable, step: open!.step, value: { send: true }, by: "ada" });

  expect(await play.ending).toMatchObject({ is: "failed", step: "work" });
  expect(await store.stepsOf(id)).toMatchObject([{ status: "completed", output: '{"send":true}' }]);
  expect(await store.run(id)).toMatchObject({ status: "cancelled" });
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

test("a run that has ended since somebody looked is not gone on with, and takes no answers", async () => {
  const { hall, whole, part, inner } = await stopped();
  const row = (await hall.store.run(part))!;
  await hall.engine.cancel(whole, ADA);
  const steps = await hall.store.stepsOf(part);

  await expect(hall.engine.resume(await hall.prepare(inner), row)).rejects.toMatchObject({ code: "MR2008" });
  const late = { row, playable: await hall.prepare(inner), answers: { give: { pay: 7 } } };
  const tools = { engine: hall.engine, store: hall.store, now: systemClock.now };
  await expect(resumeRun(tools, late)).rejects.toMatchObject({ code: "MR2008" });
  expect(await hall.store.stepsOf(part)).toEqual(steps);
});
