import { expect, test } from "vitest";
import { z } from "zod";
import { toPlan } from "../../src/define/to-plan.ts";
import { branch, defineScore, eq, input, map, optional, task } from "../../src/index.ts";
import type { OutlineAttempt, RunOutline } from "../../src/store/history-store.ts";
import { nodeFacts } from "../../src/views/suggest/node-facts.ts";
import { suggestForAgent } from "../../src/views/suggest/suggest-for-agent.ts";
import { suggestForOrchestra } from "../../src/views/suggest/suggest-for-orchestra.ts";
import { suggestForScore } from "../../src/views/suggest/suggest-for-score.ts";

const given = input(z.object({ ids: z.array(z.string()), loud: z.boolean() }));
const work = task({ input: {}, output: z.number(), timeout: "60s", retry: { attempts: 3 }, run: () => 1 });
const loud = branch(eq(given.loud, true));
const told = task({
  when: loud.yes,
  input: { n: work.output },
  output: z.number(),
  run: ({ input: { n } }) => n,
});
const each = map({
  over: given.ids,
  maxItems: 100,
  concurrency: 4,
  each: (id) => task({ input: { id }, output: z.string(), run: ({ input }) => input.id }),
});
const score = defineScore({
  id: "busy",
  input: given,
  nodes: { work, loud, told, each },
  output: { n: work.output, told: optional(told.output), each: each.output },
});
const { plan } = toPlan(score as never);

type Settled = Partial<OutlineAttempt> & { readonly ms?: number };

const attempt = (key: string, { ms = 10, startedAt = 0, ...rest }: Settled = {}): OutlineAttempt => ({
  key,
  attempt: 1,
  kind: "task",
  status: "completed",
  startedAt,
  endedAt: startedAt + ms,
  code: null,
  message: null,
  ...rest,
});
const timedOut: Settled = {
  status: "failed",
  code: "MR3002",
  message: "timed out after 60000 ms",
  ms: 60_000,
};
const failed: Settled = { status: "failed", code: "MR3009", message: "connection refused" };

/** So many runs; `of` gives the attempts of the nth. */
function runs(count: number, of: (n: number) => readonly OutlineAttempt[]): RunOutline[] {
  return Array.from({ length: count }, (_, n) => ({ id: `run_${n}`, attempts: of(n) }));
}

function rules(outlines: readonly RunOutline[]) {
  return suggestForScore(plan, nodeFacts(outlines)).map(({ rule, about, n, change }) => [
    rule,
    (about as { readonly path: string }).path,
    n,
    change?.to,
  ]);
}

test("a timeout that cuts off what was nearly there is to be longer", () => {
  const near = (n: number) => [attempt("work", n % 10 === 0 ? timedOut : { ms: 40_000 + n * 100 })];

  expect(rules(runs(100, near))).toEqual([["timeout-too-short", "work", 100, '"2m"']]);
  // What takes a second and then hangs is cut off rightly, and 40 runs are too few to say anything.
  expect(rules(runs(100, (n) => [attempt("work", n % 10 === 0 ? timedOut : { ms: 1_000 })]))).toEqual([]);
  expect(rules(runs(40, near))).toEqual([]);
});

test("a timeout much longer than anything took is to be shorter", () => {
  expect(rules(runs(50, (n) => [attempt("work", { ms: 900 + n })]))).toEqual([
    ["timeout-too-long", "work", 50, '"5s"'],
  ]);
  expect(rules(runs(49, () => [attempt("work")]))).toEqual([]);
  expect(rules(runs(50, (n) => [attempt("work", { ms: n === 7 ? 9_000 : 900 })]))).toEqual([]);
});

test("retries that never help are not to be made, and those that always do are to be looked at", () => {
  const again = (last: Settled) => [
    attempt("work", failed),
    attempt("work", { ...last, attempt: 2, ms: 20_000 }),
  ];

  expect(rules(runs(30, () => again(failed)))).toEqual([["retried-in-vain", "work", 30, "1"]]);
  expect(rules(runs(30, () => again({})))).toEqual([["always-retried", "work", 30, undefined]]);
  // One that helps half of the time, one that is needed now and then, and too few.
  expect(rules(runs(60, (n) => again(n % 2 ? failed : {})))).toEqual([]);
  expect(rules(runs(60, (n) => (n % 2 ? again({}) : [attempt("work", { ms: 20_000 })])))).toEqual([]);
  expect(rules(runs(19, () => again(failed)))).toEqual([]);
});

test("a guard that has never decided otherwise is named", () => {
  const skipped: Settled = { status: "skipped" };

  expect(rules(runs(50, () => [attempt("told", skipped)]))).toEqual([["one-way", "told", 50, undefined]]);
  expect(rules(runs(50, () => [attempt("told")]))).toEqual([["one-way", "told", 50, undefined]]);
  expect(rules(runs(50, (n) => [attempt("told", n === 3 ? skipped : {})]))).toEqual([]);
  expect(rules(runs(49, () => [attempt("told")]))).toEqual([]);
});

test("a map whose items always wait for each other is to play more of them at once", () => {
  /** So many items of 100 ms, so many at once. */
  const items = (count: number, atOnce: number) => () =>
    Array.from({ length: count }, (_, n) =>
      attempt(`each/${n}`, { startedAt: Math.floor(n / atOnce) * 100, ms: 100 }),
    );

  expect(rules(runs(10, items(40, 4)))).toEqual([["map-waits", "each", 10, "8"]]);
  // Fewer runs, fewer items, and items that something else keeps waiting.
  expect(rules(runs(9, items(40, 4)))).toEqual([]);
  expect(rules(runs(10, items(8, 4)))).toEqual([]);
  expect(rules(runs(10, items(40, 2)))).toEqual([]);
});

test("what is under way, was interrupted, or is of a node that the score no longer has, says nothing", () => {
  const open: Settled = { status: "running", endedAt: null };

  expect(rules(runs(100, () => [attempt("work", open), attempt("gone")]))).toEqual([]);
  expect(rules([])).toEqual([]);
});

test("an orchestra whose runs take longer than its interval is to come less often", () => {
  const minutes = (n: number) => n * 60_000;
  const hourly = Array(20).fill(minutes(12)) as number[];
  const at = (cron: string, gap: number, took = hourly) =>
    suggestForOrchestra({ id: "often", cron, gapMs: minutes(gap) }, took);

  expect(at("*/5 * * * *", 5)).toMatchObject({
    rule: "longer-than-interval",
    n: 20,
    change: { from: '"*/5 * * * *"', to: '"*/12 * * * *"' },
  });
  expect(
    at(
      "* * * * *",
      1,
      hourly.map(() => minutes(50)),
    )?.change?.to,
  ).toBe('"0 * * * *"');
  expect(
    at(
      "7 * * * *",
      60,
      hourly.map(() => minutes(200)),
    )?.change?.to,
  ).toBe('"7 */4 * * *"');
  // What people mean by such a one, only they know.
  expect(at("0,10 9 * * 1-5", 10)).toMatchObject({ rule: "longer-than-interval" });
  expect(at("0,10 9 * * 1-5", 10)?.change).toBeUndefined();
  expect(at("*/15 * * * *", 15)).toBeUndefined();
  expect(at("*/5 * * * *", 5, hourly.slice(1))).toBeUndefined();
});

test("an agent is to ask a cheaper model that gates have let pass as often", () => {
  const models = ["big", "small"].map((name) => ({ name, full: `acme/${name}` }));
  const prices: Record<string, number> = { "acme/big": 15, "acme/small": 3 };
  const agent = { agent: "writer", models, priceOf: (model: string) => prices[model] };
  const seen = (judged: number, passed: number) => ({
    calls: [],
    values: [
      { model: "acme/big", judged: 40, passed: 38, quality: 0.9 },
      { model: "acme/small", judged, passed, quality: 0.9 },
    ],
  });

  expect(suggestForAgent(agent, seen(20, 19))).toMatchObject({
    rule: "cheaper-model",
    n: 60,
    change: { from: '"big"', to: '"small"' },
    says: "gates let 19 of 20 values of small pass and 38 of 40 of big, which costs 5.0 times as much",
  });
  expect(suggestForAgent(agent, seen(19, 19))).toBeUndefined();
  expect(suggestForAgent(agent, seen(20, 17))).toBeUndefined();
  expect(suggestForAgent({ ...agent, priceOf: () => 3 }, seen(20, 20))).toBeUndefined();
  expect(suggestForAgent({ ...agent, priceOf: () => undefined }, seen(20, 20))).toBeUndefined();
});
