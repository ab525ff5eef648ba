import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineScore, input, task } from "../../src/index.ts";
import { type Decided, overrideOrchestra } from "../../src/operations/override-orchestra.ts";
import { playOrchestra } from "../../src/operations/play-orchestra.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { effectiveOrchestra, type OrchestraPlan, toHash } from "../../src/plan/index.ts";
import { toCronWords } from "../../src/views/cron-words.ts";
import { findRun } from "../../src/views/find-run.ts";
import { orchestraBoard, orchestraDetail } from "../../src/views/orchestra-board.ts";
import { openHall } from "../engine/hall.ts";

const PLAN: OrchestraPlan = {
  id: "weekdays",
  name: "Weekdays",
  score: "greet",
  schedule: { cron: "0 9 * * 1-5", timezone: "Europe/Berlin", overlap: "skip", catchUp: "last", jitterMs: 0 },
  input: { name: "Ada" },
};
const FRIDAY = Date.parse("2026-11-20T12:00:00Z");

const given = input(z.object({ name: z.string() }));
const said = task({
  input: { name: given.name },
  output: z.string(),
  run: async ({ input: { name } }) => {
    if (name === "nobody") throw new Error("whom?");
    return `hello ${name}`;
  },
});
const greet = defineScore({ id: "greet", input: given, nodes: { said }, output: said.output });

const HASH = "a".repeat(64);

/** A hall with this orchestra, deployed on a Friday. */
async function openWith(plan: OrchestraPlan = PLAN) {
  const hall = await openHall();
  const playable = await hall.prepare(greet as never, HASH);
  const definition = JSON.stringify(plan);
  await hall.store.orchestras.deploy({
    deployments: [],
    put: [
      {
        id: plan.id,
        score: plan.score,
        deployment: playable.hash,
        definition,
        hash: toHash(definition),
        createdAt: 1,
        deployedAt: 1,
      },
    ],
    destroyed: [],
    audit: [],
  });
  const tools = { store: hall.store, engine: hall.engine, now: () => FRIDAY };
  const decide = (decided: Decided, why?: string) =>
    overrideOrchestra(tools, { id: "weekdays", decided, by: "ada", why, origin: "test" });
  const board = async () => (await orchestraBoard(hall.store, FRIDAY))[0]!;
  const play = async () => {
    const row = (await hall.store.orchestras.find("weekdays"))!;
    return playOrchestra(hall.engine, { row, playable, by: "ada", origin: "test" });
  };
  return { ...hall, decide, board, play, find: () => hall.store.orchestras.find("weekdays") };
}

describe("what an operator decides", () => {
  test("holds over the file, with who and why beside it, and is taken back", async () => {
    const { decide, board, store } = await openWith();

    await decide({ is: "enable" });
    await decide({ is: "set", field: "cron", value: " 0 8 * * * " }, "summer");
    expect(await board()).toMatchObject({
      status: "scheduled",
      schedule: { cron: "0 8 * * *" },
      overrides: [
        {
          field: "cron",
          value: "0 8 * * *",
          desired: '"0 9 * * 1-5"',
          who: "ada",
          why: "summer",
          at: FRIDAY,
        },
        { field: "enabled", value: true, desired: null },
      ],
    });
    await decide({ is: "unset", field: "cron" });

    expect(await board()).toMatchObject({ schedule: { cron: "0 9 * * 1-5" } });
    expect((await store.orchestras.audits({ limit: 9 })).map(({ action, about }) => [action, about])).toEqual(
      [
        ["orchestras unset", "weekdays"],
        ["orchestras set", "weekdays"],
        ["orchestras enable", "weekdays"],
      ],
    );
  });

  test.each<[Decided, boolean]>([
    [{ is: "enable" }, true],
    [{ is: "set", field: "cron", value: "0 8 * * *" }, true],
    [{ is: "set", field: "timezone", value: "Asia/Tokyo" }, true],
    [{ is: "set", field: "name", value: "Other" }, false],
    [{ is: "pause" }, false],
    [{ is: "disable" }, false],
  ])("%j counts from now: %s", async (decided, counts) => {
    const { decide, find } = await openWith();

    await decide(decided);

    expect((await find())!.cursor).toBe(counts ? FRIDAY : null);
  });

  test("of a pause that is taken back counts from then", async () => {
    const { decide, find, board } = await openWith();
    await decide({ is: "enable" });
    await decide({ is: "pause" }, "holidays");
    expect(await board()).toMatchObject({ status: "paused", next: [] });

    await decide({ is: "resume" });

    expect((await find())!.cursor).toBe(FRIDAY);
    expect(await board()).toMatchObject({ status: "scheduled" });
  });

  test.each<[Decided, string, string]>([
    [{ is: "set", field: "cron", value: "0 0 31 2 *" }, "MR2064", "never due"],
    [{ is: "set", field: "cron", value: "* * * *" }, "MR2064", "4 fields"],
    [{ is: "set", field: "timezone", value: "Mars" }, "MR2064", "IANA"],
    [{ is: "set", field: "name", value: "two\nlines" }, "MR2064", "one line"],
    [{ is: "set", field: "corn", value: "* * * * *" }, "MR2065", "corn"],
    [{ is: "unset", field: "cron" }, "MR2066", "Nobody has set"],
    [{ is: "resume" }, "MR2066", "paused"],
  ])("%j is refused, and nothing is written", async (decided, code, words) => {
    const { decide, store } = await openWith();

    await expect(decide(decided)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });

    expect(await store.orchestras.overrides()).toEqual([]);
    expect(await store.orchestras.audits({ limit: 9 })).toEqual([]);
  });

  test("about the schedule of one that has none is refused", async () => {
    const { schedule: _, ...plain } = PLAN;
    const { decide, board } = await openWith(plain);

    await expect(decide({ is: "set", field: "cron", value: "0 8 * * *" })).rejects.toMatchObject({
      code: "MR2064",
    });

    await decide({ is: "enable" });
    expect(await board()).toMatchObject({ status: "idle", schedule: null });
  });

  test("about one that is not there names the one that was meant, and says of one that is destroyed that it is", async () => {
    const { store } = await openWith();
    const decide = (id: string) =>
      overrideOrchestra(
        { store, now: () => FRIDAY },
        { id, decided: { is: "enable" }, by: "ada", origin: "test" },
      );

    await expect(decide("weekday")).rejects.toMatchObject({
      code: "MR2061",
      hint: 'did you mean "weekdays"?',
    });
    await store.orchestras.deploy({
      deployments: [],
      put: [],
      destroyed: [{ id: "weekdays", at: 9 }],
      audit: [],
    });
    await expect(decide("weekdays")).rejects.toThrow('Orchestra "weekdays" is destroyed');
  });
});

describe("the list of orchestras", () => {
  test("says of one that nobody has enabled that it is idle, and when nothing is due", async () => {
    const { board } = await openWith();

    expect(await board()).toMatchObject({
      id: "weekdays",
      name: "Weekdays",
      status: "idle",
      isEnabled: false,
      next: [],
      runs: [],
      successRate: null,
    });
  });

  test("says what is due next of one that is enabled", async () => {
    const { board, decide } = await openWith();

    await decide({ is: "enable" });

    expect((await board()).next.map((at) => new Date(at).toISOString())).toEqual([
      "2026-11-23T08:00:00.000Z",
      "2026-11-24T08:00:00.000Z",
      "2026-11-25T08:00:00.000Z",
    ]);
  });

  test("has the last runs and how many of them completed", async () => {
    const { board, play, store, find, start } = await openWith();
    const other = await start(greet as never, { name: "nobody" });
    await other.ending;
    const ok = await play();
    await ok.ending;
    const failed = await start(
      greet as never,
      { name: "nobody" },
      { of: { orchestra: "weekdays", dueAt: 60_000 } },
    );
    await failed.ending;

    expect(await board()).toMatchObject({
      status: "idle",
      runs: [
        { id: failed.id, status: "failed", dueAt: 60_000 },
        { id: ok.id, status: "completed", dueAt: null },
      ],
      successRate: 0.5,
    });
    const detail = await orchestraDetail(store, (await find())!, FRIDAY);
    expect(detail.occurrences).toMatchObject([{ instant: 60_000, status: "fired", run: failed.id }]);
    expect(detail.desired).toMatchObject({ plays: "greet", "input.name": '"Ada"' });
  });
});

test("an orchestra is running when a run of it is under way or about to be, and not when one waits", async () => {
  const { board, store, find } = await openWith();
  const { deployment } = (await find())!;
  const row = { score: "greet", deployment, input: "{}", createdAt: 1, startedAt: null, parent: null };
  await store.createRun({ ...row, id: "run_1", status: "waiting", orchestra: "weekdays" });
  await store.createRun({ ...row, id: "run_2", status: "queued" });
  expect(await board()).toMatchObject({ status: "idle", runs: [{ id: "run_1" }] });

  await store.createRun({ ...row, id: "run_3", status: "queued", orchestra: "weekdays" });

  expect(await board()).toMatchObject({ status: "running" });
});

test("a run that somebody begins is begun also of one that is disabled, and is written down with who", async () => {
  const { play, store } = await openWith();

  const { id, ending } = await play();

  expect(await ending).toMatchObject({ is: "completed", output: "hello Ada" });
  expect(await store.run(id)).toMatchObject({ orchestra: "weekdays", dueAt: null });
  expect(await store.orchestras.audits({ limit: 9 })).toMatchObject([
    { who: "ada", action: "orchestras run-now", about: id },
    { who: "ada", action: "orchestras run-now", about: "weekdays" },
  ]);
});

test("who begins a run is written down with it; when it is nobody in particular, or its input does not fit, nobody is", async () => {
  const { engine, store, prepare } = await openHall();
  const playable = await prepare(greet as never, HASH);
  const by = { who: "ada", origin: "program" };

  const [said, unsaid] = await Promise.all([
    startRun(engine, playable, { name: "Ada" }, { by }),
    startRun(engine, playable, { name: "Ada" }),
  ]);
  await expect(startRun(engine, playable, { name: 3 }, { by })).rejects.toMatchObject({ code: "MR2002" });

  const { createdAt: at } = (await store.run(said.id))!;
  expect(await store.orchestras.audits({ limit: 9 })).toMatchObject([
    { at, ...by, action: "run", about: said.id, payload: HASH },
  ]);
  await Promise.all([said.ending, unsaid.ending]);
});

test("a run that was never named is none, also where there is only one", async () => {
  const { play, store } = await openWith();
  await (await play()).ending;

  await expect(findRun(store, "")).rejects.toMatchObject({ code: "MR2003" });
});

test("what an operator decided is laid over the file, and nothing else of it changes", () => {
  const overrides = [
    { field: "cron", value: '"0 8 * * *"' },
    { field: "tag", value: '"Other"' },
    { field: "enabled", value: "true" },
  ];

  const { plan, isEnabled, isPaused } = effectiveOrchestra(PLAN, overrides);

  expect({ plan, isEnabled, isPaused }).toEqual({
    plan: { ...PLAN, tag: "Other", schedule: { ...PLAN.schedule, cron: "0 8 * * *" } },
    isEnabled: true,
    isPaused: false,
  });
});

test.each([
  ["* * * * *", "every minute"],
  ["*/15 * * * *", "every 15 minutes"],
  ["*/7 * * * *", "*/7 * * * *"],
  ["0 * * * *", "every hour"],
  ["5 * * * *", "every hour at :05"],
  ["0 */6 * * *", "every 6 hours"],
  ["30 7 * * *", "every day at 07:30"],
  ["0 9 * * 1-5", "weekdays at 09:00"],
  ["0 9 * * 1", "Mondays at 09:00"],
  ["0 0 1 * *", "day 1 of each month at 00:00"],
  ["0 9 1 1 *", "0 9 1 1 *"],
  ["0 9 1 * 1", "0 9 1 * 1"],
])("%s in words is: %s", (cron, words) => {
  expect(toCronWords(cron)).toBe(words);
});
