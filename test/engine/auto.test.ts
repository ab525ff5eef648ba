import { expect, test } from "vitest";
import { z } from "zod";
import type { Choice } from "../../src/engine/core/choose-way.ts";
import {
  auto,
  defineScore,
  defineTask,
  input,
  map,
  type Node,
  oneOf,
  optional,
  task,
} from "../../src/index.ts";
import { openHall } from "./hall.ts";
import { compileScore, playPurely } from "./pure-run.ts";

const Counted = z.object({ n: z.number() });
const retry = { attempts: 2, backoff: "1ms" } as const;

/** A task that fails `times` times and then gives how often it was tried. */
function failing(times: number, rest: object = {}) {
  let tries = 0;
  const node = task({
    output: Counted,
    ...rest,
    run: () => {
      tries++;
      if (tries <= times) throw new Error(`no ${tries}`);
      return { n: tries };
    },
  });
  return { node: node as Node<{ n: number }>, tries: () => tries };
}

const choiceIn = (info: string | null) => (JSON.parse(info ?? "{}") as { readonly choice?: Choice }).choice;

test("where only failing is left, one more attempt is given than `retry` allows, once, and both choices are kept", async () => {
  const { start, store } = await openHall();
  const saved = failing(2, { retry, onFailure: "auto" });
  const lost = failing(9, { retry, onFailure: "auto" });

  expect(
    await (
      await start(defineScore({ id: "saved", nodes: { saved: saved.node }, output: saved.node.output.n }))
    ).ending,
  ).toEqual({
    is: "completed",
    output: 3,
  });
  const { ending, id, events } = await start(
    defineScore({ id: "lost", nodes: { lost: lost.node }, output: lost.node.output.n }),
  );

  expect(await ending).toMatchObject({ is: "failed", step: "lost", error: { message: "no 3" } });
  expect(lost.tries()).toBe(3);
  const rows = (await store.stepsOf(id)).toSorted((a, b) => a.attempt - b.attempt);
  expect(rows.map(({ info }) => choiceIn(info)?.way)).toEqual([undefined, "retry", "fail"]);
  expect(events.filter(({ type }) => type === "step.failed")).toMatchObject([
    { retryAt: expect.any(Number) },
    { retryAt: expect.any(Number), choice: { way: "retry", attempts: 2 } },
    { choice: { way: "fail", weighed: [{ way: "fail" }] } },
  ]);
});

test('`"auto"` leaves a gap where everybody who reads the node expects one, and nowhere else', async () => {
  const { start } = await openHall();
  const scoreOf = (read: (node: Node<{ n: number }>) => unknown, importance = "low") => {
    const { node } = failing(9, { onFailure: "auto", importance });
    return defineScore({ id: "read", nodes: { node }, output: { read: read(node) } });
  };

  expect(await (await start(scoreOf((node) => optional(node.output.n)))).ending).toEqual({
    is: "completed",
    output: {},
    gaps: ["node"],
  });
  expect(await (await start(scoreOf((node) => oneOf(node.output.n, 7)))).ending).toMatchObject({
    output: { read: 7 },
    gaps: ["node"],
  });
  expect(await (await start(scoreOf((node) => node.output.n))).ending).toMatchObject({ is: "failed" });
  expect(await (await start(scoreOf((node) => optional(node.output.n), "high"))).ending).toMatchObject({
    is: "failed",
  });
});

test("auto takes what is worth most: a stand-in, a value, a rebuilt output, a gap", async () => {
  const { start, store } = await openHall();
  const rebuild = defineTask({
    id: "rebuild",
    input: Counted,
    output: Counted,
    run: ({ input }) => ({ n: -input.n }),
  });
  const standIn = task({ output: Counted, run: () => ({ n: 10 }) });
  const a = failing(9, { onFailure: auto({ fallback: standIn, skip: true }) }).node;
  const b = failing(9, { onFailure: auto({ fallback: { n: 20 }, skip: true }) }).node;
  const c = failing(9, {
    onFailure: auto({ fallback: { n: 30 }, reconstruct: { from: "later", with: rebuild } }),
  }).node;
  const d = failing(9, { onFailure: auto({ skip: true, fallback: { n: 40 } }), importance: "critical" }).node;
  const later = task({ input: { n: c.output.n }, output: Counted, run: ({ input }) => ({ n: input.n }) });
  const nodes = { standIn, a, b, c, d, later };
  const output = {
    a: optional(a.output.n),
    b: optional(b.output.n),
    c: c.output.n,
    d: optional(d.output.n),
  };
  const whole = defineScore({ id: "ways", nodes, output });
  const careful = defineScore({ id: "careful", nodes, output, risk: "low" });

  const { ending, id } = await start(whole, {}, { have: { later: { n: 5 } } });

  expect(await ending).toEqual({ is: "completed", output: { a: 10, b: 20, c: -5, d: 40 } });
  const rows = await store.stepsOf(id);
  const ways = Object.fromEntries(
    rows.flatMap(({ key, info }) => (choiceIn(info) ? [[key, choiceIn(info)!.way]] : [])),
  );
  expect(ways).toEqual({ a: "fallback", b: "fallback", c: "reconstruct", d: "fallback" });
  expect(await (await start(careful, {}, { have: { later: { n: 5 } } })).ending).toMatchObject({
    is: "failed",
    step: "d",
  });
});

test("when a rebuilt output fails as well, it is chosen among the rest", async () => {
  const { start, store } = await openHall();
  const rebuild = defineTask({
    id: "rebuild",
    input: Counted,
    output: Counted,
    run: (): { n: number } => {
      throw new Error("nor that");
    },
  });
  const { node } = failing(9, {
    onFailure: auto({ skip: true, reconstruct: { from: "later", with: rebuild } }),
  });
  const later = task({ input: { n: optional(node.output.n) }, output: Counted, run: () => ({ n: 1 }) });
  const whole = defineScore({ id: "rest", nodes: { node, later }, output: { n: optional(node.output.n) } });

  const { ending, id } = await start(whole, {}, { have: { later: { n: 5 } } });

  expect(await ending).toEqual({ is: "completed", output: {}, gaps: ["node"] });
  const rows = (await store.stepsOf(id)).filter(({ key }) => key === "node");
  expect(rows.map(({ status, info }) => [status, choiceIn(info)?.way])).toEqual([
    ["failed", "reconstruct"],
    ["failed", "skip"],
  ]);
});

test("the time that the score's timeout leaves decides whether another attempt is worth it", async () => {
  const { start } = await openHall();
  const quick = failing(9, {
    retry: { attempts: 1, backoff: "30s", jitter: false },
    onFailure: auto({ skip: true }),
  });
  const output = { n: optional(quick.node.output.n) };
  const whole = defineScore({ id: "late", nodes: { quick: quick.node }, output, timeout: "20s" });

  const { ending, events } = await start(whole);

  expect(await ending).toMatchObject({ is: "completed", gaps: ["quick"] });
  expect(quick.tries()).toBe(1);
  const failed = events.find(({ type }) => type === "step.failed") as { readonly choice?: Choice };
  expect(failed.choice).toMatchObject({ way: "skip", leftMs: expect.any(Number) });
  expect(failed.choice!.weighed.at(-1)).toMatchObject({ way: "retry", score: null });
});

test("a map chooses as well, and a run that is resumed does not choose again", async () => {
  const { start, resume, store } = await openHall();
  const numbers = input(z.object({ list: z.array(z.number()) }));
  const items = map({
    over: numbers.list,
    maxItems: 3,
    onFailure: auto({ skip: true, fallback: [] }),
    each: (n) =>
      task({
        input: { n },
        output: z.number(),
        run: ({ input }) => {
          if (input.n === 2) throw new Error("two");
          return input.n;
        },
      }),
  });
  const bad = failing(9, { retry, onFailure: auto({ skip: true }), importance: "low" });
  const output = { items: optional(items.output), n: optional(bad.node.output.n) };
  const whole = defineScore({ id: "many", input: numbers, nodes: { items, bad: bad.node }, output });
  const first = await start(whole, { list: [1, 2] });
  expect(await first.ending).toEqual({ is: "completed", output: { items: [] }, gaps: ["bad"] });
  const rows = await store.stepsOf(first.id);
  expect(choiceIn(rows.find(({ key }) => key === "items")!.info)).toMatchObject({ way: "fallback" });

  // As if the process had ended before the run's end, and other things had been chosen before.
  const resumedWith = async (key: string, from: string, to: string) => {
    const copy = `run_copy_${key}`;
    await store.createRun(
      {
        ...(await store.run(first.id))!,
        id: copy,
        status: "running",
        startedAt: 1,
        createdAt: 1,
        parent: null,
      },
      {
        taken: rows.map((row) => {
          const info =
            row.key === key && row.info
              ? row.info.replace(`"way":"${from}","why"`, `"way":"${to}","why"`)
              : row.info;
          return { ...row, runId: copy, info };
        }),
      },
    );
    return (await resume(whole, copy)).ending;
  };

  expect(await resumedWith("items", "fallback", "skip")).toMatchObject({
    output: {},
    gaps: ["bad", "items"],
  });
  expect(await resumedWith("bad", "skip", "fail")).toMatchObject({ is: "failed", step: "bad" });
});

test("the one attempt more is given once, also when a crash has interrupted it", () => {
  const { node } = failing(9, { retry: { attempts: 2, backoff: "1s", jitter: false }, onFailure: "auto" });
  const score = compileScore(defineScore({ id: "once", nodes: { node }, output: node.output.n }));
  const straight = playPurely(score, { results: 2 });
  const interrupted = { attempt: 3, status: "interrupted", endedAt: 9_000 } as const;
  const past = new Map([["node", [...straight.journal.get("node")!, interrupted]]]);

  const resumed = playPurely(score, { past });

  expect(straight.journal.get("node")![1]!.choice).toMatchObject({ way: "retry" });
  expect(resumed.played).toEqual(["node"]);
  expect(resumed.outcome).toMatchObject({ is: "failed", step: "node" });
});
