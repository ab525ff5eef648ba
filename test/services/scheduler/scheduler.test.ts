import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import type { Play } from "../../../src/engine/index.ts";
import { defineScore, input, task } from "../../../src/index.ts";
import { startRun } from "../../../src/operations/start-run.ts";
import type { OrchestraPlan } from "../../../src/plan/index.ts";
import { Scheduler } from "../../../src/services/scheduler/scheduler.ts";
import type { Clock } from "../../../src/support/clock.ts";
import { openHall } from "../../engine/hall.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOON = Date.UTC(2026, 5, 1, 12);

/** A clock that stands still until somebody moves it; both kinds of time. */
function handClock() {
  const waiting = new Map<object, { readonly at: number; readonly wake: () => void }>();
  const time = { wall: NOON, steady: 0 };
  const clock: Clock = {
    now: () => time.wall,
    after(ms, wake) {
      const key = {};
      waiting.set(key, { at: time.steady + ms, wake });
      return () => waiting.delete(key);
    },
  };
  return {
    clock,
    steadyNow: () => time.steady,
    /** When the next timer is over. */
    nextIn: () => Math.min(...[...waiting.values()].map(({ at }) => at - time.steady)),
    /** `setMs`: how much the wall clock is set beside that. */
    pass(ms: number, setMs = 0) {
      time.steady += ms;
      time.wall += ms + setMs;
      for (const [key, { at, wake }] of [...waiting])
        if (at <= time.steady) {
          waiting.delete(key);
          wake();
        }
    },
  };
}

const HOURLY = {
  cron: "0 * * * *",
  timezone: "Etc/UTC",
  overlap: "skip",
  catchUp: "last",
  jitterMs: 0,
} as const;

/** A store with orchestras of one score, whose runs are open until the test ends them, and what follows their schedules. */
async function openScheduled(orchestras: Readonly<Record<string, Partial<OrchestraPlan>>>) {
  const hall = await openHall();
  const { store, engine } = hall;
  const ends: { readonly name: string; readonly end: () => void }[] = [];
  const given = input(z.object({ name: z.string(), came: z.unknown().optional() }));
  const work = task({
    input: { name: given.name },
    output: z.string(),
    run: ({ input: { name } }) =>
      new Promise<string>((resolve) => ends.push({ name, end: () => resolve(name) })),
  });
  const made = defineScore({ id: "work", input: given, nodes: { work }, output: work.output });
  const playable = await hall.prepare(made as never);
  const hand = handClock();
  const deploy = (id: string, plan: Partial<OrchestraPlan>, cursor?: number) =>
    store.orchestras.deploy({
      deployments: [],
      put: [
        {
          id,
          score: "work",
          deployment: playable.hash,
          definition: JSON.stringify({ id, score: "work", input: { name: id }, ...plan }),
          hash: "a".repeat(64),
          createdAt: NOON - 1,
          deployedAt: NOON - 1,
          ...(cursor === undefined ? {} : { cursor }),
        },
      ],
      destroyed: [],
      audit: [],
    });
  const say = (orchestra: string, field: string, value: unknown, at = hand.clock.now()) =>
    store.orchestras.override({
      put: [{ orchestra, field, value: JSON.stringify(value), who: "ada", why: null, at }],
      removed: [],
      cursors: [{ orchestra, at }],
      audit: [],
    });
  for (const [id, plan] of Object.entries(orchestras)) {
    await deploy(id, plan);
    await say(id, "enabled", true);
  }
  const plays: Play[] = [];
  const told: string[] = [];
  let limits = 0;
  const jumps = { count: 0 };
  const hear = (event: string, facts: object = {}) => void told.push(`${event} ${JSON.stringify(facts)}`);
  const open = () =>
    new Scheduler({
      store,
      clock: hand.clock,
      steadyNow: hand.steadyNow,
      log: { info: hear, warn: hear, error: hear },
      onJump: () => void jumps.count++,
      async begin({ row, input: value, instant }) {
        const play = await startRun(engine, playable, value, { of: { orchestra: row.id, dueAt: instant } });
        plays.push(play);
        play.ending.catch(() => {});
        return play;
      },
      replace: (run, by) => engine.cancel(run, { by, graceMs: 1 }),
      limit(id, most) {
        limits++;
        engine.limitOrchestra(id, most);
      },
      onLost: (error) => hear(`lost ${error}`),
    });
  const scheduler = open();
  onTestFinished(async () => {
    await scheduler.stop();
    await engine.stop(new Error("over"), 1);
  });
  /** What became of an orchestra's instants, the oldest first: `13 fired`. */
  const told24 = async (orchestra: string) => {
    const rows = await store.orchestras.occurrences({ orchestra, limit: 100 });
    return rows.reverse().map(({ instant, status, reason }) => {
      const { why } = JSON.parse(reason ?? "{}") as { readonly why?: string };
      return `${new Date(instant).toISOString().slice(11, 16)} ${status}${why ? ` ${why}` : ""}`;
    });
  };
  /** The clock goes on, and everything that comes with that is decided. */
  const pass = async (ms: number, setMs = 0) => {
    hand.pass(ms, setMs);
    await settle();
  };
  const settle = async () => {
    for (let i = 0; i < 3; i++) await scheduler.look();
    await expect.poll(() => scheduler.isSettled).toBe(true);
  };
  /** How often it has looked at any of them. */
  const looks = () => limits;
  return {
    ...hall,
    hand,
    scheduler,
    deploy,
    say,
    ends,
    plays,
    told,
    told24,
    pass,
    settle,
    open,
    looks,
    jumps,
  };
}

test("each instant of what is enabled begins one run, written down with it, and nobody waits longer than 30 s to look again", async () => {
  const { scheduler, pass, hand, told24, plays, store, ends } = await openScheduled({
    hourly: { schedule: HOURLY },
    never: { schedule: { ...HOURLY, cron: "0 0 1 1 *" } },
  });
  await scheduler.start();
  expect(hand.nextIn()).toBe(30_000);
  await pass(HOUR_MS - 10_000);
  expect(hand.nextIn()).toBe(10_000);
  expect(await told24("hourly")).toEqual([]);

  await pass(10_000);

  expect(await told24("hourly")).toEqual(["13:00 fired"]);
  const [row] = await store.orchestras.occurrences({ orchestra: "hourly", limit: 1 });
  expect(row).toMatchObject({ run: plays[0]!.id, instant: NOON + HOUR_MS });
  expect(await store.run(plays[0]!.id)).toMatchObject({ orchestra: "hourly", dueAt: NOON + HOUR_MS });
  expect((await store.orchestras.find("hourly"))!.cursor).toBe(NOON + HOUR_MS);

  // Its run is under way: the next instant is skipped, visibly; then it has ended.
  await pass(HOUR_MS);
  expect(await told24("hourly")).toEqual(["13:00 fired", "14:00 skipped overlap"]);
  ends[0]!.end();
  await plays[0]!.ending;
  await pass(HOUR_MS);
  expect((await told24("hourly")).at(-1)).toBe("15:00 fired");
});

test("what is disabled, paused or destroyed begins nothing, and enabling or editing begins nothing that was before", async () => {
  const { scheduler, pass, say, deploy, told24, hand } = await openScheduled({
    hourly: { schedule: HOURLY },
  });
  await scheduler.start();
  await say("hourly", "paused", true);
  await pass(3 * HOUR_MS);
  await say("hourly", "paused", false);
  await pass(1);
  expect(await told24("hourly")).toEqual([]);

  await pass(HOUR_MS);
  expect(await told24("hourly")).toEqual(["16:00 fired"]);
  await deploy(
    "hourly",
    { schedule: { ...HOURLY, cron: "*/10 * * * *", overlap: "allow" } },
    hand.clock.now(),
  );
  await pass(1);
  expect(await told24("hourly")).toEqual(["16:00 fired"]);
  await say("hourly", "cron", "30 * * * *");
  await pass(HOUR_MS);
  expect(await told24("hourly")).toEqual(["16:00 fired", "16:30 fired"]);
});

test("after the process was held, the clock set forward or back, catch-up is as it says, and nothing is played twice", async () => {
  const { scheduler, pass, told24, told, jumps } = await openScheduled({
    last: { schedule: { ...HOURLY, overlap: "allow" } },
    none: { schedule: { ...HOURLY, catchUp: "none" } },
  });
  await scheduler.start();

  // SIGSTOP: both clocks go on, and nobody looks.
  await pass(3.5 * HOUR_MS);
  expect(await told24("last")).toEqual(["13:00 skipped missed", "14:00 skipped missed", "15:00 fired"]);
  expect(await told24("none")).toEqual([
    "13:00 skipped missed",
    "14:00 skipped missed",
    "15:00 skipped missed",
  ]);
  expect(told.some((line) => line.startsWith("the process was held"))).toBe(true);
  expect(jumps.count).toBe(0);

  // Asleep: only the clock on the wall goes on.
  await pass(1_000, 2 * HOUR_MS);
  expect((await told24("last")).slice(3)).toEqual(["16:00 skipped missed", "17:00 fired"]);
  expect(told.some((line) => line.startsWith("the clock was set forward, or the machine was asleep"))).toBe(
    true,
  );

  await pass(1_000, -2 * HOUR_MS);
  expect(told.some((line) => line.startsWith("the clock was set back"))).toBe(true);
  // Whatever waits for an instant looks again each time.
  expect(jumps.count).toBe(2);
  await pass(2.6 * HOUR_MS);
  expect((await told24("last")).slice(5)).toEqual(["18:00 fired"]);
});

test("overlap queue lets the next run wait for the one before, and replace ends that", async () => {
  const { scheduler, pass, ends, plays, store, told24 } = await openScheduled({
    queue: { schedule: { ...HOURLY, overlap: "queue" } },
    replace: { schedule: { ...HOURLY, cron: "30 * * * *", overlap: "replace" } },
  });
  await scheduler.limits();
  await scheduler.start();
  for (let i = 0; i < 4; i++) await pass(HOUR_MS / 2);

  expect(await told24("queue")).toEqual(["13:00 fired", "14:00 fired"]);
  expect(await told24("replace")).toEqual(["12:30 fired", "13:30 fired"]);
  const of = (orchestra: string) => ends.filter(({ name }) => name === orchestra);
  await expect.poll(() => of("replace").length).toBe(2);
  expect(of("queue").length).toBe(1);
  const [first] = await store.orchestras.occurrences({
    orchestra: "replace",
    limit: 9,
    before: NOON + HOUR_MS,
  });
  expect(await store.run(first!.run!)).toMatchObject({ status: "cancelled" });
  of("queue")[0]!.end();
  await expect.poll(() => of("queue").length).toBe(2);
  expect(plays).toHaveLength(4);
});

test("an instant whose run cannot be started is written down as that, and the next one is played", async () => {
  const { scheduler, pass, deploy, told24, store } = await openScheduled({
    wrong: { schedule: HOURLY, input: { nmae: "x" } },
  });
  await scheduler.start();
  await pass(HOUR_MS);

  expect(await told24("wrong")).toEqual([
    expect.stringMatching(/^13:00 failed The input does not fit score "work"/),
  ]);
  await deploy("wrong", { schedule: HOURLY });
  await pass(HOUR_MS);
  expect((await told24("wrong")).at(-1)).toBe("14:00 fired");
  expect(await store.orchestras.openRuns("wrong")).toHaveLength(1);
});

test("a run of another orchestra that ends as it waits for begins one, once, with what it brought", async () => {
  const { scheduler, pass, ends, plays, store, open, settle } = await openScheduled({
    first: { schedule: HOURLY },
    second: { on: [{ is: "runOf", orchestra: "first", status: ["completed"], into: "came" }] },
    third: { on: [{ is: "runOf", orchestra: "first", status: ["failed"] }] },
  });
  await scheduler.start();
  await pass(HOUR_MS);
  await expect.poll(() => ends.length).toBe(1);
  ends[0]!.end();
  await plays[0]!.ending;

  await pass(0);
  await settle();
  await expect.poll(() => plays.length).toBe(2);
  const row = (await store.run(plays[1]!.id))!;
  expect(row).toMatchObject({ orchestra: "second" });
  expect(JSON.parse(row.input)).toEqual({
    name: "second",
    came: { run: plays[0]!.id, orchestra: "first", status: "completed", output: "first" },
  });

  const next = open();
  await next.start();
  await pass(1_000);
  await next.stop();
  expect(plays).toHaveLength(2);
});

test("that a run has come to rest is heard at once by those who wait for it, and by nobody else", async () => {
  const { scheduler, pass, ends, plays, looks, settle, store } = await openScheduled({
    first: { schedule: HOURLY },
    second: { on: [{ is: "runOf", orchestra: "first", status: ["completed"] }] },
    third: { schedule: HOURLY },
  });
  await scheduler.start();
  await pass(HOUR_MS);
  await expect.poll(() => ends.length).toBe(2);
  for (const { end } of ends) end();
  await Promise.all(plays.map(({ ending }) => ending));
  const [first, third] = await Promise.all(
    ["first", "third"].map(
      async (name) => (await store.orchestras.occurrences({ orchestra: name, limit: 1 }))[0]!.run!,
    ),
  );
  const before = looks();

  await scheduler.hearOfRest(third!);
  expect(looks()).toBe(before);

  await scheduler.hearOfRest(first!);
  await settle();
  await expect.poll(() => plays.length).toBe(3);
  expect(looks()).toBeGreaterThan(before);
});

test("that the store's file is gone is known within 30 s, also where nothing is due and nothing is written", async () => {
  const { scheduler, hand, told, folder } = await openScheduled({});
  await scheduler.start();
  renameSync(join(folder, "m.db"), join(folder, "elsewhere.db"));
  onTestFinished(() => renameSync(join(folder, "elsewhere.db"), join(folder, "m.db")));

  hand.pass(29_000);
  expect(scheduler.isSettled).toBe(true);
  hand.pass(1_000);
  await expect.poll(() => scheduler.isSettled).toBe(true);

  expect(told).toEqual([
    expect.stringMatching(/^schedules cannot be followed .*m\.db was removed or replaced/),
    expect.stringMatching(/^lost MaestroError: .*m\.db was removed or replaced/),
  ]);
});
