import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { Engine, type RunEvent } from "../../src/engine/index.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { agent, defineAgent, defineScore } from "../../src/index.ts";
import { cancelRun } from "../../src/operations/cancel-run.ts";
import { startRun } from "../../src/operations/start-run.ts";
import type { Budget } from "../../src/plan/index.ts";
import type { ProviderSettings } from "../../src/players/models/model-settings.ts";
import type { ModelStore } from "../../src/store/model-store.ts";
import { type Clock, systemClock } from "../../src/support/clock.ts";
import { type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const [LONG, LONG_MS] = ["7m", 420_000];
const LETTER = { letter: "Dear Ada" };
/** 100 tokens at $2 and 10 at $10 a million. */
const USAGE = { input: 100, output: 10 };
const CALL = 300;
/** What 100 tokens, the most that an answer may have, cost alone. */
const MOST_ANSWER = 1_000;

interface Asking {
  readonly reply?: (nth: number) => Reply;
  readonly agent?: object;
  readonly budget?: Budget;
  readonly providers?: Readonly<Record<string, ProviderSettings>>;
  readonly root?: string;
}

/** A score of one letter, and the whole of what is known of its bill. */
async function letters({
  reply = () => ANSWER,
  agent: more = {},
  budget = {},
  providers = {},
  root = ".",
}: Asking) {
  const server = await serveModels((_asked, nth) => reply(nth));
  const outside = {
    models: {
      providers: { local: { baseUrl: server.baseUrl }, ...providers },
      aliases: {},
      prices: {
        "local/llama": { input: 2, output: 10 },
        "deaf/llama": { input: 2, output: 10 },
        "nobody/llama": { input: 2, output: 10 },
      },
      variable: () => undefined,
      root,
    },
    budget,
  };
  const hall = await openHall(undefined, outside);
  // Agents' timeouts are over when the test says so: `late` ends those that have begun.
  const timers: (() => void)[] = [];
  const after: Clock["after"] = (ms, act) => {
    if (ms !== LONG_MS) return systemClock.after(ms, act);
    timers.push(act);
    return () => {};
  };
  const engine = new Engine(hall.store, { ...systemClock, after }, { ...NOTHING_OUTSIDE, ...outside });
  const late = () => {
    for (const act of timers.splice(0)) act();
  };
  const writer = defineAgent({
    id: "writer",
    model: "local/llama",
    instructions: "Write.",
    input: z.object({}),
    output: z.object({ letter: z.string() }),
    maxTokens: 100,
    ...more,
  });
  const letter = agent(writer, { input: {} });
  const score = defineScore({ id: "letters", nodes: { letter }, output: letter.output });
  const start = async () => {
    const play = await startRun(engine, await hall.prepare(score as never), {}, {});
    const events: RunEvent[] = [];
    play.subscribe((event) => events.push(event));
    return { ...play, events };
  };
  const bill = async (run: string) => {
    const calls = await hall.store.modelCallsOf(run);
    const [day] = await hall.store.costsBy({ by: "day", since: 0 });
    return { costs: calls.map(({ microUsd }) => microUsd), calls, day: day?.microUsd };
  };
  return { ...hall, engine, server, score: score as never, start, bill, late };
}

const DAY: Budget = { perDayMicroUsd: 1_000_000 };
type Raw = Extract<Reply, { readonly raw: unknown }>["raw"];
const SILENCE: Reply = { raw: () => {} };
const ANSWER: Reply = { says: LETTER, usage: USAGE };

describe.each([
  ["where a budget counts it", DAY],
  ["where none does", {}],
])("a call that nobody knows the cost of, %s,", (_where, budget) => {
  test("counts as the most that it may have cost when its provider does not say what it took", async () => {
    const { start, bill, store } = await letters({ reply: () => ({ says: LETTER, usage: null }), budget });

    const run = await start();

    expect(await run.ending).toEqual({ is: "completed", output: LETTER });
    const { costs, day } = await bill(run.id);
    expect(costs).toHaveLength(1);
    expect(costs[0]).toBeGreaterThan(MOST_ANSWER);
    expect(day).toBe(costs[0]);
    expect(await store.reservations()).toEqual([]);
  });

  test("is in the ledger when it is told to end before it began to answer", async () => {
    const { start, bill, store, server, late } = await letters({
      reply: () => SILENCE,
      agent: { timeout: LONG },
      budget,
    });

    const run = await start();
    await expect.poll(() => server.asked.length, { timeout: 10_000, interval: 5 }).toBe(1);
    late();

    expect(await run.ending).toMatchObject({ is: "failed", error: { code: "MR3002" } });
    const { costs, calls } = await bill(run.id);
    expect(costs).toHaveLength(1);
    expect(costs[0]).toBeGreaterThan(MOST_ANSWER);
    expect(calls[0]!.error).toMatch(/^timed out after/);
    expect(await store.reservations()).toEqual([]);
    // Its step says the same.
    expect(run.events.find(({ type }) => type === "step.failed")).toMatchObject({
      cost: { calls: 1, microUsd: costs[0] },
    });
  });

  test.each([
    ["breaks before it answers", (response) => response.destroy()],
    ["ends with an answer that has nothing in it", (response) => response.writeHead(204).end()],
  ] as readonly [string, Raw][])(
    "counts when its connection %s, and is another call when it is tried again",
    async (_how, raw) => {
      const { start, bill, store, server } = await letters({
        reply: (nth) => (nth === 1 ? { raw } : ANSWER),
        budget,
      });

      const run = await start();

      expect(await run.ending).toEqual({ is: "completed", output: LETTER });
      expect(server.asked).toHaveLength(2);
      const { costs, calls, day } = await bill(run.id);
      expect(costs).toEqual([expect.any(Number), CALL]);
      expect(costs[0]).toBeGreaterThan(MOST_ANSWER);
      expect(calls[0]!.error).not.toBeNull();
      expect(day).toBe(costs[0]! + CALL);
      expect(run.events.find(({ type }) => type === "step.completed")).toMatchObject({
        cost: { calls: 2, microUsd: day },
      });
      expect(await store.reservations()).toEqual([]);
    },
  );

  test("counts what it has said by then when its answer has no end", async () => {
    const words = "word ".repeat(3_000);
    const { start, bill, engine } = await letters({
      reply: () => ({ says: words, breaksAfter: 14_000, hangs: true }),
      agent: { maxTokens: undefined, output: z.string() },
      budget,
    });
    const run = await start();
    const said = () => run.events.reduce((sum, one) => sum + (one.type === "text" ? one.text.length : 0), 0);
    await expect.poll(said, { timeout: 10_000, interval: 5 }).toBe(14_000);

    await cancelRun({ engine }, { row: run, by: "ada", graceMs: 0 });

    // 14,000 bytes are some 4,700 tokens, at $10 a million.
    await expect.poll(async () => (await bill(run.id)).costs[0], { timeout: 10_000 }).toBeGreaterThan(40_000);
  });

  test("counts once when its run is cancelled in the middle of the answer", async () => {
    const { start, bill, store, engine, server } = await letters({
      reply: () => ({ says: LETTER, breaksAfter: 8, hangs: true }),
      budget,
    });
    const run = await start();
    const isSpeaking = () => run.events.some(({ type }) => type === "text");
    await expect.poll(isSpeaking, { timeout: 10_000, interval: 5 }).toBe(true);

    await cancelRun({ engine }, { row: run, by: "ada", graceMs: 0 });
    await run.ending;

    await expect.poll(async () => (await bill(run.id)).costs, { timeout: 10_000 }).toHaveLength(1);
    expect((await bill(run.id)).costs[0]).toBeGreaterThan(MOST_ANSWER);
    expect(server.asked).toHaveLength(1);
    expect(await store.reservations()).toEqual([]);
  });
});

describe("what a provider says of its tokens", () => {
  test.each([
    ["a fraction", { input: 99.5, output: 10 }, CALL],
    ["more than there can be", { input: 1e300, output: 1e300 }, undefined],
    ["less than nothing", { input: -5, output: 10 }, undefined],
  ])("may be %s: the call is in the ledger all the same", async (_what, usage, cost) => {
    const { start, bill, store } = await letters({ reply: () => ({ says: LETTER, usage }), budget: DAY });

    const run = await start();

    expect(await run.ending).toEqual({ is: "completed", output: LETTER });
    const { costs } = await bill(run.id);
    expect(costs).toHaveLength(1);
    if (cost === undefined) expect(costs[0]).toBeGreaterThan(MOST_ANSWER);
    else expect(costs[0]).toBe(cost);
    expect(await store.reservations()).toEqual([]);
  });
});

test("a call that surely reached nobody, or was refused, costs nothing", async () => {
  const { start, bill, store } = await letters({
    reply: () => ({ status: 500 }),
    agent: { fallback: ["nobody/llama"] },
    providers: { nobody: { baseUrl: await silentAddress() } },
    budget: DAY,
  });

  const run = await start();

  expect(await run.ending).toMatchObject({ is: "failed" });
  const { costs, calls } = await bill(run.id);
  expect(calls.map(({ model }) => model)).toEqual([
    ...Array(3).fill("local/llama"),
    ...Array(3).fill("nobody/llama"),
  ]);
  expect(costs).toEqual(Array(6).fill(0));
  expect(await store.reservations()).toEqual([]);
});

test("a call whose connection broke is tried again only where a budget has room for both", async () => {
  const { start, server, bill } = await letters({
    reply: () => ({ raw: (response) => response.destroy() }),
    budget: { perDayMicroUsd: 2_000 },
  });

  const run = await start();

  expect(await run.ending).toMatchObject({ is: "waiting" });
  expect(server.asked).toHaveLength(1);
  expect((await bill(run.id)).day).toBeGreaterThan(MOST_ANSWER);
});

test("a broken call of a model of unknown price is said to cost nobody knows what", async () => {
  const { start, store } = await letters({
    reply: (nth) => (nth === 1 ? { raw: (response) => response.destroy() } : { status: 400 }),
    agent: { model: "local/secret" },
  });

  const run = await start();

  await run.ending;
  expect(run.events.find(({ type }) => type === "cost.unknown")).toMatchObject({ model: "local/secret" });
  expect(run.events.find(({ type }) => type === "step.failed")).toMatchObject({
    cost: { calls: 2, microUsd: 0, unpriced: ["local/secret"] },
  });
  // By whole hours from their sums, and call by call.
  const sums = [{ calls: 2, microUsd: 0, unpriced: 1, failed: 2 }];
  expect(await store.costsBy({ by: "model", since: 0 })).toMatchObject(sums);
  const [{ startedAt } = { startedAt: 0 }] = await store.modelCallsOf(run.id);
  expect(await store.costsBy({ by: "model", since: startedAt })).toMatchObject(sums);
  expect((await store.history.spent([run.id])).get(run.id)).toEqual({ microUsd: 0, unpriced: 1 });
  expect((await store.progressOf(run.id, undefined)).spent).toMatchObject([{ calls: 2, unpriced: 1 }]);
});

test.each([
  ["a NUL", "no\0pe"],
  ["half a character", "no \ud83d"],
  ["a character where it is cut", `${"x".repeat(499)}\u{1f600}${"y".repeat(20)}`],
])(
  "what a provider says of its failure is kept with the call, also with %s in it",
  async (_what, message) => {
    const { start, bill } = await letters({ reply: () => ({ status: 400, message }), budget: DAY });

    const run = await start();

    expect(await run.ending).toMatchObject({ is: "failed", error: { code: "MR3090" } });
    const { calls, costs } = await bill(run.id);
    expect(costs).toEqual([0]);
    expect(calls[0]!.error).toContain(message.slice(0, 2));
  },
);

/** Nobody listens there any more. */
async function silentAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/v1`;
}

test("a provider that does not listen when it is told to end keeps neither its place nor what was held for it", async () => {
  const root = mkdtempSync(join(tmpdir(), "maestro-bills-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "node_modules/deaf"), { recursive: true });
  writeFileSync(
    join(root, "node_modules/deaf/package.json"),
    JSON.stringify({ name: "deaf", version: "1.0.0", type: "module", exports: "./index.js" }),
  );
  // Its first call never begins, its second never goes on, its third answers.
  writeFileSync(
    join(root, "node_modules/deaf/index.js"),
    `let asked = 0;
    const usage = { inputTokens: { total: 100 }, outputTokens: { total: 10 } };
    const parts = [
      { type: "text-start", id: "0" },
      { type: "text-delta", id: "0", delta: '{"letter":"Dear Ada"}' },
      { type: "finish", usage, finishReason: { unified: "stop" } },
    ];
    export const createDeaf = () => () => ({
      specificationVersion: "v4",
      async doStream() {
        globalThis.deafAsked = ++asked;
        if (asked === 1) return new Promise(() => {});
        const said = asked === 2 ? parts.slice(0, 1) : parts;
        return {
          stream: new ReadableStream({
            start(to) {
              for (const part of said) to.enqueue(part);
              if (asked > 2) to.close();
            },
            cancel: () => new Promise(() => {}),
          }),
        };
      },
    });`,
  );
  const { start, store, late } = await letters({
    agent: { timeout: LONG, model: "deaf/llama" },
    budget: DAY,
    providers: { deaf: { package: "deaf", concurrency: 1 } },
    root,
  });

  const endings = [];
  for (let nth = 1; nth <= 3; nth++) {
    const run = await start();
    const asked = () => (globalThis as { deafAsked?: number }).deafAsked;
    await expect.poll(asked, { timeout: 10_000, interval: 5 }).toBe(nth);
    if (nth < 3) late();
    endings.push((await run.ending).is);
  }

  expect(endings).toEqual(["failed", "failed", "completed"]);
  expect(await store.reservations()).toEqual([]);
});

test("what was asked beside runs counts against no budget of theirs, also when the ledger is read anew", async () => {
  const { start, store } = await letters({ budget: { perDayMicroUsd: 10_000 } });
  const aside: Parameters<ModelStore["addAside"]>[0] = {
    at: Date.now(),
    what: "shadow",
    ...{ score: "letters", orchestra: "", agent: "writer", model: "local/shade" },
    ...{ calls: 1, inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0 },
    ...{ microUsd: 9_999, unpriced: 0, failed: 0 },
  };
  await store.models.addAside(aside);

  const run = await start();

  expect(await run.ending).toEqual({ is: "completed", output: LETTER });
});

test("a call that waits for its provider until the next day counts on the day whose budget has paid for it", async () => {
  const midnight = Date.parse("2026-02-01T00:00:00Z");
  let now = midnight - 1_000;
  const waiting: (() => void)[] = [];
  const server = await serveModels(() => ({
    raw: (response) => waiting.push(() => response.writeHead(404).end()),
  }));
  const provider = { baseUrl: server.baseUrl, concurrency: 1 };
  const { store, prepare, score } = await letters({});
  const engine = new Engine(
    store,
    { ...systemClock, now: () => now },
    {
      ...NOTHING_OUTSIDE,
      models: {
        providers: { local: provider },
        aliases: {},
        prices: { "local/llama": { input: 2, output: 10 } },
        variable: () => undefined,
        root: ".",
      },
      budget: DAY,
    },
  );
  const playable = await prepare(score);
  const runs = [await startRun(engine, playable, {}, {}), await startRun(engine, playable, {}, {})];
  await expect.poll(() => store.reservations(), { timeout: 10_000 }).toHaveLength(2);
  await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(1);

  now = midnight + 1_000;
  waiting[0]!();
  await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(2);
  for (const run of runs) await cancelRun({ engine }, { row: run, by: "ada", graceMs: 0 }).catch(() => {});

  await expect.poll(() => store.reservations(), { timeout: 10_000 }).toEqual([]);
  expect(await store.spentIn({ day: "2026-01-31" })).toBeGreaterThan(MOST_ANSWER);
  expect(await store.spentIn({ day: "2026-02-01" })).toBe(0);
});
