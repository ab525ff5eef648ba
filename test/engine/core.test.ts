import { describe, expect, test } from "vitest";
import { z } from "zod";
import { apply, handBack, init, nextMove, outcome } from "../../src/engine/core/core.ts";
import type { Move } from "../../src/engine/core/state.ts";
import {
  all,
  branch,
  checkpoint,
  defineScore,
  defineTask,
  derive,
  eq,
  gt,
  includes,
  input,
  isPresent,
  map,
  ne,
  not,
  oneOf,
  optional,
  switchOn,
  task,
  text,
} from "../../src/index.ts";
import { compileScore, playPurely } from "./pure-run.ts";

const double = (n: Parameters<typeof task>[0] extends never ? never : unknown, rest: object = {}) =>
  task({
    input: { n: n as number },
    output: z.number(),
    run: ({ input }) => (input.n as number) * 2,
    ...rest,
  });

const failing = (message: string, rest: object = {}) =>
  task({
    input: {},
    output: z.number(),
    run: () => {
      throw new Error(message);
    },
    ...rest,
  });

describe("order", () => {
  test("a node starts when everything it reads has ended, and independent nodes start together", () => {
    const start = input(z.object({ n: z.number() }));
    const a = double(start.n);
    const b = double(start.n);
    const c = task({
      input: { a: a.output, b: b.output },
      output: z.number(),
      run: ({ input }) => input.a + input.b,
    });
    const score = compileScore(defineScore({ id: "s", input: start, nodes: { c, a, b }, output: c.output }));

    const half = playPurely(score, { input: { n: 1 }, results: 1 });
    const whole = playPurely(score, { input: { n: 1 } });

    expect(half.played).toEqual(["a", "b"]);
    expect(whole.played).toEqual(["a", "b", "c"]);
    expect(whole.outcome).toEqual({ is: "completed", output: 4 });
  });

  test("`after` orders nodes that read nothing from each other", () => {
    const first = double(1);
    const second = double(2, { after: [first] });
    const score = compileScore(defineScore({ id: "s", nodes: { second, first } }));

    expect(playPurely(score).played).toEqual(["first", "second"]);
  });

  test("no more steps are under way than the score's concurrency allows", () => {
    const start = input(z.object({ items: z.array(z.number()) }));
    const doubled = map({ over: start.items, maxItems: 10, each: (item) => double(item) });
    const score = compileScore(
      defineScore({ id: "s", input: start, nodes: { doubled }, output: doubled.output, concurrency: 3 }),
    );

    expect(playPurely(score, { input: { items: [1, 2, 3, 4, 5] }, results: 0 }).played).toHaveLength(3);
    expect(playPurely(score, { input: { items: [1, 2, 3, 4, 5] } }).outcome).toMatchObject({
      output: [2, 4, 6, 8, 10],
    });
  });
});

describe("choices", () => {
  const start = input(z.object({ n: z.number(), kind: z.enum(["a", "b", "c"]).default("a") }));

  test("a branch plays one side, and what needs the other side is skipped with the reason", () => {
    const big = branch(gt(start.n, 10));
    const yes = double(start.n, { when: big.yes });
    const no = double(start.n, { when: big.no });
    const afterNo = double(no.output);
    const score = compileScore(
      defineScore({
        id: "s",
        input: start,
        nodes: { big, yes, no, afterNo },
        output: { x: oneOf(afterNo.output, yes.output) },
      }),
    );

    const run = playPurely(score, { input: { n: 11 } });

    expect(run.played).toEqual(["yes"]);
    expect(run.outcome).toEqual({ is: "completed", output: { x: 22 } });
    expect(run.notes).toContainEqual({
      key: "no",
      kind: "task",
      status: "skipped",
      info: { reason: "guard" },
    });
    expect(run.notes).toContainEqual({
      key: "afterNo",
      kind: "task",
      status: "skipped",
      info: { reason: "upstream", node: "no" },
    });
  });

  test("a switch plays the case of its value, and `otherwise` when no case names it", () => {
    const kind = switchOn(start.kind);
    const ab = double(1, { when: kind.is("a", "b") });
    const rest = double(2, { when: kind.otherwise });
    const score = compileScore(defineScore({ id: "s", input: start, nodes: { kind, ab, rest } }));

    expect(playPurely(score, { input: { n: 1, kind: "b" } }).played).toEqual(["ab"]);
    expect(playPurely(score, { input: { n: 1, kind: "c" } }).played).toEqual(["rest"]);
  });

  test("oneOf does not wait for alternatives after the one it takes", () => {
    const quick = double(1);
    const slow = double(2);
    const use = double(oneOf(quick.output, slow.output));
    const score = compileScore(defineScore({ id: "s", nodes: { quick, slow, use }, output: use.output }));

    expect(playPurely(score, { results: 1 }).played).toEqual(["quick", "slow", "use"]);
  });

  test("oneOf waits for an earlier alternative even when a later one is there", () => {
    const slow = double(1);
    const quick = double(2);
    const use = double(oneOf(slow.output, quick.output));
    const score = compileScore(defineScore({ id: "s", nodes: { slow, quick, use }, output: use.output }));

    const half = playPurely(score, { results: 1, pick: (count) => count - 1 });

    expect(half.played).toEqual(["slow", "quick"]);
    expect(playPurely(score, { pick: (count) => count - 1 }).outcome).toMatchObject({ output: 4 });
  });

  test("optional reads a skipped node as undefined, and a derive is computed with it", () => {
    const maybe = double(start.n, { when: gt(start.n, 10) });
    const told = derive([start.n, optional(maybe.output)], (n, twice) => `${n} ${twice ?? "nothing"}`);
    const score = compileScore(defineScore({ id: "s", input: start, nodes: { maybe }, output: { told } }));

    expect(playPurely(score, { input: { n: 3 } }).outcome).toMatchObject({ output: { told: "3 nothing" } });
    expect(playPurely(score, { input: { n: 30 } }).outcome).toMatchObject({ output: { told: "30 60" } });
  });

  test("a node that is only ordered after a skipped one is played when it says so", () => {
    const never = double(1, { when: eq(start.n, -1) });
    const follows = double(2, { after: [never] });
    const runs = double(3, { after: [never], onSkip: "run" });
    const score = compileScore(defineScore({ id: "s", input: start, nodes: { never, follows, runs } }));

    expect(playPurely(score, { input: { n: 1 } }).played).toEqual(["runs"]);
  });

  test("conditions compare JSON, and look at absence without being absent themselves", () => {
    const source = task({
      input: {},
      output: z.object({
        tags: z.array(z.string()),
        who: z.object({ name: z.string() }),
        note: z.string().optional(),
      }),
      run: () => ({ tags: ["x", "y"], who: { name: "Ada" } }),
    });
    const skipped = double(1, { when: eq(start.n, -1) });
    const checks = {
      includes: includes(source.output.tags, "y"),
      equal: eq(source.output.who, { name: "Ada" }),
      different: ne(source.output.who, { name: "Bob" }),
      noNote: not(isPresent(source.output.note)),
      noSkipped: not(isPresent(skipped.output)),
      allOf: all(gt(start.n, 0), includes(source.output.tags, "x")),
    };
    const nodes = Object.fromEntries(
      Object.entries(checks).map(([name, when]) => [name, double(1, { when })]),
    );
    const score = compileScore(defineScore({ id: "s", input: start, nodes: { source, skipped, ...nodes } }));

    expect(playPurely(score, { input: { n: 1 } }).played.toSorted()).toEqual(
      ["source", ...Object.keys(checks)].toSorted(),
    );
  });

  test("text puts values together, and missing ones become nothing", () => {
    const source = task({
      input: {},
      output: z.object({ a: z.number(), b: z.string().optional() }),
      run: () => ({ a: 1 }),
    });
    const score = compileScore(
      defineScore({
        id: "s",
        nodes: { source },
        output: { line: text`${source.output.a}-${source.output.b}-end` },
      }),
    );

    expect(playPurely(score).outcome).toMatchObject({ output: { line: "1--end" } });
  });

  test("a reference reaches only the value's own fields", () => {
    const source = task({ input: {}, output: z.any(), run: () => ({ list: [1] }) });
    const reach = (source.output as { list: { length: never; constructor: never } }).list;
    const look = task({
      input: { a: reach.length, b: reach.constructor },
      output: z.any(),
      run: ({ input }) => Object.keys(input),
    });
    const score = compileScore(
      defineScore({ id: "s", nodes: { source, look }, output: { keys: look.output } }),
    );

    expect(playPurely(score).outcome).toMatchObject({ output: { keys: [] } });
  });
});

describe("maps", () => {
  const start = input(z.object({ items: z.array(z.number()), extra: z.number().default(1) }));

  test("items are played at most `concurrency` at a time, and the output keeps their order", () => {
    const doubled = map({
      over: start.items,
      maxItems: 10,
      concurrency: 2,
      each: (item, index) => double(derive([item, index], (n, i) => n + i)),
    });
    const score = compileScore(
      defineScore({ id: "s", input: start, nodes: { doubled }, output: doubled.output }),
    );

    const run = playPurely(score, { input: { items: [10, 20, 30] }, pick: (count) => count - 1 });

    expect(playPurely(score, { input: { items: [10, 20, 30] }, results: 0 }).played).toEqual([
      "doubled/0",
      "doubled/1",
    ]);
    expect(run.played).toEqual(["doubled/0", "doubled/1", "doubled/2"]);
    expect(run.outcome).toMatchObject({ output: [20, 42, 64] });
  });

  test("an item may have several nodes, read nodes outside, and hold another map", () => {
    const base = double(start.extra);
    const outer = map({
      over: start.items,
      maxItems: 10,
      each: (item) => {
        const size = derive([item, base.output], (n, b) => Array.from({ length: n }, (_, i) => i + b));
        const inner = map({ over: size, maxItems: 10, each: (n) => double(n) });
        const sum = task({
          input: { list: inner.output, item },
          output: z.number(),
          run: ({ input }) => input.list.reduce((a, b) => a + b, input.item),
        });
        return { nodes: { inner, sum }, output: { sum: sum.output, item } };
      },
    });
    const score = compileScore(
      defineScore({ id: "s", input: start, nodes: { base, outer }, output: outer.output }),
    );

    const run = playPurely(score, { input: { items: [1, 2], extra: 5 } });

    expect(run.played).toEqual([
      "base",
      "outer/0/inner/0",
      "outer/1/inner/0",
      "outer/1/inner/1",
      "outer/0/sum",
      "outer/1/sum",
    ]);
    expect(run.outcome).toMatchObject({
      output: [
        { sum: 21, item: 1 },
        { sum: 44, item: 2 },
      ],
    });
  });

  test("an empty list completes at once", () => {
    const doubled = map({ over: start.items, maxItems: 10, each: (item) => double(item) });
    const score = compileScore(
      defineScore({ id: "s", input: start, nodes: { doubled }, output: doubled.output }),
    );

    expect(playPurely(score, { input: { items: [] } }).outcome).toEqual({ is: "completed", output: [] });
  });

  test("a list longer than maxItems fails the map before any item starts", () => {
    const doubled = map({ over: start.items, maxItems: 2, each: (item) => double(item) });
    const score = compileScore(defineScore({ id: "s", input: start, nodes: { doubled } }));

    const run = playPurely(score, { input: { items: [1, 2, 3] } });

    expect(run.played).toEqual([]);
    expect(run.outcome).toMatchObject({ is: "failed", step: "doubled", error: { code: "MR3005" } });
  });

  test("one failed item fails the map; with `collect` the output says how each item ended", () => {
    const odd = defineTask({
      id: "odd",
      input: z.object({ n: z.number() }),
      output: z.number(),
      run: ({ input }) => {
        if (input.n % 2 === 0) throw new Error(`${input.n} is even`);
        return input.n;
      },
    });
    const strict = map({ over: start.items, maxItems: 10, each: (n) => task(odd, { input: { n } }) });
    const lenient = map({
      over: start.items,
      maxItems: 10,
      onItemError: "collect",
      each: (n) => task(odd, { input: { n } }),
    });

    const failed = playPurely(compileScore(defineScore({ id: "s", input: start, nodes: { strict } })), {
      input: { items: [1, 2, 3] },
    });
    const collected = playPurely(
      compileScore(defineScore({ id: "s", input: start, nodes: { lenient }, output: lenient.output })),
      {
        input: { items: [1, 2, 3] },
      },
    );

    expect(failed.outcome).toMatchObject({
      is: "failed",
      step: "strict",
      error: { message: "item 1: 2 is even" },
    });
    expect(collected.outcome).toMatchObject({
      output: [
        { status: "ok", value: 1 },
        { status: "failed", error: { message: "2 is even" } },
        { status: "ok", value: 3 },
      ],
    });
  });
});

describe("failures", () => {
  test("a failed step is tried again after its backoff, as often as its policy says", () => {
    const flaky = task({
      input: {},
      output: z.number(),
      retry: { attempts: 3, backoff: "1s", jitter: false },
      run: ({ attempt }) => {
        if (attempt < 3) throw new Error("not yet");
        return attempt;
      },
    });
    const run = playPurely(
      compileScore(defineScore({ id: "s", nodes: { flaky }, output: { n: flaky.output } })),
    );

    expect(run.played).toEqual(["flaky", "flaky", "flaky"]);
    expect(run.outcome).toEqual({ is: "completed", output: { n: 3 } });
    // Three attempts of 1 ms, and waits of 1 s and 2 s.
    expect(run.now).toBe(1_000 + 3 + 1_000 + 2_000);
  });

  test("a step that fails for good fails the run, and nothing else starts", () => {
    const bad = failing("no");
    const later = double(bad.output);
    const run = playPurely(compileScore(defineScore({ id: "s", nodes: { bad, later } })));

    expect(run.outcome).toMatchObject({ is: "failed", step: "bad", error: { message: "no" } });
    expect(run.played).toEqual(["bad"]);
  });

  test("onFailure: skip leaves a gap that optional and oneOf accept", () => {
    const bad = failing("no", { onFailure: "skip" });
    const run = playPurely(
      compileScore(defineScore({ id: "s", nodes: { bad }, output: { x: oneOf(bad.output, 7) } })),
    );

    expect(run.outcome).toEqual({ is: "completed", output: { x: 7 }, gaps: ["bad"] });
  });

  test("a run waits for the steps under way before it ends as failed", () => {
    const bad = failing("no");
    const other = double(1);
    const score = compileScore(defineScore({ id: "s", nodes: { bad, other } }));

    expect(playPurely(score, { results: 1 }).outcome).toBeUndefined();
    expect(playPurely(score).outcome).toMatchObject({ is: "failed" });
  });

  test("a result that comes a second time, or for an earlier attempt, changes nothing", async () => {
    const { apply, init, nextMove } = await import("../../src/engine/core/core.ts");
    const once = double(1);
    const { plan, graph } = compileScore(
      defineScore({ id: "s", nodes: { once }, output: { n: once.output } }),
    );
    const state = init(plan, graph, { id: "run_1", input: {} });
    nextMove(state, 0);

    expect(apply(state, { is: "completed", key: "once", attempt: 2, value: 1 })).toBe(false);
    expect(apply(state, { is: "completed", key: "once", attempt: 1, value: 2 })).toBe(true);
    expect(apply(state, { is: "completed", key: "once", attempt: 1, value: 3 })).toBe(false);
    expect(state.root.values).toEqual([2]);
  });
});

describe("size", () => {
  test("a chain of 10,000 nodes needs no deep stack", () => {
    const start = input(z.object({ n: z.number() }));
    const nodes: Record<string, ReturnType<typeof double>> = {};
    let last: unknown = start.n;
    for (let i = 0; i < 10_000; i++) {
      const node = double(last);
      nodes[`n${i}`] = node;
      last = node.output;
    }
    const score = compileScore(defineScore({ id: "s", input: start, nodes, output: { n: last as never } }));

    expect(playPurely(score, { input: { n: 0 } }).outcome).toEqual({ is: "completed", output: { n: 0 } });
  });

  test("10,000 nodes that are all skipped settle in one go", () => {
    const start = input(z.object({ n: z.number() }));
    const nodes: Record<string, ReturnType<typeof double>> = {
      n0: double(start.n, { when: eq(start.n, 1) }),
    };
    for (let i = 1; i < 10_000; i++) nodes[`n${i}`] = double(nodes[`n${i - 1}`]!.output);
    const score = compileScore(defineScore({ id: "s", input: start, nodes }));

    const run = playPurely(score, { input: { n: 0 } });

    expect(run.played).toEqual([]);
    expect(run.notes).toHaveLength(10_000);
    expect(run.outcome).toMatchObject({ is: "completed" });
  });

  test("a map of 10,000 items holds only the items under way", () => {
    const start = input(z.object({ items: z.array(z.number()) }));
    const doubled = map({
      over: start.items,
      maxItems: 10_000,
      concurrency: 5,
      each: (item) => double(item),
    });
    const score = compileScore(
      defineScore({ id: "s", input: start, nodes: { doubled }, output: doubled.output }),
    );

    const run = playPurely(score, {
      input: { items: Array.from({ length: 10_000 }, (_, i) => i) },
      results: 5_000,
    });

    expect(run.state.steps.size).toBeLessThanOrEqual(5);
  });
});

test("a checkpoint that is decided after its time has come, and before that was acted upon, is no longer under way", () => {
  const asked = checkpoint({ title: "?", decision: z.number(), timeout: "1s", onTimeout: "reject" });
  const { plan, graph } = compileScore(defineScore({ id: "s", nodes: { asked }, output: asked.output }));
  const state = init(plan, graph, { id: "run_1", input: {} });
  const opening = nextMove(state, 0);
  expect(opening).toMatchObject({ is: "play", step: { key: "asked" } });
  apply(state, { is: "opened", key: "asked", attempt: 1, until: 1_000 });
  const late = nextMove(state, 2_000) as Extract<Move, { is: "play" }>;
  apply(state, { is: "completed", key: "asked", attempt: 1, value: 7 });

  handBack(state, late.step);

  expect(state.inFlight).toBe(0);
  expect(nextMove(state, 2_000)).toBeUndefined();
  expect(outcome(state)).toEqual({ is: "completed", output: 7 });
});
