import { expect, test } from "vitest";
import { z } from "zod";
import { checkpoint, defineScore, input, map, score as scoreNode, task, wait } from "../../src/index.ts";
import { checkMigration, migrateRun } from "../../src/operations/migrate-run.ts";
import { openHall } from "./hall.ts";

type Hall = Awaited<ReturnType<typeof openHall>>;

function toolsOf({ engine, store }: Hall) {
  return { engine, store, now: () => Date.now() };
}

async function migrate(hall: Hall, id: string, score: never) {
  const row = (await hall.store.run(id))!;
  return migrateRun(toolsOf(hall), { row, playable: await hall.prepare(score, "deployment-2"), by: "ada" });
}

async function decide(hall: Hall, id: string, key: string, output: unknown) {
  const open = (await hall.store.stepsOf(id)).find((step) => step.key === key && step.status === "running")!;
  await hall.store.recordStep({
    ...open,
    status: "completed",
    output: JSON.stringify(output),
    endedAt: Date.now(),
  });
}

const asked = (more: object = {}) => ({
  title: "ok?",
  decision: z.object({ ok: z.boolean() }),
  timeout: "never" as const,
  onTimeout: "reject" as const,
  ...more,
});

/** A score that reads, counts and asks; `version` says how. */
function letters(version: {
  readonly read?: z.ZodType;
  readonly count?: z.ZodType;
  readonly retry?: "never";
  readonly name?: string;
  readonly more?: boolean;
}) {
  const played: string[] = [];
  const start = input(z.object({ topic: z.string() }));
  const read = task({
    input: { topic: start.topic },
    output: (version.read ?? z.object({ title: z.string() })) as z.ZodType<{ title: string }>,
    run: ({ input }) => {
      played.push("read");
      return { title: input.topic, lines: [1] } as { title: string };
    },
  });
  const count = task({
    input: { title: read.output.title },
    output: (version.count ?? z.number()) as z.ZodType<number>,
    ...(version.retry ? { retry: version.retry } : {}),
    run: ({ input }) => {
      played.push("count");
      return version.count ? (String(input.title.length) as never) : input.title.length;
    },
  });
  const extra = task({
    input: {},
    output: z.string(),
    run: () => {
      played.push("extra");
      return "extra";
    },
  });
  const review = checkpoint(asked({ after: [count] }));
  const score = defineScore({
    id: "letters",
    input: start,
    nodes: { [version.name ?? "read"]: read, count, review, ...(version.more ? { extra } : {}) } as never,
    output: { count: count.output, ok: review.output.ok, read: read.output },
  });
  return { score: score as never, flush: () => played.splice(0).sort() };
}

test("a run that waits goes on with other code: what fits is kept, and its question stays open", async () => {
  const hall = await openHall();
  const play = await hall.start(letters({}).score, { topic: "rain" });
  expect(await play.ending).toMatchObject({ is: "waiting" });
  const next = letters({ more: true });

  const migration = await migrate(hall, play.id, next.score);

  expect(migration.steps).toEqual([
    { key: "read", becomes: "kept" },
    { key: "count", becomes: "kept" },
    { key: "review", becomes: "open" },
  ]);
  expect(migration.fresh).toEqual(["extra"]);
  expect(await hall.store.run(play.id)).toMatchObject({ status: "waiting", deployment: "deployment-2" });
  const event = (await hall.store.eventsOf(play.id)).find(({ type }) => type === "run.migrated")!;
  expect(JSON.parse(event.data!)).toEqual({
    from: "deployment-letters",
    to: "deployment-2",
    by: "ada",
    playedAgain: [],
    lost: [],
  });
  await decide(hall, play.id, "review", { ok: true });
  const row = (await hall.store.run(play.id))!;
  const resumed = await hall.engine.resume(await hall.prepare(next.score, "deployment-2"), row);
  expect(await resumed.ending).toMatchObject({ is: "completed", output: { count: 4, ok: true } });
  expect(next.flush()).toEqual(["extra"]);
});

test("an output that does not fit is made again, with all that was made from it; a node that is gone is left", async () => {
  const hall = await openHall();
  const play = await hall.start(letters({ more: true }).score, { topic: "rain" });
  await play.ending;
  const next = letters({ count: z.string() });

  const migration = await migrate(hall, play.id, next.score);

  expect(migration.steps).toMatchObject([
    { key: "read", becomes: "kept" },
    { key: "review", becomes: "open" },
    { key: "count", becomes: "played again" },
    { key: "extra", becomes: "lost" },
  ]);
  const resumed = await hall.engine.resume(
    await hall.prepare(next.score, "deployment-2"),
    (await hall.store.run(play.id))!,
  );
  await resumed.ending;
  expect(next.flush()).toEqual(["count"]);
  const rows = (await hall.store.stepsOf(play.id)).filter(({ key }) => key === "count");
  expect(rows.map(({ attempt, status }) => [attempt, status]).sort()).toEqual([
    [1, "completed"],
    [2, "interrupted"],
    [3, "completed"],
  ]);
});

test("what a new schema adds by itself is in the output from then on", async () => {
  const hall = await openHall();
  const play = await hall.start(letters({}).score, { topic: "rain" });
  await play.ending;
  const read = z.object({ title: z.string(), lang: z.string().default("en") });
  const next = letters({ read });

  expect((await migrate(hall, play.id, next.score)).steps[0]).toEqual({ key: "read", becomes: "kept" });

  await decide(hall, play.id, "review", { ok: true });
  const row = (await hall.store.run(play.id))!;
  const resumed = await hall.engine.resume(await hall.prepare(next.score, "deployment-2"), row);
  expect(await resumed.ending).toMatchObject({ output: { read: { title: "rain", lang: "en" } } });
  expect(next.flush()).toEqual([]);
});

test("a migration is refused as a whole, with every reason, and nothing is written", async () => {
  const hall = await openHall();
  const play = await hall.start(letters({ retry: "never" }).score, { topic: "rain" });
  await play.ending;
  const before = [
    await hall.store.run(play.id),
    await hall.store.stepsOf(play.id),
    await hall.store.eventsOf(play.id),
  ];
  const start = input(z.object({ subject: z.string() }));
  const count = task({ input: { s: start.subject }, output: z.string(), retry: "never", run: () => "x" });
  const next = defineScore({
    id: "letters",
    input: start,
    nodes: { count },
    output: { count: count.output },
  });

  const refused = (await migrate(hall, play.id, next as never).catch((error: unknown) => error)) as Error;

  expect(refused).toMatchObject({ code: "MR2024" });
  expect(refused.message).toContain("input.subject: ");
  expect(refused.message).toContain("count: it would be played again");
  expect([
    await hall.store.run(play.id),
    await hall.store.stepsOf(play.id),
    await hall.store.eventsOf(play.id),
  ]).toEqual(before);
});

test("a run that is being played or has ended keeps its code", async () => {
  const hall = await openHall();
  let release: () => void = () => {};
  const slow = task({
    input: {},
    output: z.number(),
    run: () => new Promise<number>((resolve) => (release = () => resolve(1))),
  });
  const score = defineScore({ id: "slow", nodes: { slow }, output: { n: slow.output } }) as never;
  const play = await hall.start(score);
  await expect.poll(() => play.events.some(({ type }) => type === "step.started")).toBe(true);

  await expect(migrate(hall, play.id, score)).rejects.toMatchObject({ code: "MR2011" });
  release();
  await play.ending;
  await expect(migrate(hall, play.id, score)).rejects.toMatchObject({ code: "MR2008" });
  expect(await hall.store.run(play.id)).toMatchObject({ deployment: "deployment-slow" });
  await hall.store.migrateRuns({
    runs: [{ id: play.id, deployment: "deployment-2" }],
    steps: [],
    events: [],
  });
  expect(await hall.store.run(play.id)).toMatchObject({ deployment: "deployment-slow" });
});

test("while a run is migrated nobody goes on with it, and nobody who looked before that with the old code after it", async () => {
  const hall = await openHall();
  const old = letters({});
  const play = await hall.start(old.score, { topic: "rain" });
  await play.ending;
  const playable = await hall.prepare(old.score);
  const row = (await hall.store.run(play.id))!;
  let isTried = false;
  const deploy = async () => {
    // The next thing that is done holds the run.
    setImmediate(async () => {
      await expect(hall.engine.resume(playable, row)).rejects.toMatchObject({
        code: expect.stringMatching(/MR2011|MR2027/),
      });
      isTried = true;
    });
  };

  const next = await hall.prepare(letters({ more: true }).score, "deployment-2");
  await migrateRun(toolsOf(hall), { row, playable: next, by: "ada", deploy });

  await expect.poll(() => isTried).toBe(true);
  await expect(hall.engine.resume(playable, row)).rejects.toMatchObject({ code: "MR2027" });
  const resumed = await hall.engine.resume(next, (await hall.store.run(play.id))!);
  expect(await resumed.ending).toMatchObject({ is: "waiting" });
});

test("the runs that a run plays go with it, and are not migrated alone", async () => {
  const hall = await openHall();
  const make = (show: string) => {
    const read = task({ input: {}, output: z.string(), run: () => show });
    const review = checkpoint(asked({ after: [read] }));
    const last = task({ input: {}, output: z.string(), after: [review], run: () => show });
    const inner = defineScore({
      id: "inner",
      nodes: { read, review, last },
      output: { read: read.output, last: last.output },
    });
    const letters = scoreNode(inner, { input: {} });
    return defineScore({ id: "outer", nodes: { letters }, output: { letters: letters.output } }) as never;
  };
  const play = await hall.start(make("old"));
  expect(await play.ending).toMatchObject({ is: "waiting", steps: ["letters"] });
  const child = (await hall.store.unfinishedRuns()).find(({ parent }) => parent !== null)!;
  const playable = await hall.prepare(make("new"), "deployment-2");

  const alone = await checkMigration(toolsOf(hall), {
    row: child,
    playable: playable.scores.get("inner")!,
  });
  expect(alone.problems[0]!.detail).toContain(`it is part of run ${play.id}`);
  await migrate(hall, play.id, make("new"));

  expect(await hall.store.run(child.id)).toMatchObject({ deployment: "deployment-2", status: "waiting" });
  await decide(hall, child.id, "review", { ok: true });
  const resumed = await hall.engine.resume(playable, (await hall.store.run(play.id))!);
  expect(await resumed.ending).toEqual({
    is: "completed",
    output: { letters: { read: "old", last: "new" } },
  });
});

test("a wait that has become a question asks it, and a question that nobody asks any more is closed", async () => {
  const hall = await openHall();
  const old = defineScore({
    id: "pauses",
    nodes: { first: wait({ for: "1h" }), second: checkpoint(asked()) },
    output: {},
  }) as never;
  const play = await hall.start(old);
  await expect.poll(() => play.events.filter(({ type }) => type === "step.waiting").length).toBe(2);
  play.stop(new Error("stop"));
  await play.ending;
  const next = defineScore({ id: "pauses", nodes: { first: checkpoint(asked()) }, output: {} }) as never;

  const migration = await migrate(hall, play.id, next);

  expect(migration.steps.map(({ key, becomes }) => [key, becomes]).sort()).toEqual([
    ["first", "lost"],
    ["second", "lost"],
  ]);
  const row = (await hall.store.run(play.id))!;
  const resumed = await hall.engine.resume(await hall.prepare(next, "deployment-2"), row);
  expect(await resumed.ending).toEqual({ is: "waiting", steps: ["first"] });
  await decide(hall, play.id, "first", { ok: true });
  expect((await hall.store.stepsOf(play.id)).filter(({ status }) => status === "running")).toEqual([]);
});

test("of a map, the items whose output does not fit are made again, and no others", async () => {
  const hall = await openHall();
  const make = (output: z.ZodType, played: string[]) => {
    const each = map({
      over: [1, 20, 3] as never,
      maxItems: 3,
      each: (n) =>
        task({
          input: { n },
          output: output as z.ZodType<number>,
          run: ({ input }) => {
            played.push(String(input.n));
            return Math.min(Number(input.n), 10);
          },
        }),
    });
    const sum = task({
      input: { all: each.output },
      output: z.number(),
      run: ({ input }) => {
        played.push("sum");
        return input.all.reduce((a, b) => a + b, 0);
      },
    });
    const review = checkpoint(asked({ after: [sum] }));
    return defineScore({ id: "items", nodes: { each, sum, review }, output: { sum: sum.output } }) as never;
  };
  const old = await hall.start(make(z.number(), []));
  await old.ending;
  const rows = (await hall.store.stepsOf(old.id)).filter(({ key }) => key === "each/1");
  expect(rows).toHaveLength(1);
  const played: string[] = [];
  const next = make(z.number().max(9), played);

  const migration = await migrate(hall, old.id, next);

  expect(migration.steps.filter(({ becomes }) => becomes === "played again").map(({ key }) => key)).toEqual([
    "each/1",
    "sum",
  ]);
  const row = (await hall.store.run(old.id))!;
  const resumed = await hall.engine.resume(await hall.prepare(next, "deployment-2"), row);
  expect(await resumed.ending).toMatchObject({ is: "failed", step: "each" });
  expect(played).toEqual(["20"]);
});
