import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test as propertyTest } from "@fast-check/vitest";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import type { InnerPlay } from "../../src/engine/engine.ts";
import { pausePlay } from "../../src/engine/halt.ts";
import { Engine } from "../../src/engine/index.ts";
import { checkpoint, defineScore, gte, loop, map, score, shell, task, wait } from "../../src/index.ts";
import type { StepRow } from "../../src/store/store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { openHall } from "./hall.ts";

/** What happens at once, on a machine that has other things to do as well. */
const SOON = { timeout: 20_000 };

const ADA = { by: "ada", reason: "the numbers look wrong" };
const N = z.object({ n: z.number() });

/** Tasks that count their calls, one of which is under way until it is let go. */
function makeTasks() {
  const begun: string[] = [];
  const aborted: unknown[] = [];
  const gate = Promise.withResolvers<void>();
  const step = (name: string, n: Parameters<typeof gte>[0] | number) =>
    task({
      input: { n: n as never },
      output: N,
      run: ({ input }) => {
        begun.push(name);
        return { n: Number(input.n) + 1 };
      },
    });
  const slow = (name: string, n: Parameters<typeof gte>[0] | number) =>
    task({
      input: { n: n as never },
      output: N,
      run: async ({ input, signal }) => {
        begun.push(name);
        signal.addEventListener("abort", () => aborted.push(signal.reason));
        await gate.promise;
        return { n: Number(input.n) + 1 };
      },
    });
  const polite = (name: string) =>
    task({
      input: {},
      output: N,
      run: ({ signal }) =>
        new Promise<never>((_, reject) => {
          begun.push(name);
          signal.addEventListener("abort", () => {
            aborted.push(signal.reason);
            reject(signal.reason);
          });
        }),
    });
  return { begun, aborted, gate, step, slow, polite };
}

function threeSteps() {
  const tasks = makeTasks();
  const first = tasks.step("first", 0);
  const second = tasks.slow("second", first.output.n);
  const third = tasks.step("third", second.output.n);
  const made = defineScore({ id: "three", nodes: { first, second, third }, output: third.output.n });
  return { ...tasks, score: made };
}

test("a paused run begins no step; what is under way ends as it would have, and counts", async () => {
  const { start, resume, store, engine } = await openHall();
  const { begun, aborted, gate, score } = threeSteps();
  const play = await start(score);
  await expect.poll(() => begun, SOON).toEqual(["first", "second"]);

  expect(await engine.pause(play.id, ADA)).toEqual(["second"]);

  expect(await store.run(play.id)).toMatchObject({
    status: "paused",
    reason: JSON.stringify({ paused: ADA }),
  });
  gate.resolve();
  expect(await play.ending).toEqual({ is: "paused", ...ADA });
  expect(play.events.at(-1)).toMatchObject({ type: "run.paused", ...ADA });
  expect(begun).toEqual(["first", "second"]);
  expect(aborted).toEqual([]);
  expect((await store.stepsOf(play.id)).map(({ key, status }) => [key, status])).toEqual([
    ["first", "completed"],
    ["second", "completed"],
  ]);

  const second = await resume(score, play.id);
  expect(await second.ending).toEqual({ is: "completed", output: 3 });
  expect(begun).toEqual(["first", "second", "third"]);
  expect(await store.run(play.id)).toMatchObject({ status: "completed", reason: null, recoveries: 0 });
});

test("a run that is resumed while its steps are still under way goes on where it is played", async () => {
  const { start, resume, store, engine } = await openHall();
  const { begun, gate, score } = threeSteps();
  const play = await start(score);
  await expect.poll(() => begun, SOON).toEqual(["first", "second"]);
  await engine.pause(play.id, ADA);

  const same = await resume(score, play.id);

  expect(same.id).toBe(play.id);
  expect(await store.run(play.id)).toMatchObject({ status: "running", reason: null });
  gate.resolve();
  expect(await play.ending).toEqual({ is: "completed", output: 3 });
  expect(begun).toEqual(["first", "second", "third"]);
});

test("a second pause changes nothing, and says what is still under way", async () => {
  const { start, store, engine } = await openHall();
  const { begun, gate, score } = threeSteps();
  const play = await start(score);
  await expect.poll(() => begun, SOON).toEqual(["first", "second"]);

  expect(await engine.pause(play.id, ADA)).toEqual(["second"]);
  expect(await engine.pause(play.id, { by: "bob" })).toEqual(["second"]);

  expect((await store.run(play.id))!.reason).toBe(JSON.stringify({ paused: ADA }));
  gate.resolve();
  await play.ending;
});

test("runs that a paused one plays are held and go on with it, and cannot be held alone", async () => {
  const { start, resume, store, engine } = await openHall();
  const inner = threeSteps();
  const middle = score(inner.score, { input: {} });
  const around = defineScore({ id: "around", nodes: { middle }, output: middle.output });
  const outermost = score(around, { input: {} });
  const whole = defineScore({ id: "whole", nodes: { outermost }, output: outermost.output });
  const play = await start(whole);
  await expect.poll(() => inner.begun, SOON).toEqual(["first", "second"]);
  const [deepest] = await store.listRuns({ limit: 1, score: "three" });

  await expect(engine.pause(deepest!.id, ADA)).rejects.toMatchObject({ code: "MR2030" });
  await engine.pause(play.id, ADA);

  const rows = await store.unfinishedRuns();
  expect(rows.map(({ score, status, reason }) => [score, status, reason])).toEqual(
    ["whole", "around", "three"].map((id) => [id, "paused", JSON.stringify({ paused: ADA })]),
  );
  inner.gate.resolve();
  expect(await play.ending).toEqual({ is: "paused", ...ADA });
  expect(inner.begun).toEqual(["first", "second"]);

  expect(await (await resume(whole, play.id)).ending).toEqual({ is: "completed", output: 3 });
  expect(inner.begun).toEqual(["first", "second", "third"]);
  expect(await store.listRuns({ limit: 9 })).toHaveLength(3);
});

test("a run and those it plays go on together when a pause is taken back", async () => {
  const { start, resume, engine, store } = await openHall();
  const [inner, beside] = [threeSteps(), threeSteps()];
  const played = score(inner.score, { input: {} });
  const other = beside.slow("other", 0);
  const whole = defineScore({ id: "whole", nodes: { played, other }, output: played.output });
  const play = await start(whole);
  await expect.poll(() => [...inner.begun, ...beside.begun], SOON).toEqual(["first", "second", "other"]);
  await engine.pause(play.id, ADA);
  // The inner one comes to rest, the outer one does not.
  inner.gate.resolve();
  const [row] = (await store.unfinishedRuns()).filter(({ parent }) => parent !== null);
  await expect.poll(() => engine.isPlaying(row!.id), SOON).toBe(false);

  await resume(whole, play.id);
  beside.gate.resolve();

  expect(await play.ending).toEqual({ is: "completed", output: 3 });
  expect(inner.begun).toEqual(["first", "second", "third"]);
});

test.each(["recordStep", "createRun"] as const)(
  "a run that is about to play another one when it is halted begins no step of it (%s)",
  async (write) => {
    for (const how of ["pause", "cancel"] as const) {
      const { start, resume, store, engine } = await openHall();
      const tasks = makeTasks();
      const only = tasks.step("only", 0);
      const inner = defineScore({ id: "inner", nodes: { only }, output: only.output.n });
      const played = score(inner, { input: {} });
      const whole = defineScore({ id: "whole", nodes: { played }, output: played.output });
      const halted = Promise.withResolvers<unknown>();
      const really = store[write].bind(store) as (row: { kind?: string; parent?: string }) => Promise<void>;
      vi.spyOn(store, write).mockImplementation((row: { kind?: string; parent?: string | null }) => {
        const done = really(row as never);
        if (row.kind === "score" || row.parent) halted.resolve(engine[how](play.id, ADA));
        return done;
      });
      const play = await start(whole);
      await halted.promise;

      expect(await play.ending).toEqual({ is: how === "pause" ? "paused" : "cancelled", ...ADA });
      expect(tasks.begun).toEqual([]);
      const rows = await store.listRuns({ limit: 9 });
      expect(new Set(rows.map(({ status }) => status))).toEqual(
        new Set([how === "pause" ? "paused" : "cancelled"]),
      );
      if (how === "cancel") continue;
      vi.restoreAllMocks();
      expect(await (await resume(whole, play.id)).ending).toEqual({ is: "completed", output: 1 });
      expect(tasks.begun).toEqual(["only"]);
      expect(await store.listRuns({ limit: 9 })).toHaveLength(2);
    }
  },
);

test("a wait that is over while its run is held ends when the run goes on, with the instant it began with", async () => {
  const { start, resume, store, engine } = await openHall();
  const tasks = makeTasks();
  const slow = tasks.slow("slow", 0);
  const pause = wait({ for: "150ms" });
  const after = task({ input: { at: pause.output }, output: z.string(), run: ({ input }) => input.at });
  const made = defineScore({ id: "waiting", nodes: { slow, pause, after }, output: after.output });
  const play = await start(made);
  await expect
    .poll(async () => (await store.stepsOf(play.id)).some(({ kind }) => kind === "wait"), SOON)
    .toBe(true);
  const until = async () =>
    JSON.parse((await store.stepsOf(play.id)).find(({ kind }) => kind === "wait")!.info!).until as number;
  const before = await until();

  await engine.pause(play.id, ADA);
  await expect.poll(() => Date.now(), SOON).toBeGreaterThan(before);
  tasks.gate.resolve();
  expect(await play.ending).toMatchObject({ is: "paused" });
  expect(await until()).toBe(before);

  const second = await resume(made, play.id);
  expect(await second.ending).toEqual({ is: "completed", output: new Date(before).toISOString() });
});

test("a checkpoint of a held run can be decided, and nothing begins before the run goes on", async () => {
  const { start, resume, engine } = await openHall();
  const tasks = makeTasks();
  const slow = tasks.slow("slow", 0);
  const review = checkpoint({
    title: "Go?",
    decision: z.object({ n: z.number() }),
    timeout: "never",
    onTimeout: "reject",
  });
  const after = tasks.step("after", review.output.n);
  const made = defineScore({ id: "asking", nodes: { slow, review, after }, output: after.output.n });
  const play = await start(made);
  await expect.poll(() => play.events.some(({ type }) => type === "step.waiting"), SOON).toBe(true);

  await engine.pause(play.id, ADA);
  expect(await engine.playOf(play.id)!.decide("review", { value: { n: 4 }, by: "bob" })).toBe(true);
  tasks.gate.resolve();

  expect(await play.ending).toMatchObject({ is: "paused" });
  expect(tasks.begun).toEqual(["slow"]);
  expect(await (await resume(made, play.id)).ending).toEqual({ is: "completed", output: 5 });
});

test("a run at rest is held with those it plays, until it is resumed", async () => {
  const { start, resume, store, engine } = await openHall();
  const review = checkpoint({
    title: "Go?",
    decision: z.object({ n: z.number() }),
    timeout: "never",
    onTimeout: "reject",
  });
  const inner = defineScore({ id: "inner", nodes: { review }, output: review.output.n });
  const played = score(inner, { input: {} });
  const whole = defineScore({ id: "whole", nodes: { played }, output: played.output });
  const play = await start(whole);
  expect(await play.ending).toMatchObject({ is: "waiting" });

  expect(await engine.pause(play.id, { by: "ada" })).toEqual([]);

  expect((await store.unfinishedRuns()).map(({ status, reason }) => [status, reason])).toEqual([
    ["paused", '{"paused":{"by":"ada"}}'],
    ["paused", '{"paused":{"by":"ada"}}'],
  ]);
  expect(await (await resume(whole, play.id)).ending).toMatchObject({ is: "waiting" });
  expect((await store.unfinishedRuns()).map(({ status }) => status)).toEqual(["waiting", "waiting"]);
});

test("a step that fails while its run is held is tried again when the run goes on", async () => {
  const { start, resume, store, engine } = await openHall();
  const gate = Promise.withResolvers<void>();
  let calls = 0;
  const flaky = task({
    input: {},
    output: N,
    retry: { attempts: 2, backoff: "1ms" },
    run: async () => {
      if (++calls === 1) {
        await gate.promise;
        throw new Error("not yet");
      }
      return { n: calls };
    },
  });
  const made = defineScore({ id: "flaky", nodes: { flaky }, output: flaky.output.n });
  const play = await start(made);
  await expect.poll(() => calls, SOON).toBe(1);
  await engine.pause(play.id, ADA);
  gate.resolve();
  expect(await play.ending).toMatchObject({ is: "paused" });
  expect(calls).toBe(1);
  expect(await store.stepsOf(play.id)).toMatchObject([{ status: "failed", attempt: 1 }]);

  expect(await (await resume(made, play.id)).ending).toEqual({ is: "completed", output: 2 });
});

/** Halts the run of `play` in the moment in which `row` is written, before that is durable. */
function pauseAt(
  { store, engine }: Pick<Awaited<ReturnType<typeof openHall>>, "store" | "engine">,
  isIt: (row: StepRow) => boolean,
) {
  const really = store.recordStep.bind(store);
  const paused = Promise.withResolvers<void>();
  const spy = vi.spyOn(store, "recordStep").mockImplementation((row) => {
    const done = really(row);
    if (isIt(row)) {
      spy.mockRestore();
      queueMicrotask(() =>
        pausePlay((engine.playOf(row.runId) as InnerPlay).performance, ADA).then(() => paused.resolve()),
      );
    }
    return done;
  });
  return paused.promise;
}

test("a step that must not happen twice and was held back before it began has its turn, and nobody is asked", async () => {
  const hall = await openHall();
  const tasks = makeTasks();
  const slow = tasks.slow("slow", 0);
  const once = task({ input: {}, output: N, retry: "never", run: () => ({ n: tasks.begun.push("once") }) });
  const made = defineScore({ id: "once", nodes: { slow, once }, output: slow.output.n });
  const paused = pauseAt(hall, ({ key }) => key === "once");
  const play = await hall.start(made);
  await paused;
  expect(tasks.begun).toEqual(["slow"]);

  await hall.resume(made, play.id);
  await expect.poll(() => tasks.begun, SOON).toEqual(["slow", "once"]);
  tasks.gate.resolve();

  expect(await play.ending).toEqual({ is: "completed", output: 1 });
  const rows = (await hall.store.stepsOf(play.id)).filter(({ key }) => key === "once");
  expect(rows.map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, "interrupted"],
    [2, "completed"],
  ]);
});

test("a checkpoint whose time was over when its run was held cannot be decided any more", async () => {
  const hall = await openHall();
  const review = checkpoint({
    title: "Go?",
    decision: N,
    timeout: "400ms",
    onTimeout: { decide: { n: 7 } },
  });
  const tasks = makeTasks();
  const slow = tasks.slow("slow", 0);
  const asked = Promise.withResolvers<void>();
  const quick = task({
    input: {},
    output: N,
    run: async () => {
      await asked.promise;
      return { n: 1 };
    },
  });
  const made = defineScore({ id: "late", nodes: { review, slow, quick }, output: review.output.n });
  const paused = pauseAt(hall, ({ key, status }) => {
    if (key !== "quick" || status !== "completed") return false;
    // Due now, and given out with what this result makes possible.
    const dueAt = Date.now() + 420;
    while (Date.now() < dueAt);
    return true;
  });
  const play = await hall.start(made);
  play.subscribe(({ type }) => type === "step.waiting" && asked.resolve());
  await paused;

  expect(await hall.engine.playOf(play.id)!.decide("review", { value: { n: 1 } })).toBe(false);
  await hall.resume(made, play.id);
  tasks.gate.resolve();

  expect(await play.ending).toEqual({ is: "completed", output: 7 });
});

test("a cancelled run is over for good: what is under way is told why, and what it did stays", async () => {
  const { start, resume, store, engine } = await openHall();
  const tasks = makeTasks();
  const first = tasks.step("first", 0);
  const polite = tasks.polite("polite");
  const third = tasks.step("third", polite.output.n);
  const made = defineScore({ id: "three", nodes: { first, polite, third }, output: third.output.n });
  const play = await start(made);
  await expect.poll(() => tasks.begun, SOON).toEqual(["first", "polite"]);

  expect(await engine.cancel(play.id, ADA)).toEqual([play.id]);

  expect(tasks.aborted).toMatchObject([
    { name: "RunCancelled", message: "the run was cancelled by ada: the numbers look wrong" },
  ]);
  expect(await play.ending).toEqual({ is: "cancelled", ...ADA });
  expect(play.events.at(-1)).toMatchObject({ type: "run.cancelled", ...ADA });
  expect(await store.run(play.id)).toMatchObject({
    status: "cancelled",
    reason: '{"cancelled":"the numbers look wrong","by":"ada"}',
  });
  expect((await store.stepsOf(play.id)).map(({ key, status }) => [key, status]).sort()).toEqual([
    ["first", "completed"],
    ["polite", "interrupted"],
  ]);
  expect(tasks.begun).not.toContain("third");
  await expect(resume(made, play.id)).rejects.toMatchObject({ code: "MR2008" });
  await expect(engine.cancel(play.id, ADA)).rejects.toMatchObject({ code: "MR2008" });
  await expect(engine.pause(play.id, ADA)).rejects.toMatchObject({ code: "MR2008" });
});

test("a task that ends within the grace of a cancelled run counts, and begins nothing", async () => {
  const { start, store, engine } = await openHall();
  const { begun, aborted, gate, score } = threeSteps();
  const play = await start(score);
  await expect.poll(() => begun, SOON).toEqual(["first", "second"]);

  const cancelling = engine.cancel(play.id, { ...ADA, graceMs: 60_000 });
  await expect.poll(() => aborted.length, SOON).toBe(1);
  gate.resolve();
  await cancelling;

  expect((await store.stepsOf(play.id)).map(({ key, status }) => [key, status])).toEqual([
    ["first", "completed"],
    ["second", "completed"],
  ]);
  expect(begun).toEqual(["first", "second"]);
});

test("a task that does not end in time is left behind, and what it brings later is refused", async () => {
  const { start, store, engine } = await openHall();
  const { begun, gate, score } = threeSteps();
  const play = await start(score);
  await expect.poll(() => begun, SOON).toEqual(["first", "second"]);

  await engine.cancel(play.id, { by: "ada", graceMs: 20 });
  const before = await store.stepsOf(play.id);
  gate.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  await store.settled();

  expect(before.map(({ key, status }) => [key, status])).toEqual([
    ["first", "completed"],
    ["second", "interrupted"],
  ]);
  expect(await store.stepsOf(play.id)).toEqual(before);
  expect(play.events.at(-1)).toMatchObject({ type: "run.cancelled" });
  expect(begun).toEqual(["first", "second"]);
  expect(engine.isPlaying(play.id)).toBe(false);
});

test("a program that ignores being told to end is killed when the grace is over", async () => {
  const { start, store, engine, folder } = await openHall();
  const file = join(folder, "pid");
  const ignores = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);
    fs.writeFileSync("${file}.new", String(process.pid)); fs.renameSync("${file}.new", "${file}")`;
  const stubborn = shell({
    command: [process.execPath, "-e", ignores],
    timeout: "1h",
  });
  const play = await start(
    defineScore({ id: "stubborn", nodes: { stubborn }, output: stubborn.output.stdout }),
  );
  await expect.poll(() => existsSync(file), SOON).toBe(true);
  const pid = Number(readFileSync(file, "utf8"));
  const begunAt = Date.now();

  await engine.cancel(play.id, { by: "ada", graceMs: 300 });

  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(Date.now() - begunAt).toBeLessThan(4_000);
  expect(await store.run(play.id)).toMatchObject({ status: "cancelled" });
});

test("runs at any depth end with the one that plays them, all at once", async () => {
  const { start, store, engine } = await openHall();
  const tasks = makeTasks();
  const polite = tasks.polite("polite");
  const review = checkpoint({ title: "Go?", decision: N, timeout: "never", onTimeout: "reject" });
  const inner = defineScore({ id: "inner", nodes: { polite }, output: polite.output.n });
  const asking = defineScore({ id: "asking", nodes: { review }, output: review.output.n });
  const [played, asked] = [score(inner, { input: {} }), score(asking, { input: {} })];
  const around = defineScore({ id: "around", nodes: { played, asked }, output: played.output });
  const outer = score(around, { input: {} });
  const whole = defineScore({ id: "whole", nodes: { outer }, output: outer.output });
  const play = await start(whole);
  await expect.poll(() => tasks.begun, SOON).toEqual(["polite"]);
  await expect.poll(async () => (await store.listRuns({ limit: 9, status: "waiting" })).length, SOON).toBe(1);

  const ids = await engine.cancel(play.id, ADA);

  expect(ids).toHaveLength(4);
  expect(ids[0]).toBe(play.id);
  expect(await store.unfinishedRuns()).toEqual([]);
  const steps = (await Promise.all(ids.map((id) => store.stepsOf(id)))).flat();
  expect(steps.filter(({ status }) => status === "running")).toEqual([]);
  expect(await play.ending).toEqual({ is: "cancelled", ...ADA });
});

test("a cancelled run that another one plays fails the step that plays it", async () => {
  const { start, store, engine } = await openHall();
  const tasks = makeTasks();
  const polite = tasks.polite("polite");
  const inner = defineScore({ id: "inner", nodes: { polite }, output: polite.output.n });
  const played = score(inner, { input: {} });
  const play = await start(defineScore({ id: "whole", nodes: { played }, output: played.output }));
  await expect.poll(() => tasks.begun, SOON).toEqual(["polite"]);
  const [row] = await store.listRuns({ limit: 1, score: "inner" });

  await engine.cancel(row!.id, ADA);

  expect(await play.ending).toMatchObject({
    is: "failed",
    step: "played",
    error: { message: `run ${row!.id}: it was cancelled by ada: the numbers look wrong` },
  });
});

test("a run that is held can be cancelled while its steps are still under way", async () => {
  const { start, engine, store } = await openHall();
  const { begun, score } = threeSteps();
  const play = await start(score);
  await expect.poll(() => begun, SOON).toEqual(["first", "second"]);
  await engine.pause(play.id, ADA);

  await engine.cancel(play.id, { by: "bob", graceMs: 10 });

  expect(await play.ending).toEqual({ is: "cancelled", by: "bob", reason: undefined });
  expect(await store.run(play.id)).toMatchObject({ status: "cancelled" });
});

test("of two that cancel a run one does, and the other is told that it has ended", async () => {
  const { start, engine } = await openHall();
  const { begun, score } = threeSteps();
  const play = await start(score);
  await expect.poll(() => begun, SOON).toEqual(["first", "second"]);

  const [one, other] = await Promise.allSettled([
    engine.cancel(play.id, { by: "ada", graceMs: 30 }),
    engine.cancel(play.id, { by: "bob", graceMs: 30 }),
  ]);

  expect(one).toMatchObject({ status: "fulfilled", value: [play.id] });
  expect(other).toMatchObject({ status: "rejected", reason: { code: "MR2008" } });
  expect(await play.ending).toMatchObject({ is: "cancelled", by: "ada" });
});

test("a run that is stopped while it is held stays held", async () => {
  const { start, engine, store } = await openHall();
  const tasks = makeTasks();
  const polite = tasks.polite("polite");
  const play = await start(defineScore({ id: "polite", nodes: { polite }, output: polite.output.n }));
  await expect.poll(() => tasks.begun, SOON).toEqual(["polite"]);
  await engine.pause(play.id, ADA);

  await engine.stop(new Error("the process is ending"));

  expect(await play.ending).toEqual({ is: "paused", ...ADA });
  expect(await store.run(play.id)).toMatchObject({ reason: JSON.stringify({ paused: ADA }) });
});

test("a run that fails takes those with it that wait for somebody, whatever they play in turn", async () => {
  const { start, store } = await openHall();
  const review = checkpoint({ title: "Go?", decision: N, timeout: "never", onTimeout: "reject" });
  const asking = defineScore({ id: "asking", nodes: { review }, output: review.output.n });
  const asked = score(asking, { input: {} });
  const around = defineScore({ id: "around", nodes: { asked }, output: asked.output });
  const played = score(around, { input: {} });
  const gate = Promise.withResolvers<void>();
  const bad = task({
    input: {},
    output: N,
    run: async () => {
      await gate.promise;
      throw new Error("no");
    },
  });
  const play = await start(defineScore({ id: "whole", nodes: { played, bad }, output: bad.output.n }));
  await expect.poll(async () => (await store.listRuns({ limit: 9, status: "waiting" })).length, SOON).toBe(2);
  gate.resolve();

  expect(await play.ending).toMatchObject({ is: "failed", step: "bad" });
  expect(await store.unfinishedRuns()).toEqual([]);
  expect((await store.listRuns({ limit: 9 })).map(({ status }) => status)).toEqual([
    "cancelled",
    "cancelled",
    "failed",
  ]);
});

/** A score whose steps take a few turns of the event loop each; `begun` has them in order. */
function wide(begun: string[], turns: number) {
  const slowly = async (name: string, n: number) => {
    begun.push(name);
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
    return { n: n + 1 };
  };
  const first = task({ input: {}, output: N, run: () => slowly("first", 0) });
  const list = task({ input: {}, output: z.array(z.number()), run: () => [1, 2, 3, 4] });
  const items = map({
    over: list.output,
    maxItems: 4,
    concurrency: 2,
    each: (item) =>
      task({ input: { item }, output: N, run: ({ input }) => slowly(`item ${input.item}`, input.item) }),
  });
  const counted = loop({
    state: N,
    start: { n: first.output.n },
    max: 5,
    each: (state) => {
      const more = task({
        input: { n: state.n },
        output: N,
        run: ({ input }) => slowly(`turn ${input.n}`, input.n),
      });
      return { nodes: { more }, next: more.output, until: gte(more.output.n, 3) };
    },
  });
  const nap = wait({ for: "2ms" });
  const once = task({
    input: { n: counted.output.n },
    after: [nap, items],
    output: N,
    retry: "never",
    run: ({ input }) => slowly("once", input.n),
  });
  const inner = defineScore({ id: "inner", nodes: { first }, output: first.output.n });
  const played = score(inner, { input: {}, after: [items] });
  const last = task({
    input: { a: once.output.n, b: played.output },
    output: N,
    run: ({ input }) => slowly("last", Number(input.a) + Number(input.b)),
  });
  return defineScore({
    id: "wide",
    nodes: { first, list, items, counted, nap, once, played, last },
    output: last.output.n,
  });
}

propertyTest.prop(
  {
    at: fc.nat(30),
    turns: fc.integer({ min: 0, max: 4 }),
    again: fc.constantFrom("under way", "at rest", "in another engine"),
  },
  { numRuns: 25 },
)(
  "wherever a run is paused no step begins after that, and it goes on to the same end, each step once",
  async ({ at, turns, again }) => {
    const hall = await openHall();
    const begun: string[] = [];
    const made = wide(begun, turns);
    const play = await hall.start(made);
    for (let i = 0; i < at; i++) await new Promise((resolve) => setImmediate(resolve));

    const paused = await hall.engine.pause(play.id, ADA).then(
      () => true,
      ({ code }) => code !== "MR2008",
    );
    const atPause = [...begun];
    if (!paused) return;
    if (again !== "under way") {
      expect(await play.ending).toEqual({ is: "paused", ...ADA });
      expect(begun).toEqual(atPause);
    }
    const engine = again === "in another engine" ? new Engine(hall.store, systemClock) : hall.engine;
    const resumed = await hall.resume(made, play.id, {}, engine);

    expect(await resumed.ending).toMatchObject({ is: "completed" });
    expect(begun.toSorted()).toEqual(
      [
        "first",
        "first",
        "item 1",
        "item 2",
        "item 3",
        "item 4",
        "last",
        "once",
        "turn 1",
        "turn 2",
      ].toSorted(),
    );
    expect((await hall.store.unfinishedRuns()).length).toBe(0);
  },
);

propertyTest.prop(
  { at: fc.nat(30), turns: fc.integer({ min: 0, max: 4 }), pauses: fc.boolean() },
  { numRuns: 15 },
)(
  "wherever a run is cancelled no step begins after that, and nothing of it is left open",
  async ({ at, turns, pauses }) => {
    const hall = await openHall();
    const begun: string[] = [];
    const play = await hall.start(wide(begun, turns));
    for (let i = 0; i < at; i++) await new Promise((resolve) => setImmediate(resolve));
    if (pauses) await hall.engine.pause(play.id, ADA).catch(() => {});

    const ids = await hall.engine.cancel(play.id, ADA).catch(({ code }) => {
      expect(code).toBe("MR2008");
      return undefined;
    });
    const atCancel = [...begun];

    expect(await play.ending).toMatchObject(ids ? { by: "ada" } : { is: "completed" });
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual(atCancel);
    expect(await hall.store.unfinishedRuns()).toEqual([]);
    const rows = await hall.store.listRuns({ limit: 9 });
    const steps = (await Promise.all(rows.map(({ id }) => hall.store.stepsOf(id)))).flat();
    expect(steps.filter(({ status }) => status === "running")).toEqual([]);
  },
);
