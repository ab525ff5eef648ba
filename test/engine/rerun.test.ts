import { expect, test } from "vitest";
import { z } from "zod";
import {
  checkpoint,
  defineScore,
  eq,
  fallback,
  loop,
  map,
  type Node,
  optional,
  type Ref,
  score as scoreNode,
  task,
  wait,
} from "../../src/index.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import { openHall } from "./hall.ts";

/** A step that says that it was played, and throws while `broken` has its name, or once when `flaky` has. */
function makeSteps() {
  const played: string[] = [];
  const broken = new Set<string>();
  const flaky = new Set<string>();
  const play = (name: string) => {
    played.push(name);
    if (broken.has(name) || flaky.delete(name)) throw new Error(`${name} is broken`);
    return name;
  };
  const flush = () => played.splice(0).sort();
  return { play, broken, flaky, flush };
}

function step(
  name: string,
  text: Ref<string | undefined> | string,
  { play }: Pick<ReturnType<typeof makeSteps>, "play">,
  more: {
    readonly after?: readonly Node<unknown>[];
    readonly retry?: object;
    readonly onFailure?: ReturnType<typeof fallback> | "skip";
  } = {},
): Node<string> {
  const run = () => play(name);
  return task({ input: { text }, output: z.string(), run, ...more } as never) as never;
}

test("what failed is played again with what depends on it; the rest is taken over, and the old run stays", async () => {
  const hall = await openHall();
  const steps = makeSteps();
  const read = step("read", "x", steps, { retry: { attempts: 2, backoff: "1ms" } });
  const other = step("other", "x", steps);
  const write = step("write", read.output, steps);
  const send = step("send", write.output, steps, { after: [other] });
  const score = defineScore({
    id: "chain",
    nodes: { read, other, write, send } as never,
    output: { sent: send.output },
  });

  steps.broken.add("write");
  steps.flaky.add("read");
  const first = await hall.start(score as never);
  expect(await first.ending).toMatchObject({ is: "failed", step: "write" });
  const before = [await hall.store.run(first.id), await hall.store.stepsOf(first.id)];
  expect(steps.flush()).toEqual(["other", "read", "read", "write"]);

  steps.broken.clear();
  const second = await hall.rerun(score as never, first.id);
  expect(await second.ending).toEqual({ is: "completed", output: { sent: "send" } });
  expect(steps.flush()).toEqual(["send", "write"]);
  expect(second.id).not.toBe(first.id);
  expect([await hall.store.run(first.id), await hall.store.stepsOf(first.id)]).toEqual(before);
  const taken = (await hall.store.stepsOf(second.id)).filter(({ info }) => info?.includes(first.id));
  expect(taken.map(({ key }) => key).sort()).toEqual(["other", "read"]);

  const third = await hall.rerun(score as never, second.id, ["other"]);
  expect(await third.ending).toMatchObject({ is: "completed" });
  expect(steps.flush()).toEqual(["other", "send"]);
});

test("of a map, the items that went well are taken over, unless the map is named", async () => {
  const hall = await openHall();
  const { play, broken, flush } = makeSteps();
  const list = task({
    input: {},
    output: z.array(z.number()),
    run: () => {
      play("list");
      return [0, 1, 2];
    },
  });
  const each = map({
    over: list.output,
    maxItems: 10,
    concurrency: 1,
    each: (n) => {
      const one = task({
        input: { n },
        output: z.number(),
        run: ({ input: { n } }) => {
          play(`one ${n}`);
          return n;
        },
      });
      const two = task({
        input: { n: one.output },
        output: z.number(),
        run: ({ input: { n } }) => {
          play(`two ${n}`);
          return n * 2;
        },
      });
      return { nodes: { one, two }, output: two.output };
    },
  });
  const score = defineScore({ id: "mapped", nodes: { list, each }, output: { all: each.output } });

  broken.add("two 2");
  const first = await hall.start(score as never);
  expect(await first.ending).toMatchObject({ is: "failed" });
  expect(flush()).toEqual(["list", "one 0", "one 1", "one 2", "two 0", "two 1", "two 2"]);

  broken.clear();
  const second = await hall.rerun(score as never, first.id);
  expect(await second.ending).toEqual({ is: "completed", output: { all: [0, 2, 4] } });
  expect(flush()).toEqual(["one 2", "two 2"]);

  const third = await hall.rerun(score as never, second.id, ["each"]);
  expect(await third.ending).toMatchObject({ is: "completed" });
  expect(flush()).toEqual(["one 0", "one 1", "one 2", "two 0", "two 1", "two 2"]);
});

test("what is taken over is one transaction with the new run, however much it is", async () => {
  const hall = await openHall();
  const list = task({
    input: {},
    output: z.array(z.number()),
    run: () => Array.from({ length: 3_000 }, (_, i) => i),
  });
  const each = map({
    over: list.output,
    maxItems: 3_000,
    each: (n) => task({ input: { n }, output: z.number(), run: ({ input }) => input.n }),
  });
  const { play, broken } = makeSteps();
  const big = task({ input: {}, output: z.string(), run: () => "x".repeat(300_000) });
  const last = task({
    input: { all: each.output, big: big.output },
    output: z.number(),
    run: ({ input }) => play("last").length * input.all.length + input.big.length,
  });
  const score = defineScore({ id: "large", nodes: { list, each, big, last }, output: { last: last.output } });
  broken.add("last");
  const first = await hall.start(score as never);
  expect(await first.ending).toMatchObject({ is: "failed" });
  broken.clear();

  const rerun = hall.rerun(score as never, first.id);
  let counted = 0;
  while (counted === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    const [newest] = await hall.store.listRuns({ limit: 1 });
    if (newest!.id !== first.id) counted = (await hall.store.stepsOf(newest!.id)).length;
  }
  expect(counted).toBeGreaterThan(3_000);
  expect(await (await rerun).ending).toEqual({ is: "completed", output: { last: 312_000 } });
});

test("a gap and a stand-in are tried again, with whoever read what stood in", async () => {
  const hall = await openHall();
  const steps = makeSteps();
  const spare = step("spare", "x", steps);
  const main = step("main", "x", steps, { onFailure: fallback(spare) });
  const reader = step("reader", main.output, steps);
  const extra = step("extra", "x", steps, { onFailure: "skip" });
  const after = step("after", optional(extra.output), steps);
  const calm = step("calm", "x", steps);
  const score = defineScore({
    id: "standing-in",
    nodes: { spare, main, reader, extra, after, calm },
    output: { read: reader.output, after: after.output, calm: calm.output },
  });

  steps.broken.add("main").add("extra");
  const first = await hall.start(score as never);
  expect(await first.ending).toMatchObject({ is: "completed" });
  expect(steps.flush()).toEqual(["after", "calm", "extra", "main", "reader", "spare"]);

  steps.broken.clear();
  const second = await hall.rerun(score as never, first.id);
  expect(await second.ending).toMatchObject({ is: "completed" });
  expect(steps.flush()).toEqual(["after", "extra", "main", "reader"]);
});

test("a cancelled or late run can be gone on with in a new one; one under way cannot, nor an unknown node", async () => {
  const hall = await openHall();
  const steps = makeSteps();
  const read = step("read", "x", steps);
  const review = checkpoint({
    title: "ok?",
    show: read.output,
    decision: z.object({ ok: z.boolean() }),
    timeout: "never",
    onTimeout: "reject",
  });
  const score = defineScore({ id: "asked", nodes: { read, review }, output: { read: read.output } });
  const first = await hall.start(score as never);
  expect(await first.ending).toMatchObject({ is: "waiting" });

  await expect(hall.rerun(score as never, first.id)).rejects.toMatchObject({ code: "MR2018" });
  await hall.store.endRun({
    id: first.id,
    status: "cancelled",
    output: null,
    error: null,
    reason: null,
    endedAt: Date.now(),
  });
  await expect(hall.rerun(score as never, first.id, ["raed"])).rejects.toMatchObject({
    code: "MR2019",
    hint: 'did you mean "read"?',
  });
  steps.flush();
  const second = await hall.rerun(score as never, first.id);
  expect(await second.ending).toMatchObject({ is: "waiting" });
  expect(steps.flush()).toEqual([]);
  expect(await second.decide("review", { value: { ok: true }, by: "ada" })).toBe(false);
});

test("what must not happen twice is played again only when it is named", async () => {
  const hall = await openHall();
  const steps = makeSteps();
  const read = step("read", "x", steps, { onFailure: "skip" });
  const send = step("send", optional(read.output), steps, { retry: "never" as never });
  const score = defineScore({ id: "never", nodes: { read, send }, output: { sent: send.output } });
  steps.broken.add("read");
  const first = await hall.start(score as never);
  expect(await first.ending).toMatchObject({ is: "completed" });
  steps.flush();
  steps.broken.clear();

  await expect(hall.rerun(score as never, first.id)).rejects.toMatchObject({ code: "MR2020" });
  expect(steps.flush()).toEqual([]);
  const named = await hall.rerun(score as never, first.id, ["send"]);
  expect(await named.ending).toMatchObject({ is: "completed" });
  expect(steps.flush()).toEqual(["read", "send"]);
});

test("a score that a run has played is played again only when its node is named, for it may hold such steps", async () => {
  const hall = await openHall();
  const steps = makeSteps();
  const inner = defineScore({ id: "inner", nodes: { sent: step("sent", "x", steps) } as never, output: {} });
  const read = step("read", "x", steps, { onFailure: "skip" });
  const letters = scoreNode(inner, { input: {}, after: [read], onSkip: "run" } as never);
  const score = defineScore({ id: "outer", nodes: { read, letters } as never, output: {} });
  steps.broken.add("read");
  const first = await hall.start(score as never);
  expect(await first.ending).toMatchObject({ is: "completed" });
  expect(steps.flush()).toEqual(["read", "sent"]);
  steps.broken.clear();

  await expect(hall.rerun(score as never, first.id)).rejects.toMatchObject({
    code: "MR2020",
    facts: { steps: ["letters"] },
  });
  expect(steps.flush()).toEqual([]);
  const named = await hall.rerun(score as never, first.id, ["letters"]);
  expect(await named.ending).toMatchObject({ is: "completed" });
  expect(steps.flush()).toEqual(["read", "sent"]);
});

test("what must not happen twice is asked about inside of a loop as well", async () => {
  const hall = await openHall();
  const steps = makeSteps();
  const turns = loop({
    state: z.object({ n: z.string() }),
    start: { n: "x" },
    max: 1,
    onMax: "last",
    each: (state) => {
      const send = step("send", state.n, steps, { retry: "never" as never });
      const note = step("note", send.output, steps);
      return { nodes: { send, note }, next: { n: note.output }, until: eq(note.output, "never") };
    },
  });
  const score = defineScore({ id: "turning", nodes: { turns } as never, output: {} });
  steps.broken.add("note");
  const first = await hall.start(score as never);
  expect(await first.ending).toMatchObject({ is: "failed" });
  steps.broken.clear();

  await expect(hall.rerun(score as never, first.id)).rejects.toMatchObject({
    code: "MR2020",
    facts: { steps: ["turns/0/send"] },
  });
  const named = await hall.rerun(score as never, first.id, ["turns"]);
  expect(await named.ending).toMatchObject({ is: "completed" });
});

test("a checkpoint inside of a loop is decided as any other, and checked", async () => {
  const hall = await openHall();
  const turns = loop({
    state: z.object({ ok: z.boolean() }),
    start: { ok: false },
    max: 2,
    each: (state) => {
      const review = checkpoint({
        title: "ok?",
        show: state.ok,
        decision: z.object({ ok: z.boolean() }),
        timeout: "never",
        onTimeout: "reject",
      });
      return { nodes: { review }, next: { ok: review.output.ok }, until: eq(review.output.ok, true) };
    },
  });
  const score = defineScore({ id: "asking", nodes: { turns }, output: { ok: turns.output.ok } }) as never;
  const play = await hall.start(score);
  expect(await play.ending).toEqual({ is: "waiting", steps: ["turns/0/review"] });
  const row = (await hall.store.run(play.id))!;
  const [open] = await openCheckpointsOf(hall.store, play.id);
  const tools = { engine: hall.engine, store: hall.store, now: () => Date.now() };
  const deciding = { row, playable: await hall.prepare(score), step: open!.step, by: "ada" };

  const wrong = decideCheckpoint(tools, { ...deciding, value: { ok: "perhaps" } });
  await expect(wrong).rejects.toMatchObject({ code: "MR2014" });
  await decideCheckpoint(tools, { ...deciding, value: { ok: true } });

  expect(await (await hall.resume(score, play.id)).ending).toEqual({ is: "completed", output: { ok: true } });
});

test("a run that completed without a failure has to be told where to begin", async () => {
  const hall = await openHall();
  const steps = makeSteps();
  const pause = wait({ for: "1ms" });
  const read = step("read", "x", steps);
  const score = defineScore({ id: "fine", nodes: { pause, read }, output: { read: read.output } });
  const first = await hall.start(score as never);
  expect(await first.ending).toMatchObject({ is: "completed" });

  await expect(hall.rerun(score as never, first.id)).rejects.toMatchObject({ code: "MR2019" });
  expect(await hall.store.listRuns({ limit: 9 })).toHaveLength(1);
});
