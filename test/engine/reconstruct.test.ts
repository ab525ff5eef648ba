import { expect, test } from "vitest";
import { z } from "zod";
import {
  branch,
  checkpoint,
  defineScore,
  defineTask,
  eq,
  input,
  loop,
  map,
  reconstruct,
  task,
  text,
  wait,
} from "../../src/index.ts";
import { openHall } from "./hall.ts";

const Outline = z.object({ points: z.array(z.string()) });
const Draft = z.object({ text: z.string() });

const outlineOfDraft = defineTask({
  id: "outline-of-draft",
  input: Draft,
  output: Outline,
  run: ({ input }) => {
    if (input.text === "") throw new Error("there is nothing in it");
    return { points: input.text.split(". ") };
  },
});

/** A book whose outline may fail, and whose draft is written from it. */
function book(
  writeOutline: (attempt: number) => z.infer<typeof Outline>,
  retry?: "never" | { attempts: number; backoff: "1ms" },
) {
  const played: string[] = [];
  const brief = input(z.object({ topic: z.string().default("clocks") }));
  const outline = task({
    input: { topic: brief.topic },
    output: Outline,
    ...(retry === undefined ? {} : { retry }),
    onFailure: reconstruct({ from: "draft", with: outlineOfDraft }),
    run: ({ attempt }) => {
      played.push("outline");
      return writeOutline(attempt);
    },
  });
  const draft = task({
    input: { points: outline.output.points },
    output: Draft,
    run: ({ input }) => {
      played.push("draft");
      return { text: input.points.join(". ") };
    },
  });
  const index = task({
    input: { points: outline.output.points, draft: draft.output.text },
    output: z.object({ lines: z.number(), length: z.number() }),
    run: ({ input }) => ({ lines: input.points.length, length: input.draft.length }),
  });
  return {
    played,
    score: defineScore({ id: "book", input: brief, nodes: { outline, draft, index }, output: index.output }),
  };
}

const broken = () => {
  throw new Error("no outline today");
};

test("a node that has failed for good is built from a later node's output that the run was given, and that one is not played", async () => {
  const { start, store } = await openHall();
  const { score, played } = book(broken, { attempts: 2, backoff: "1ms" });

  const { ending, id, events } = await start(score, {}, { have: { draft: { text: "one. two. three" } } });

  expect(await ending).toEqual({ is: "completed", output: { lines: 3, length: 15 } });
  expect(played).toEqual(["outline", "outline"]);
  const rows = (await store.stepsOf(id)).filter(({ key }) => key !== "index");
  expect(rows.map(({ key, attempt, status, info }) => [key, attempt, status, info])).toEqual([
    ["draft", 1, "completed", '{"given":true}'],
    ["outline", 1, "failed", null],
    ["outline", 2, "failed", null],
    ["outline", 3, "completed", '{"reconstructed":{"from":"draft","by":"outline-of-draft"}}'],
  ]);
  expect(rows.find(({ key }) => key === "draft")!.startedAt).toBe((await store.run(id))!.createdAt);
  expect(events.map(({ type }) => type)).toContain("step.given");
  expect(events.findLast(({ type }) => type === "step.failed")).toMatchObject({ attempt: 2, rebuilds: true });
  expect(events).toContainEqual(
    expect.objectContaining({ step: "outline", reconstructed: { from: "draft", by: "outline-of-draft" } }),
  );
});

test("without that output it fails as it did, and where nothing fails nothing is rebuilt", async () => {
  const { start } = await openHall();

  expect(await (await start(book(broken).score)).ending).toMatchObject({
    is: "failed",
    step: "outline",
    error: { message: "no outline today" },
  });
  const fine = book(() => ({ points: ["only"] }));
  expect(await (await start(fine.score, {}, { have: { draft: { text: "given" } } })).ending).toEqual({
    is: "completed",
    output: { lines: 1, length: 5 },
  });
  expect(fine.played).toEqual(["outline"]);
});

test("when building it fails too, the run fails with both reasons, and every attempt is kept", async () => {
  const { start, store } = await openHall();

  const { ending, id } = await start(book(broken).score, {}, { have: { draft: { text: "" } } });

  expect(await ending).toMatchObject({
    is: "failed",
    step: "outline",
    error: { message: 'no outline today; building it from "draft" failed: there is nothing in it' },
  });
  const rows = (await store.stepsOf(id)).filter(({ key }) => key === "outline");
  expect(rows.map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, "failed"],
    [2, "failed"],
  ]);
});

test("what was built has to fit the node's own schema", async () => {
  const { start } = await openHall();
  const loose = defineTask({
    id: "loose",
    input: Draft,
    output: z.object({ n: z.number() }),
    run: () => ({ n: 500 }),
  });
  const narrow = task({
    output: z.object({ n: z.number().max(9) }),
    onFailure: reconstruct({ from: "draft", with: loose }),
    run: (): { n: number } => {
      throw new Error("no");
    },
  });
  const draft = task({ input: { n: narrow.output.n }, output: Draft, run: () => ({ text: "" }) });
  const whole = defineScore({ id: "narrow", nodes: { narrow, draft }, output: draft.output });

  expect(await (await start(whole, {}, { have: { draft: { text: "a" } } })).ending).toMatchObject({
    is: "failed",
    error: {
      message: expect.stringContaining('building it from "draft" failed: the output does not fit its schema'),
    },
  });
});

test("a run that stops while an output is built goes on with building it, and plays the node no more", async () => {
  const { start, resume, store } = await openHall();
  let plays = 0;
  let builds = 0;
  const slowly = defineTask({
    id: "slowly",
    input: Draft,
    output: Outline,
    run: ({ input, signal }) => {
      builds++;
      if (builds > 1) return { points: [input.text] };
      return new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  });
  const outline = task({
    output: Outline,
    retry: "never",
    onFailure: reconstruct({ from: "draft", with: slowly }),
    run: (): z.infer<typeof Outline> => {
      plays++;
      throw new Error("no");
    },
  });
  const draft = task({
    input: { points: outline.output.points },
    output: Draft,
    run: () => ({ text: "played" }),
  });
  const whole = defineScore({ id: "slow", nodes: { outline, draft }, output: outline.output });
  const first = await start(whole, {}, { have: { draft: { text: "given" } } });
  await expect.poll(() => builds).toBe(1);
  // Long enough that its beginning is written down.
  await expect
    .poll(async () => (await store.stepsOf(first.id)).some(({ status }) => status === "running"))
    .toBe(true);
  first.stop(new Error("the process ends"));
  expect(await first.ending).toEqual({ is: "stopped" });

  const second = await resume(whole, first.id);

  expect(await second.ending).toEqual({ is: "completed", output: { points: ["given"] } });
  expect([plays, builds]).toEqual([1, 2]);
});

test("a run resumed after building had failed fails with both reasons", async () => {
  const { start, resume, store } = await openHall();
  const { score } = book(broken);
  const first = await start(score, {}, { have: { draft: { text: "" } } });
  await first.ending;
  // As if the process had ended before the run's end was written.
  const again = await store.run(first.id);
  await store.createRun(
    { ...again!, id: "run_copy", status: "running", startedAt: 1, createdAt: 1, parent: null },
    { taken: (await store.stepsOf(first.id)).map((row) => ({ ...row, runId: "run_copy" })) },
  );

  const { ending } = await resume(score, "run_copy");

  expect(await ending).toMatchObject({
    is: "failed",
    error: { message: 'no outline today; building it from "draft" failed: there is nothing in it' },
  });
});

test("a map, a loop and a checkpoint are rebuilt as well", async () => {
  const { start, store } = await openHall();
  const Summary = z.object({ n: z.number() });
  const listOf = defineTask({
    id: "list-of",
    input: Summary,
    output: z.array(z.number()),
    run: ({ input }) => [input.n],
  });
  const stateOf = defineTask({ id: "state-of", input: Summary, output: Summary, run: ({ input }) => input });
  const decisionOf = defineTask({
    id: "decision-of",
    input: Summary,
    output: z.object({ go: z.boolean() }),
    run: ({ input }) => ({ go: input.n > 0 }),
  });
  const odd = (n: number) => {
    if (n % 2 === 1) throw new Error("odd");
    return n;
  };
  const numbers = input(z.object({ list: z.array(z.number()) }));
  const items = map({
    over: numbers.list,
    maxItems: 3,
    onFailure: reconstruct({ from: "summary", with: listOf }),
    each: (n) => task({ input: { n }, output: z.number(), run: ({ input }) => odd(input.n) }),
  });
  const turns = loop({
    state: Summary,
    start: { n: 1 },
    max: 2,
    onFailure: reconstruct({ from: "summary", with: stateOf }),
    each: (state) => {
      const more = task({
        input: { n: state.n },
        output: Summary,
        run: ({ input }) => ({ n: odd(input.n) }),
      });
      return { nodes: { more }, next: more.output, until: eq(more.output.n, 4) };
    },
  });
  const asked = checkpoint({
    title: "Go?",
    decision: z.object({ go: z.boolean() }),
    timeout: "1ms",
    onTimeout: "reject",
    onFailure: reconstruct({ from: "summary", with: decisionOf }),
  });
  const summary = task({
    input: { items: items.output, turns: turns.output.n, go: asked.output.go },
    output: Summary,
    run: () => ({ n: 0 }),
  });
  const output = { items: items.output, turns: turns.output, go: asked.output.go };
  const whole = defineScore({ id: "kinds", input: numbers, nodes: { items, turns, asked, summary }, output });

  const { ending, id } = await start(whole, { list: [2, 3, 4] }, { have: { summary: { n: 8 } } });

  expect(await ending).toEqual({ is: "completed", output: { items: [8], turns: { n: 8 }, go: true } });
  const rows = await store.stepsOf(id);
  for (const key of ["items", "turns", "asked"])
    expect(rows.filter((row) => row.key === key).map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, "failed"],
      [2, "completed"],
    ]);
});

test("a given node counts as played from the beginning: those that read it do not wait for what it would have read", async () => {
  const { start } = await openHall();
  const order: string[] = [];
  const brief = input(z.object({ go: z.boolean().default(false) }));
  const way = branch(eq(brief.go, true));
  const first = task({
    output: Draft,
    run: async () => {
      await expect.poll(() => order).toContain("last");
      order.push("first");
      return { text: "first" };
    },
  });
  const guarded = task({
    when: way.yes,
    input: { of: first.output.text },
    output: Draft,
    run: () => ({ text: "?" }),
  });
  const last = task({
    input: { of: guarded.output.text },
    output: Draft,
    when: way.no,
    run: ({ input }) => {
      order.push("last");
      return { text: input.of };
    },
  });
  const whole = defineScore({ id: "given", input: brief, nodes: { way, first, guarded, last } });

  expect(await (await start(whole, {}, { have: { guarded: { text: "there" } } })).ending).toEqual({
    is: "completed",
    output: {},
  });

  expect(order).toEqual(["last", "first"]);
});

test("what is given is checked first, and with anything wrong nothing is stored", async () => {
  const { start, store } = await openHall();
  const brief = input(z.object({ list: z.array(z.number()).default([]) }));
  const count = task({ output: z.object({ n: z.number().default(3) }), run: () => ({ n: 1 }) });
  const each = map({
    over: brief.list,
    maxItems: 5,
    each: (n) => task({ input: { n }, output: z.object({ n: z.number() }), run: ({ input }) => input }),
  });
  const pause = wait({ for: "1h" });
  const line = text`${count.output.n}`;
  const whole = defineScore({
    id: "given",
    input: brief,
    nodes: { count, each, pause, line },
    output: count.output,
  });
  const refused = (have: Record<string, unknown>) =>
    start(whole, {}, { have }).catch((error: Error) => error.message);

  expect(await refused({ cuont: {} })).toContain('no node "cuont" whose output could be given');
  expect(await refused({ count: { n: "many" } })).toContain(
    'The output given for "count" does not fit its schema:\n  n:',
  );
  expect(await refused({ each: [{ n: 1 }, { n: "2" }] })).toContain("[1].n: ");
  expect(await refused({ each: {} })).toContain("it has to be a list");
  expect(await refused({ pause: 7 })).toContain("it has to be an instant");
  expect(await refused({ line: "3" })).toContain('"line", a text, cannot be given');
  expect(await store.listRuns({ limit: 5 })).toEqual([]);
  const have = { count: {}, pause: "2026-01-01T00:00:00.000Z", each: [{ n: 1 }] };
  expect(await (await start(whole, {}, { have })).ending).toEqual({ is: "completed", output: { n: 3 } });
});

test("a new run from one that failed is given what that one was given", async () => {
  const { start, rerun } = await openHall();
  let isBroken = true;
  const once = defineTask({
    id: "once",
    input: Draft,
    output: Outline,
    run: ({ input }) => {
      if (isBroken) throw new Error("not yet");
      return { points: [input.text] };
    },
  });
  const outline = task({
    output: Outline,
    onFailure: reconstruct({ from: "draft", with: once }),
    run: (): z.infer<typeof Outline> => {
      throw new Error("no");
    },
  });
  const draft = task({
    input: { points: outline.output.points },
    output: Draft,
    run: () => ({ text: "played" }),
  });
  const whole = defineScore({
    id: "again",
    nodes: { outline, draft },
    output: { outline: outline.output, draft: draft.output },
  });
  const first = await start(whole, {}, { have: { draft: { text: "given" } } });
  expect(await first.ending).toMatchObject({ is: "failed" });
  isBroken = false;

  const second = await rerun(whole, first.id);

  expect(await second.ending).toEqual({
    is: "completed",
    output: { outline: { points: ["given"] }, draft: { text: "given" } },
  });
});

test("a new run from one that failed takes over what was built there", async () => {
  const { start, rerun, store } = await openHall();
  let isBroken = true;
  const outline = task({
    output: Outline,
    onFailure: reconstruct({ from: "draft", with: outlineOfDraft }),
    run: (): z.infer<typeof Outline> => broken(),
  });
  const draft = task({
    input: { points: outline.output.points },
    output: Draft,
    run: () => ({ text: "played" }),
  });
  const index = task({
    input: { points: outline.output.points },
    output: z.number(),
    run: ({ input }) => {
      if (isBroken) throw new Error("not yet");
      return input.points.length;
    },
  });
  const whole = defineScore({ id: "index", nodes: { outline, draft, index }, output: index.output });
  const first = await start(whole, {}, { have: { draft: { text: "one. two" } } });
  expect(await first.ending).toMatchObject({ is: "failed", step: "index" });
  isBroken = false;

  const second = await rerun(whole, first.id);

  expect(await second.ending).toEqual({ is: "completed", output: 2 });
  expect((await store.stepsOf(second.id)).map(({ key }) => key).toSorted()).toEqual([
    "draft",
    "index",
    "outline",
  ]);
});
