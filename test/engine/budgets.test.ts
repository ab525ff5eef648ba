import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Engine, playableIn } from "../../src/engine/index.ts";
import { agent, defineAgent, defineScore, input, map, score as scoreNode, task } from "../../src/index.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { resumeRun } from "../../src/operations/resume-run.ts";
import type { Budget } from "../../src/plan/index.ts";
import type { PriceOptions } from "../../src/players/models/prices.ts";
import { performRequest } from "../../src/services/perform-request.ts";
import { systemClock } from "../../src/support/clock.ts";
import { allOpenCheckpoints } from "../../src/views/open-checkpoints.ts";
import { type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

/** 100 tokens at $2 and 10 at $10 a million. */
const USAGE = { input: 100, output: 10 };
const CALL = 300;
const PRICES: PriceOptions = { "local/llama": { input: 2, output: 10 } };
const ANSWER: Reply = { says: { letter: "Dear" }, usage: USAGE };

const CANARY = "sk-canary-0123456789abcdef";

const list = input(z.object({ people: z.array(z.string()) }));

interface Letters {
  readonly id?: string;
  readonly budget?: { perRunUsd?: number; perDayUsd?: number };
  readonly agent?: object;
  /** What else it plays. */
  readonly beside?: () => Readonly<Record<string, ReturnType<typeof task>>>;
}

/** A score that asks for one letter each. */
function letters({ id = "letters", budget, agent: more = {}, beside = () => ({}) }: Letters = {}) {
  const writer = defineAgent({
    id: "writer",
    model: "local/llama",
    instructions: "Write.",
    input: z.object({ to: z.string() }),
    output: z.object({ letter: z.string() }),
    maxTokens: 10,
    ...more,
  });
  const drafts = map({ over: list.people, maxItems: 500, each: (to) => agent(writer, { input: { to } }) });
  return defineScore({
    id,
    input: list,
    nodes: { drafts, ...beside() } as never,
    output: drafts.output,
    concurrency: 200,
    ...(budget ? { budget } : {}),
  }) as never;
}

const people = (count: number) => ({ people: Array.from({ length: count }, (_, i) => `Ada ${i}`) });

async function hallFor(
  reply: (nth: number) => Reply = () => ANSWER,
  { budget = {}, folder, prices = PRICES }: { budget?: Budget; folder?: string; prices?: PriceOptions } = {},
) {
  const server = await serveModels((_asked, nth) => reply(nth));
  const hall = await openHall(folder, {
    models: {
      providers: { local: { baseUrl: server.baseUrl, concurrency: 200, apiKey: "KEY" } },
      aliases: {},
      prices,
      variable: () => CANARY,
      root: ".",
    },
    budget,
  });
  const decide = async (value: unknown) => {
    const { engine, store } = hall;
    const [open] = await allOpenCheckpoints(store);
    const row = (await store.run(open!.run))!;
    const playable = engine.playableOf(row.id) ?? (await hall.prepare(letters() as never));
    await decideCheckpoint(
      { engine, store, now: Date.now },
      { row, playable, step: open!.step, value, by: "ada" },
    );
  };
  const spent = async () => (await hall.store.costsBy({ by: "day", since: 0 }))[0]?.microUsd ?? 0;
  return { ...hall, server, decide, spent };
}

describe("a run's budget", () => {
  test("lets as many calls through as it has room for, and asks a person about the rest", async () => {
    const { start, server, store, decide, resume } = await hallFor();
    const score = letters({ budget: { perRunUsd: 0.001 } });

    const run = await start(score, people(5));

    expect(await run.ending).toEqual({ is: "waiting", steps: ["budget"] });
    // The bound of the fourth would pass it: 900 of 1,000 are spent.
    expect(server.asked).toHaveLength(3);
    const [open] = await allOpenCheckpoints(store);
    expect(open).toMatchObject({
      key: "budget",
      title: expect.stringMatching(/^Raise the budget\? \$0\.0009 of the \$0\.0010? for this run is spent/),
      show: { scope: `run:${run.id}`, limitUsd: 0.001, spentUsd: 0.0009, model: "local/llama" },
    });
    await decide({ limitUsd: 0.01 });
    const again = await resume(score, run.id);
    expect(await again.ending).toEqual({ is: "completed", output: Array(5).fill({ letter: "Dear" }) });
    expect(server.asked).toHaveLength(5);
  });

  test("is passed by no call, however many are made at once", async () => {
    const { start, server, spent } = await hallFor();
    const run = await start(letters({ budget: { perRunUsd: 0.01 } }), people(100));

    expect((await run.ending).is).toBe("waiting");

    expect(await spent()).toBe(server.asked.length * CALL);
    expect(await spent()).toBeLessThanOrEqual(10_000);
    // And as far as it goes: what one more might cost was not left.
    expect(await spent()).toBeGreaterThan(10_000 - 2 * CALL);
  });

  test("is passed by one call at most where answers have no end", async () => {
    const { start, spent } = await hallFor();
    const run = await start(
      letters({ budget: { perRunUsd: 0.002 }, agent: { maxTokens: undefined } }),
      people(40),
    );

    expect((await run.ending).is).toBe("waiting");

    expect(await spent()).toBeGreaterThan(2_000 - 2 * CALL);
    expect(await spent()).toBeLessThanOrEqual(2_000 + CALL);
  });

  test("is kept after a call that cost more than it could have: the next ones are thought to do so, too", async () => {
    const greedy = { says: { letter: "Dear" }, usage: { input: 100, output: 500 } };
    const { start, server, spent } = await hallFor(() => greedy);
    const score = letters({ budget: { perRunUsd: 0.02 } });
    const first = await start(score, people(1));
    await first.ending;

    const run = await start(score, people(40));

    expect((await run.ending).is).toBe("waiting");
    expect(await spent()).toBeLessThanOrEqual(5_200 + 20_000);
    expect(server.asked.length).toBeGreaterThan(3);
  });

  test("asks one person, once, for all the steps that wait, and asks again when that was not enough", async () => {
    const { start, store, decide, resume } = await hallFor();
    const score = letters({ budget: { perRunUsd: 0.001 } });
    const run = await start(score, people(9));
    await run.ending;
    expect(await allOpenCheckpoints(store)).toHaveLength(1);

    await decide({ limitUsd: 0.002 });
    const again = await resume(score, run.id);

    expect((await again.ending).is).toBe("waiting");
    expect((await allOpenCheckpoints(store)).map(({ step }) => step.key)).toEqual(["~budget1"]);
    await expect(decide({ limitUsd: 0.002 })).rejects.toThrow(/limitUsd.*the limit is \$0\.0020? already/);
    await expect(decide({ limitUsd: 0.003, stop: true })).rejects.toThrow(/say one of/);
    await decide({ limitUsd: 1 });
    expect((await (await resume(score, run.id)).ending).is).toBe("completed");
  });

  test("that is not raised lets the steps that wait fail, as any step", async () => {
    const { start, server, decide, resume, store } = await hallFor();
    const score = letters({ budget: { perRunUsd: 0.001 } });
    const run = await start(score, people(5));
    await run.ending;
    const asked = server.asked.length;

    await decide({ stop: true, note: "enough is enough" });
    const again = await resume(score, run.id);

    expect(await again.ending).toMatchObject({
      is: "failed",
      error: { code: "MR3077", message: expect.stringContaining("enough is enough") },
    });
    expect(server.asked).toHaveLength(asked);
    const rows = (await store.stepsOf(run.id)).filter(({ status }) => status === "failed");
    expect(rows[0]!.error).toContain("MR3077");
  });

  test("is decided while other steps of the run go on", async () => {
    const held = Promise.withResolvers<string>();
    const { start, store, decide } = await hallFor();
    const score = letters({
      budget: { perRunUsd: 0.0008 },
      beside: () => ({ slow: task({ input: {}, output: z.string(), run: () => held.promise }) }),
    });
    const run = await start(score, people(3));
    await expect.poll(async () => (await allOpenCheckpoints(store)).length, { timeout: 9_000 }).toBe(1);

    await decide({ limitUsd: 1 });
    held.resolve("done");

    expect((await run.ending).is).toBe("completed");
    expect(run.events.some(({ type }) => type === "step.parked")).toBe(true);
    const [row] = (await store.stepsOf(run.id)).filter(({ key }) => key === "~budget0");
    expect(JSON.parse(row!.info!)).toEqual({ by: "ada" });
    expect(await store.account(`run:${run.id}`)).toEqual({ microUsd: 3 * CALL, raisedTo: 1_000_000 });
  });

  test("counts what the runs that it plays cost, and one answer is for all of those", async () => {
    const { start, spent, store, engine, prepare } = await hallFor();
    const inner = letters({ id: "inner" });
    const outerList = input(z.object({ people: z.array(z.string()) }));
    const all = map({
      over: outerList.people,
      maxItems: 500,
      each: (to) => scoreNode(inner, { input: { people: [to] } } as never),
    });
    const outer = defineScore({
      id: "outer",
      input: outerList,
      nodes: { all },
      output: {},
      budget: { perRunUsd: 0.002 },
    });

    const run = await start(outer as never, people(20));

    expect((await run.ending).is).toBe("waiting");
    expect(await spent()).toBeLessThanOrEqual(2_000);
    expect(await spent()).toBeGreaterThan(2_000 - 2 * CALL);
    const open = await allOpenCheckpoints(store);
    expect(open.length).toBeGreaterThan(3);

    const whole = await prepare(outer as never);
    const playableOf = async (row: { readonly score: string }) => playableIn(whole, row.score)!;
    const owned = { engine, store, clock: systemClock, isHost: true, playableOf };
    const decision = { step: "budget", value: { limitUsd: 1 }, by: "ada" };
    await performRequest(owned as never, { op: "decide", run: open[0]!.run, ...decision });

    const ending = await engine.playOf(run.id)?.ending;
    expect([ending?.is, await allOpenCheckpoints(store)]).toEqual(["completed", []]);
    expect(await spent()).toBe(20 * CALL);
  });

  test.each([
    ["the run between", { between: 0.0005 }],
    ["the outermost run", { outer: 0.0005 }],
    ["the run itself", { own: 0.0005 }],
  ] as readonly [string, Partial<Record<"outer" | "between" | "own", number>>][])(
    "of %s counts what a run costs that somebody goes on with by itself",
    async (_which, { outer, between, own }) => {
      const of = (perRunUsd?: number) => (perRunUsd === undefined ? {} : { budget: { perRunUsd } });
      const inner = letters({ id: "inner", ...of(own) });
      const middle = defineScore({
        id: "middle",
        input: list,
        nodes: { played: scoreNode(inner, { input: { people: list.people } } as never) },
        output: {},
        ...of(between),
      }) as never;
      const whole = defineScore({
        id: "whole",
        input: list,
        nodes: { played: scoreNode(middle, { input: { people: list.people } } as never) },
        output: {},
        ...of(outer),
      });
      const { store, prepare, spent, engine: known } = await hallFor();
      const root = await prepare(whole as never);
      const engine = new Engine(store, systemClock, known.outside, async () => root);
      // A process has died that was at all three of them.
      const at = systemClock.now();
      const ids = [
        "run_0199aaaaaaaaaaaaaaaaaaaaaa",
        "run_0199bbbbbbbbbbbbbbbbbbbbbb",
        "run_0199cccccccccccccccccccccc",
      ];
      for (const [i, score] of ["whole", "middle", "inner"].entries()) {
        const row = { id: ids[i]!, score, deployment: root.hash, status: "running" as const };
        const input = JSON.stringify(people(3));
        const parent = i === 0 ? null : `${ids[i - 1]}/played`;
        await store.createRun({ ...row, input, createdAt: at, startedAt: at, parent });
      }

      const row = (await store.run(ids[2]!))!;
      const play = await resumeRun(
        { engine, store, now: Date.now },
        { row, playable: playableIn(root, "inner")! },
      );

      expect(await play.ending).toMatchObject({ is: "waiting" });
      expect(await spent()).toBe(CALL);
    },
  );

  test("of an agent counts its own steps", async () => {
    const { start, spent } = await hallFor();
    const run = await start(letters({ agent: { budget: { perRunUsd: 0.001 } } }), people(9));

    expect(await run.ending).toEqual({ is: "waiting", steps: ["budget"] });
    expect(await spent()).toBeLessThanOrEqual(1_000);
  });
});

describe("a budget of a day", () => {
  test("is one for all runs: two at once pass it no more than one", async () => {
    const { start, spent } = await hallFor(() => ANSWER, { budget: { perDayMicroUsd: 10_000 } });

    const runs = [await start(letters(), people(60)), await start(letters({ id: "notes" }), people(60))];

    for (const run of runs) expect((await run.ending).is).toBe("waiting");
    expect(await spent()).toBeLessThanOrEqual(10_000);
    expect(await spent()).toBeGreaterThan(10_000 - 2 * CALL);
  });

  test("of a score leaves other scores alone", async () => {
    const { start, server } = await hallFor();
    const score = letters({ budget: { perDayUsd: 0.001 } });
    await (await start(score, people(2))).ending;

    const same = await start(score, people(9));
    const other = await start(letters({ id: "notes" }), people(9));

    expect((await same.ending).is).toBe("waiting");
    expect((await other.ending).is).toBe("completed");
    expect(server.asked.length).toBeLessThanOrEqual(3 + 9);
  });

  test("asks until the day is over", async () => {
    const { start, store } = await hallFor(() => ANSWER, { budget: { perDayMicroUsd: 500 } });
    await (await start(letters(), people(5))).ending;

    const [open] = await allOpenCheckpoints(store);
    expect(open!.until! % 86_400_000).toBe(0);
    expect(open!.until! - Date.now()).toBeLessThanOrEqual(86_400_000);
  });
});

describe("a budget of an orchestra", () => {
  test("counts its runs, and no others", async () => {
    const { start, prepare, store } = await hallFor();
    const score = letters();
    const { hash: deployment } = await prepare(score);
    const budget = { perRunMicroUsd: 900, perDayMicroUsd: 1_500 };
    const definition = JSON.stringify({ id: "mornings", score: "letters", input: {}, budget });
    await store.orchestras.deploy({
      deployments: [],
      put: [
        {
          id: "mornings",
          score: "letters",
          deployment,
          definition,
          hash: "a".repeat(64),
          createdAt: 1,
          deployedAt: 1,
        },
      ],
      destroyed: [],
      audit: [],
    });
    const of = { orchestra: "mornings" };

    const first = await start(score, people(5), { of } as never);
    expect((await first.ending).is).toBe("waiting");
    const [asked] = await allOpenCheckpoints(store);
    expect(asked!.show).toMatchObject({ what: 'a run of orchestra "mornings"', limitUsd: 0.0009 });
    const second = await start(score, people(5), { of } as never);
    expect((await second.ending).is).toBe("waiting");
    const other = await start(score, people(5));
    expect((await other.ending).is).toBe("completed");

    const sums = await store.costsBy({ by: "orchestra", since: 0 });
    const own = sums.find(({ name }) => name === "mornings")!;
    expect(own.microUsd).toBeLessThanOrEqual(1_500);
    expect(own.microUsd).toBeGreaterThan(1_500 - 2 * CALL);
    expect(sums.find(({ name }) => name === "")).toMatchObject({ microUsd: 5 * CALL });
  });
});

describe("what is spent", () => {
  test("is written down without the key, also of a call that says it back", async () => {
    const { start, folder, store, server } = await hallFor((nth) =>
      nth === 1 ? ANSWER : { status: 401, message: `Incorrect API key provided: ${CANARY}` },
    );
    const run = await start(letters({ budget: { perRunUsd: 1 } }), people(2));
    expect((await run.ending).is).toBe("failed");
    await store.settled();

    expect(server.asked[0]!.headers.authorization).toBe(`Bearer ${CANARY}`);
    const calls = await store.modelCallsOf(run.id);
    expect(calls.map(({ error }) => error).join()).toContain("[secret:KEY]");
    expect(await store.reservations()).toEqual([]);
    for (const file of readdirSync(folder).filter((name) => !name.endsWith(".lock")))
      expect(readFileSync(join(folder, file)).includes(CANARY), file).toBe(false);
  });

  test("adds up exactly, whatever the tokens", async () => {
    const usage = (nth: number) => ({
      input: 7 * nth,
      output: nth % 11,
      cached: nth % 7,
      reasoning: Math.min(nth % 11, nth % 3),
    });
    const prices = { "local/llama": { input: 0.15, output: 0.6, cachedInput: 0.075, reasoning: 0.7 } };
    const { start, store, server } = await hallFor((nth) => ({ ...ANSWER, usage: usage(nth) }) as Reply, {
      prices,
    });

    const run = await start(letters({ budget: { perRunUsd: 100 } }), people(500));

    expect((await run.ending).is).toBe("completed");
    const calls = await store.modelCallsOf(run.id);
    expect(calls).toHaveLength(500);
    const exact = Array.from({ length: 500 }, (_, i) => {
      const { input, output, cached, reasoning } = usage(i + 1);
      const nano = (input - cached) * 150 + cached * 75 + (output - reasoning) * 600 + reasoning * 700;
      return Math.ceil(nano / 1_000);
    }).reduce((sum, one) => sum + one, 0);
    expect(server.asked).toHaveLength(500);
    expect(calls.reduce((sum, { microUsd }) => sum + microUsd!, 0)).toBe(exact);
    expect((await store.costsBy({ by: "score", since: 0 }))[0]!.microUsd).toBe(exact);
    expect((await store.account(`run:${run.id}`))!.microUsd).toBe(exact);
    expect(await store.reservations()).toEqual([]);
  });

  test("names the price that it was worked out with, also when that has changed since", async () => {
    const { start, store, engine } = await hallFor();
    const run = await start(letters(), people(1));
    await run.ending;
    await (await engine.shared.treasury()).changePrices({
      add: [
        {
          id: "price_new",
          model: "local/llama",
          validFrom: 0,
          ...{ input: 4_000_000, cachedInput: 4_000_000, output: 20_000_000, reasoning: 20_000_000 },
          ...{ layer: "set", source: null, setBy: "ada", setAt: Date.now() },
        },
      ],
      end: [],
    });
    const later = await start(letters(), people(1));
    await later.ending;

    const [before] = await store.modelCallsOf(run.id);
    const [after] = await store.modelCallsOf(later.id);
    expect([before!.microUsd, after!.microUsd]).toEqual([CALL, 2 * CALL]);
    expect(after!.prices).toBe("price_new");
    expect((await store.prices(true)).map(({ id }) => id)).toContain(before!.prices);
  });
});
