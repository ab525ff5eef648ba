import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import type { Score } from "../../../src/define/define-score.ts";
import { Engine } from "../../../src/engine/index.ts";
import { checkpoint, defineScore, score, wait } from "../../../src/index.ts";
import { decideCheckpoint } from "../../../src/operations/decide-checkpoint.ts";
import { pauseRun } from "../../../src/operations/pause-run.ts";
import { startRun } from "../../../src/operations/start-run.ts";
import { Alarms } from "../../../src/services/orchestrator/alarms.ts";
import { Orchestrator } from "../../../src/services/orchestrator/orchestrator.ts";
import { openCheckpointsOf } from "../../../src/views/open-checkpoints.ts";
import { openHall } from "../../engine/hall.ts";

const SOON = { timeout: 30_000 };
const Decision = z.object({ send: z.boolean() });

/** A clock that is moved by hand: a busy machine takes nothing from anybody's time. */
function handClock() {
  let now = 1_000_000;
  const timers = new Map<object, { readonly at: number; readonly wake: () => void }>();
  const after = (delayMs: number, wake: () => void) => {
    const key = {};
    timers.set(key, { at: now + delayMs, wake });
    return () => void timers.delete(key);
  };
  return {
    clock: { now: () => now, after },
    pass(ms: number) {
      now += ms;
      for (const [key, { at, wake }] of [...timers]) if (at <= now && timers.delete(key)) wake();
    },
  };
}

/** An orchestrator that plays one score. */
async function openFor(played: Score<never, unknown>) {
  const { store, prepare } = await openHall();
  const { clock, pass } = handClock();
  const engine = new Engine(store, clock);
  const playable = await prepare(played);
  const said: string[] = [];
  const hear = (event: string) => void said.push(event);
  const orchestrator = new Orchestrator({
    engine,
    store,
    clock,
    log: { info: hear, warn: hear, error: hear },
    playableOf: async () => playable,
    live: () => Promise.reject(new Error("nobody asks")),
    leave: () => hear("left"),
    facts: { pid: 1, version: "1", workspace: "/" },
  });
  onTestFinished(async () => {
    orchestrator.close();
    const stopped = engine.stop(new Error("over"), 1);
    pass(HOUR_MS);
    await stopped;
  });
  return {
    said,
    store,
    pass,
    tools: { engine, store, now: clock.now },
    playable,
    /** Begins a run; resolves when it waits for somebody. */
    async begin() {
      const play = await startRun(engine, playable, {});
      orchestrator.watch(play);
      expect(await play.ending).toMatchObject({ is: "waiting" });
      return (await store.run(play.id))!;
    },
    endOf: (run: string) =>
      expect.poll(async () => {
        const { status, output, error } = (await store.run(run))!;
        return status === "completed" ? output : status === "failed" ? error : status;
      }, SOON),
  };
}

const HOUR_MS = 3_600_000;
const asking = (timeout: "1h" | "1d" = "1h") =>
  checkpoint({ title: "?", decision: Decision, timeout, onTimeout: { decide: { send: false } } });

test("what nobody has decided in time is decided then, also in a score that another one plays", async () => {
  const review = asking();
  const inner = defineScore({ id: "inner", nodes: { review }, output: review.output.send });
  const played = score(inner, { input: {} });
  const outer = await openFor(defineScore({ id: "outer", nodes: { played }, output: { is: played.output } }));
  const alone = await openFor(inner);

  const [run, above] = [await alone.begin(), await outer.begin()];
  for (const { pass } of [alone, outer]) pass(HOUR_MS);

  await alone.endOf(run.id).toBe("false");
  await outer.endOf(above.id).toBe('{"is":false}');
});

test("a score whose time is over fails then, though it only waits for somebody", async () => {
  const review = asking("1d");
  const slow = defineScore({ id: "slow", nodes: { review }, output: review.output.send, timeout: "1h" });
  const house = await openFor(slow);

  const run = await house.begin();
  house.pass(HOUR_MS);

  await house.endOf(run.id).toContain("MR3025");
});

test("a played run that waits goes on at its time while the one above goes on, and once", async () => {
  const review = asking();
  const inner = defineScore({ id: "inner", nodes: { review }, output: review.output.send });
  const played = score(inner, { input: {} });
  const pause = wait({ for: "2h" });
  const both = defineScore({
    id: "outer",
    nodes: { played, pause },
    output: { is: played.output, at: pause.output },
  });
  const { tools, playable, store, pass } = await openFor(both);

  const play = await startRun(tools.engine, playable, {});
  const waiting: string[] = [];
  play.subscribe((event) => event.type === "step.waiting" && waiting.push(event.step));
  await expect.poll(() => waiting.toSorted(), SOON).toEqual(["pause", "played"]);
  pass(HOUR_MS);
  await expect
    .poll(
      async () => (await store.stepsOf(play.id)).filter(({ status }) => status === "completed").length,
      SOON,
    )
    .toBe(1);
  pass(HOUR_MS);

  expect(await play.ending).toMatchObject({ is: "completed", output: { is: false } });
  const steps = await store.stepsOf(play.id);
  expect(steps.map(({ key, attempt, status }) => `${key} ${attempt} ${status}`).sort()).toEqual([
    "pause 1 completed",
    "played 1 completed",
  ]);
});

test("what was decided, or is held by somebody, does not go on because its time is over", async () => {
  const review = asking();
  const house = await openFor(defineScore({ id: "alone", nodes: { review }, output: review.output.send }));
  const [held, decided, left] = [await house.begin(), await house.begin(), await house.begin()];

  await pauseRun(house.tools, { row: held, by: "ada", reason: undefined });
  const [open] = await openCheckpointsOf(house.store, decided.id);
  await decideCheckpoint(house.tools, {
    row: decided,
    playable: house.playable,
    step: open!.step,
    value: { send: true },
    by: "ada",
  });

  house.pass(HOUR_MS);
  await house.endOf(left.id).toBe("false");
  expect(await house.store.run(held.id)).toMatchObject({ status: "paused" });
  await house.endOf(decided.id).toBe("true");
});

test("an alarm rings once, also when the machine was asleep, and not when it was taken back", () => {
  let now = 1_000;
  const timers: { readonly at: number; readonly wake: () => void; isOff: boolean }[] = [];
  const clock = {
    now: () => now,
    after(delayMs: number, wake: () => void) {
      const timer = { at: delayMs, wake, isOff: false };
      timers.push(timer);
      return () => {
        timer.isOff = true;
      };
    },
  };
  const rung: string[] = [];
  const alarms = new Alarms(clock, (run) => rung.push(run));
  const ring = () => {
    const timer = timers.findLast(({ isOff }) => !isOff)!;
    timer.isOff = true;
    timer.wake();
  };
  alarms.set("late", 90_000_000);
  alarms.set("never", 5_000);
  alarms.set("soon", 6_000);
  alarms.set("never", undefined);

  ring();
  expect(rung).toEqual([]);
  now = 6_000;
  ring();
  expect(rung).toEqual(["soon"]);
  // Whatever timers made of that.
  now = 90_000_001;
  expect(timers.at(-1)!.at).toBe(30_000);
  ring();
  expect(rung).toEqual(["soon", "late"]);
  expect(timers.every(({ isOff }) => isOff)).toBe(true);
});
