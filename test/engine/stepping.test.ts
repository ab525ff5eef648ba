import { fc, test as propertyTest } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { z } from "zod";
import { Engine, type Stepping } from "../../src/engine/index.ts";
import {
  branch,
  checkpoint,
  defineScore,
  gt,
  input,
  map,
  oneOf,
  optional,
  score as scoreNode,
  secret,
  shell,
  switchOn,
  task,
  wait,
} from "../../src/index.ts";
import { systemClock } from "../../src/support/clock.ts";
import { openHall } from "./hall.ts";

const STEPPED = { isStepped: true };

/** A step that adds `by` to what it is given, and says that it was played. */
function makeSteps() {
  const played: string[] = [];
  const add = (name: string, n: unknown, more: object = {}) =>
    task({
      input: { n },
      output: z.number(),
      run: ({ input }: { input: { n: number } }) => {
        played.push(name);
        return input.n + 1;
      },
      ...more,
    } as never) as unknown as ReturnType<typeof task<{ n: number }, number>>;
  return { played, add };
}

const keys = async (stepping: Stepping | undefined) => (await stepping!.pending()).map(({ step }) => step);

/** `first` and `other` at once, then a branch on the first, then one of two, then `last`. */
function branching() {
  const { played, add } = makeSteps();
  const start = input(z.object({ n: z.number() }));
  const first = add("first", start.n);
  const other = add("other", start.n);
  const big = branch(gt(first.output, 10));
  const yes = add("yes", first.output, { when: big.yes });
  const no = add("no", first.output, { when: big.no });
  const last = add("last", oneOf(yes.output as never, no.output as never), { after: [other] });
  const score = defineScore({
    id: "branching",
    input: start,
    nodes: { first, other, big, yes, no, last } as never,
    output: { last: last.output, yes: optional(yes.output) },
  });
  return { score: score as never, played };
}

test("step by step, each step waits with its input until it is let go on, and says what it came to", async () => {
  const hall = await openHall();
  const { score, played } = branching();
  const play = await hall.start(score, { n: 1 }, STEPPED);
  const stepping = play.stepping!;

  expect(await stepping.pending()).toEqual([
    { step: "first", kind: "task", attempt: 1, input: { n: 1 } },
    { step: "other", kind: "task", attempt: 1, input: { n: 1 } },
  ]);
  expect(played).toEqual([]);
  expect(await stepping.next()).toEqual({ step: "first", kind: "task", is: "completed", output: 2 });
  expect(played).toEqual(["first"]);
  expect(await hall.store.stepsOf(play.id)).toMatchObject([
    { key: "first", status: "completed", output: "2" },
  ]);
  expect(await stepping.pending()).toMatchObject([
    { step: "other" },
    { step: "big", kind: "branch", input: false },
  ]);
  expect(await stepping.next("big")).toMatchObject({ is: "completed", output: false });
  expect(await keys(stepping)).toEqual(["other", "no"]);
  await stepping.next("no");
  await stepping.next("other");
  expect(await stepping.next()).toMatchObject({ step: "last", output: 4 });

  expect(await stepping.next()).toBeUndefined();
  expect(await play.ending).toEqual({ is: "completed", output: { last: 4 } });
});

test("a run that is played straight has nothing of this", async () => {
  const hall = await openHall();
  const play = await hall.start(branching().score, { n: 1 });

  expect(play.stepping).toBeUndefined();
  expect(await play.ending).toMatchObject({ is: "completed" });
});

test("a step that is given its output is not played; the output is checked, and kept with who gave it", async () => {
  const hall = await openHall();
  const { score, played } = branching();
  const play = await hall.start(score, { n: 1 }, STEPPED);
  const stepping = play.stepping!;

  const wrong = stepping.override("first", { value: "many", by: "ada" });
  await expect(wrong).rejects.toMatchObject({ code: "MR2014" });
  expect(await keys(stepping)).toEqual(["first", "other"]);
  const given = await stepping.override("first", { value: 20, by: "ada" });

  expect(given).toEqual({ step: "first", kind: "task", is: "completed", output: 20 });
  expect(played).toEqual([]);
  const [row] = await hall.store.stepsOf(play.id);
  expect(row).toMatchObject({ key: "first", status: "completed", output: "20" });
  expect(JSON.parse(row!.info!)).toEqual({ overridden: true, by: "ada" });
  stepping.continue();
  expect(await play.ending).toEqual({ is: "completed", output: { last: 22, yes: 21 } });
});

test("a branch can be told to take the other case, and what waits for that is played", async () => {
  const hall = await openHall();
  const { score, played } = branching();
  const play = await hall.start(score, { n: 1 }, STEPPED);
  const stepping = play.stepping!;
  await stepping.next("first");
  await stepping.next("other");

  const said = await stepping.takeOther("big", { by: "ada" });

  expect(said).toEqual({ step: "big", kind: "branch", is: "completed", output: true });
  stepping.continue();
  expect(await play.ending).toEqual({ is: "completed", output: { last: 4, yes: 3 } });
  expect(played).toEqual(["first", "other", "yes", "last"]);
});

test("what was said holds after a crash, whether the run goes on step by step or not", async () => {
  for (const how of [{}, STEPPED]) {
    const hall = await openHall();
    const { score, played } = branching();
    const play = await hall.start(score, { n: 1 }, STEPPED);
    await play.stepping!.override("first", { value: 5, by: "ada" });
    await play.stepping!.takeOther("big", { by: "ada" });
    expect(await keys(play.stepping)).toEqual(["other", "yes"]);

    // Its process ended here: another engine goes on from what is in the store.
    const engine = new Engine(hall.store, systemClock);
    const row = (await hall.store.run(play.id))!;
    const second = await engine.resume(await hall.prepare(score), row, how);
    if (how === STEPPED) {
      expect(await keys(second.stepping)).toEqual(["other", "yes"]);
      second.stepping!.continue();
    }

    expect(await second.ending).toEqual({ is: "completed", output: { last: 7, yes: 6 } });
    expect(played.sort()).toEqual(["last", "other", "yes"]);
    const rows = (await hall.store.stepsOf(play.id)).filter(({ key }) => key === "big");
    expect(rows.map(({ output, info }) => [output, JSON.parse(info!)])).toEqual([
      ["true", { overridden: true, by: "ada" }],
    ]);
  }
});

test("a branch that went on before waits no second time when its run is resumed", async () => {
  const hall = await openHall();
  const { score } = branching();
  const play = await hall.start(score, { n: 1 }, STEPPED);
  await play.stepping!.next("first");
  await play.stepping!.next("big");

  const engine = new Engine(hall.store, systemClock);
  const row = (await hall.store.run(play.id))!;
  const second = await engine.resume(await hall.prepare(score), row, STEPPED);

  expect(await keys(second.stepping)).toEqual(["other", "no"]);
  second.stepping!.continue();
  expect(await second.ending).toEqual({ is: "completed", output: { last: 4 } });
});

test("a switch takes a case that nodes are played for, and no other", async () => {
  const hall = await openHall();
  const { add } = makeSteps();
  const start = input(z.object({ kind: z.enum(["letter", "call"]) }));
  const kind = switchOn(start.kind);
  const letter = add("letter", 1, { when: kind.is("letter") });
  const call = add("call", 2, { when: kind.is("call") });
  const score = defineScore({
    id: "switching",
    input: start,
    nodes: { kind, letter, call } as never,
    output: { letter: optional(letter.output), call: optional(call.output) },
  }) as never;
  const play = await hall.start(score, { kind: "letter" }, STEPPED);
  const stepping = play.stepping!;

  const wrong = stepping.takeOther("kind", { value: "lettr", by: "ada" });
  await expect(wrong).rejects.toMatchObject({ code: "MR2026", hint: 'did you mean "letter"?' });
  await stepping.takeOther("kind", { value: "call", by: "ada" });

  stepping.continue();
  expect(await play.ending).toEqual({ is: "completed", output: { call: 3 } });
});

test("what does not wait to be played cannot be told anything, nor what has no output of its own", async () => {
  const hall = await openHall();
  const { score } = branching();
  const play = await hall.start(score, { n: 1 }, STEPPED);
  const stepping = play.stepping!;
  await stepping.pending();

  await expect(stepping.next("frist")).rejects.toMatchObject({
    code: "MR2025",
    hint: 'did you mean "first"?',
  });
  await expect(stepping.override("last", { value: 1, by: "ada" })).rejects.toMatchObject({ code: "MR2025" });
  await expect(stepping.takeOther("first", { by: "ada" })).rejects.toMatchObject({ code: "MR2026" });
  await stepping.next("first");
  await expect(stepping.override("big", { value: 1, by: "ada" })).rejects.toMatchObject({ code: "MR2026" });
  await expect(stepping.takeOther("big", { value: "yes", by: "ada" })).rejects.toMatchObject({
    code: "MR2026",
  });
});

test("a run that is stopped while steps wait is resumed with them", async () => {
  const hall = await openHall();
  const { score, played } = branching();
  const play = await hall.start(score, { n: 1 }, STEPPED);
  await play.stepping!.next();

  play.stop(new Error("enough"));

  expect(await play.ending).toEqual({ is: "stopped" });
  expect(await play.stepping!.pending()).toEqual([]);
  expect(await hall.store.run(play.id)).toMatchObject({ status: "paused" });
  const second = await hall.resume(score, play.id);
  expect(await second.ending).toEqual({ is: "completed", output: { last: 4 } });
  expect(played).toEqual(["first", "other", "no", "last"]);
});

test("when a step fails for good, what waits is not played, and what the score says for that case is played by steps", async () => {
  const hall = await openHall();
  const { played, add } = makeSteps();
  const bad = task({
    input: {},
    output: z.number(),
    retry: { attempts: 2, backoff: "1ms" },
    run: () => {
      throw new Error("broken");
    },
  });
  const other = add("other", 1);
  const score = defineScore({
    id: "failing",
    nodes: { bad, other } as never,
    output: {},
    onError: () => add("told", 1) as never,
  }) as never;
  const play = await hall.start(score, {}, STEPPED);
  const stepping = play.stepping!;

  expect(await stepping.next("bad")).toMatchObject({ is: "failed", retryAt: expect.any(Number) });
  await expect.poll(() => keys(stepping)).toEqual(["other", "bad"]);
  const failed = await stepping.next("bad");
  expect(failed).toMatchObject({ is: "failed", error: { message: "broken" } });
  expect(failed).not.toHaveProperty("retryAt");
  const [told] = await keys(stepping);
  expect(told).toMatch(/^onError/);
  await stepping.next();

  expect(await play.ending).toMatchObject({ is: "failed", step: "bad" });
  expect(played).toEqual(["told"]);
});

test("items of a map are steps as well, and one that was given up keeps nobody waiting", async () => {
  const hall = await openHall();
  const each = map({
    over: [0, 1] as never,
    maxItems: 2,
    onItemError: "collect",
    each: (n) => {
      const bad = task({
        input: { n },
        output: z.number(),
        run: ({ input }) => {
          if (Number(input.n) === 0) throw new Error("zero");
          return Number(input.n);
        },
      });
      const good = task({ input: { n }, output: z.number(), run: ({ input }) => Number(input.n) });
      return { nodes: { bad, good }, output: good.output };
    },
  });
  const score = defineScore({ id: "items", nodes: { each }, output: { all: each.output } }) as never;
  const play = await hall.start(score, {}, STEPPED);
  const stepping = play.stepping!;

  expect(await keys(stepping)).toEqual(["each/0/bad", "each/0/good", "each/1/bad", "each/1/good"]);
  await stepping.next("each/0/bad");
  expect(await keys(stepping)).toEqual(["each/1/bad", "each/1/good"]);
  await stepping.next();
  await stepping.next();

  expect(await play.ending).toMatchObject({
    is: "completed",
    output: { all: [{ status: "failed" }, { status: "ok", value: 1 }] },
  });
});

test("waits, questions and other scores are begun like steps; what they wait for is waited for", async () => {
  const hall = await openHall();
  const { add } = makeSteps();
  const inner = defineScore({ id: "inner", nodes: { one: add("one", 1) } as never, output: {} });
  const pause = wait({ for: "1ms" });
  const asked = scoreNode(inner, { input: {}, after: [pause] } as never);
  const review = checkpoint({
    title: "ok?",
    decision: z.object({ ok: z.boolean() }),
    timeout: "never",
    onTimeout: "reject",
    after: [asked],
  });
  const score = defineScore({ id: "pauses", nodes: { pause, asked, review } as never, output: {} }) as never;
  const play = await hall.start(score, {}, STEPPED);
  const stepping = play.stepping!;

  const paused = await stepping.next();
  expect(paused).toMatchObject({ step: "pause" });
  // It may be over by now.
  expect(["open", "completed"]).toContain(paused!.is);
  expect(await stepping.next()).toMatchObject({ step: "asked", is: "completed" });
  expect(await stepping.next()).toMatchObject({ step: "review", is: "open" });
  expect(await stepping.next()).toBeUndefined();
  expect(await play.ending).toEqual({ is: "waiting", steps: ["review"] });

  const again = await hall.start(score, {}, STEPPED);
  await again.stepping!.next();
  await again.stepping!.next();
  const wrong = again.stepping!.override("review", { value: { ok: 1 }, by: "ada" });
  await expect(wrong).rejects.toMatchObject({ code: "MR2014" });
  await again.stepping!.override("review", { value: { ok: true }, by: "ada" });
  expect(await again.ending).toMatchObject({ is: "completed" });
});

test("a secret in what a step is given is shown by its name", async () => {
  const hall = await openHall();
  const call = shell({ command: ["true"], env: { KEY: secret("CRM_KEY") } });
  const score = defineScore({ id: "secrets", nodes: { call }, output: {} }) as never;
  const play = await hall.start(score, {}, STEPPED);

  const [pending] = await play.stepping!.pending();

  expect(pending!.input).toEqual({ command: ["true"], env: { KEY: "[secret:CRM_KEY]" } });
  play.stop(new Error("enough"));
  await play.ending;
});

propertyTest.prop(
  [fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }), fc.integer({ min: 0, max: 20 }), fc.nat(8)],
  { numRuns: 40 },
)(
  "in whatever order steps are let go on, and wherever that ends, the run ends the same",
  async (picks, n, after) => {
    const hall = await openHall();
    const { score } = branching();
    const straight = await (await hall.start(score, { n })).ending;

    const play = await hall.start(score, { n }, STEPPED);
    for (let i = 0; i < after; i++) {
      const pending = await keys(play.stepping);
      if (pending.length === 0) break;
      await play.stepping!.next(pending[picks[i % picks.length]! % pending.length]);
    }
    play.stepping!.continue();

    expect(await play.ending).toEqual(straight);
  },
);
