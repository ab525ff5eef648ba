import { describe, expect, test } from "vitest";
import type { Noted } from "../../src/players/models/aside-purse.ts";
import { CODES, EXERCISES } from "../../src/players/models/gates/exercises.ts";
import type { GateFigures } from "../../src/players/models/gates/figures.ts";
import { rateGates } from "../../src/players/models/gates/rate-gates.ts";
import { mostOf, testModel } from "../../src/players/models/gates/test-model.ts";
import type { ModelCall } from "../../src/players/models/model-call.ts";
import type { ModelSettings } from "../../src/players/models/model-settings.ts";
import type { Price } from "../../src/players/models/prices.ts";
import { goodModel } from "./good-model.ts";
import { type Asked, type Reply, serveModels } from "./model-server.ts";

const PRICE = { id: "p", input: 1_000_000, cachedInput: 1_000_000, output: 4_000_000, reasoning: 4_000_000 };
const LOAD = { calls: 10, concurrency: 3 };

async function testWith(
  reply: (asked: Asked, nth: number) => Reply,
  more: Partial<ModelSettings> = {},
  load = LOAD,
  price: Price | null = PRICE,
  write: (noted: Noted) => Promise<void> = async () => {},
) {
  const server = await serveModels(reply);
  const calls: ModelCall[] = [];
  const progress: string[] = [];
  const noted: Noted[] = [];
  const models: ModelSettings = {
    providers: { local: { baseUrl: server.baseUrl } },
    aliases: {},
    prices: {},
    variable: () => undefined,
    root: ".",
    ...more,
  };
  const testing = testModel({
    ...load,
    model: "local/m",
    models,
    price: price ?? undefined,
    signal: new AbortController().signal,
    now: Date.now,
    onProgress: (gate) => progress.push(gate),
    onCall: (call) => calls.push(call),
    write: async (one) => {
      await write(one);
      noted.push(one);
    },
  });
  return { server, calls, progress, noted, testing };
}

async function badgeOf(reply: (asked: Asked, nth: number) => Reply) {
  const { testing } = await testWith(reply);
  const { badge, ratings } = rateGates(await testing);
  return { badge, of: Object.fromEntries(ratings.map((one) => [one.gate, one.badge])), ratings };
}

/** Which gate a request is of. */
function gateOf({ body: { messages, tools, response_format: form } }: Asked) {
  if (tools) return "tools";
  if (form) return "structured";
  return JSON.stringify(messages[0]).includes("sea") ? "load" : "reachable";
}

describe("the five gates", () => {
  test("give gold to a model that answers, fits, calls its tool, holds out and says what it took", async () => {
    const { testing, server, calls, progress } = await testWith(goodModel);

    const figures = await testing;

    expect(rateGates(figures)).toMatchObject({ badge: "gold" });
    expect(figures).toMatchObject({
      reachable: { answered: true, tries: 1 },
      structured: { asked: EXERCISES.length, atOnce: EXERCISES.length, mended: 0 },
      tools: { asked: CODES.length, passed: CODES.length },
      load: { asked: 10, answered: 10, concurrency: 3, refused: 0 },
      usage: { answers: 21, reported: 21, isPriced: true, inputTokens: 210, outputTokens: 105 },
    });
    // 210 tokens in at $1 a million and 105 out at $4; each call by itself is rounded up to a whole micro-USD.
    expect(figures.usage!.microUsd).toBe(21 * 30);
    expect(server.asked).toHaveLength(calls.length);
    expect([...new Set(progress)]).toEqual(["reachable", "structured", "tools", "load", "usage"]);
  });

  test("give silver where answers fit after they were mended, and bronze where half of them never do", async () => {
    let nth = 0;
    const mending = await badgeOf((asked) =>
      gateOf(asked) === "structured" && nth++ === 0 ? { says: "Here it is!" } : goodModel(asked),
    );
    const half = await badgeOf((asked) =>
      gateOf(asked) === "structured" && /Oslo|parcel/.test(JSON.stringify(asked.body.messages))
        ? { says: "Here it is!" }
        : goodModel(asked),
    );

    expect(mending).toMatchObject({ badge: "silver", of: { structured: "silver", tools: "gold" } });
    expect(half).toMatchObject({ badge: "bronze", of: { structured: "bronze" } });
    expect(half.ratings[1]!.why).toContain("2 of 4 answers fitted at once");
  });

  test("let a model that calls no tool have bronze, for agents need none", async () => {
    const { badge, of, ratings } = await badgeOf((asked) =>
      gateOf(asked) === "tools" ? { says: { word: "heron" } } : goodModel(asked),
    );

    expect({ badge, of }).toMatchObject({ badge: "bronze", of: { tools: "bronze", load: "gold" } });
    expect(ratings[2]!.why).toContain("it did not call the tool with K-4471");
  });

  test("see how many calls are refused as too many, and that they were answered in the end", async () => {
    let refused = 0;
    const { testing } = await testWith((asked) =>
      gateOf(asked) === "load" && refused++ < 2
        ? { status: 429, headers: { "retry-after-ms": "1" } }
        : goodModel(asked),
    );

    const figures = await testing;

    expect(figures.load).toMatchObject({ asked: 10, answered: 10, refused: 2 });
    expect(rateGates(figures).badge).toBe("silver");
  });

  test("stop asking under load when more fails than bronze allows", async () => {
    const { testing, server } = await testWith(
      (asked) => (gateOf(asked) === "load" ? { status: 400, message: "no more today" } : goodModel(asked)),
      {},
      { calls: 30, concurrency: 1 },
    );

    const figures = await testing;

    expect(figures.load).toMatchObject({ asked: 30, answered: 0, p50Ms: null });
    expect(server.asked.filter((asked) => gateOf(asked) === "load")).toHaveLength(4);
    expect(rateGates(figures).ratings[3]).toMatchObject({
      badge: "none",
      why: expect.stringContaining("no more today"),
    });
  });

  test("find that no tokens are reported", async () => {
    const { of } = await badgeOf(
      (asked) => ({ ...goodModel(asked), usage: { input: 0, output: 0 } }) as Reply,
    );

    expect(of).toMatchObject({ load: "gold", usage: "none" });
  });

  test("ask nothing more of a model whose key is refused", async () => {
    const { testing, server } = await testWith(() => ({ status: 401, message: "Incorrect API key" }));

    const figures = await testing;

    expect(figures.structured).toBeUndefined();
    expect(server.asked).toHaveLength(1);
    expect(rateGates(figures)).toMatchObject({
      badge: "none",
      ratings: [{ why: expect.stringContaining("HTTP 401") }, { why: "not tried" }, {}, {}, {}],
    });
  });

  test("tell what is wrong with the configuration as that, and not as something of the model", async () => {
    const { testing } = await testWith(goodModel, {
      providers: { other: { baseUrl: "http://127.0.0.1:1/v1" } },
    });

    await expect(testing).rejects.toMatchObject({ code: "MR3092" });
  });
});

test("a test of a model costs at most what was said before, whatever the model does", async () => {
  const most = mostOf(LOAD, PRICE);
  // It never fits, calls its tool for ever, and always says that it took all it may.
  const { testing, calls } = await testWith((asked) => ({
    ...(gateOf(asked) === "tools"
      ? { calls: [{ tool: "look_up", with: { code: "?" } }] }
      : { says: "x".repeat(3_000) }),
    usage: { input: 400, output: 1_000 },
  }));

  const figures = await testing;

  expect(rateGates(figures).badge).toBe("none");
  expect(calls.length).toBeLessThanOrEqual(most.calls);
  expect(calls.length).toBe(1 + EXERCISES.length * 3 + CODES.length * 4 + LOAD.calls);
  expect(figures.usage!.microUsd).toBeLessThanOrEqual(most.microUsd!);
});

test("each call of a test is written down as the most it may cost before it is made, and in the end as what it has cost", async () => {
  const before: number[] = [];
  const { testing, calls, noted, server } = await testWith((asked, nth) => {
    before.push(sum(noted, "calls"));
    return nth === 2 ? { status: 500 } : goodModel(asked);
  });

  await testing;

  expect(before).toHaveLength(calls.length);
  // One that is tried again by itself is the same call until it is over.
  for (const [nth, count] of before.entries()) expect(count).toBeGreaterThanOrEqual(nth);
  expect(noted[0]).toMatchObject({ calls: 1, failed: 0, microUsd: expect.any(Number) });
  expect(noted[0]!.microUsd).toBeGreaterThan(4_000);
  expect(sum(noted, "calls")).toBe(server.asked.length);
  expect(sum(noted, "failed")).toBe(1);
  const microUsd = calls.reduce((all, { cost }) => all + cost!.microUsd, 0);
  expect(sum(noted, "microUsd")).toBe(microUsd);
  expect(sum(noted, "outputTokens")).toBe(calls.reduce((all, { outputTokens }) => all + outputTokens, 0));
});

test("a call of unknown price is written down as that before it is made", async () => {
  const { testing, noted } = await testWith(goodModel, {}, LOAD, null);

  await testing;

  expect(noted[0]).toMatchObject({ calls: 1, unpriced: 1, microUsd: 0 });
  expect(sum(noted, "unpriced")).toBe(sum(noted, "calls"));
});

test("a test whose calls cannot be written down asks nobody, and ends with the reason", async () => {
  const { testing, server } = await testWith(goodModel, {}, LOAD, PRICE, () =>
    Promise.reject(new Error("disk full")),
  );

  await expect(testing).rejects.toThrow("disk full");

  expect(server.asked).toEqual([]);
});

function sum(noted: readonly Noted[], field: keyof Noted): number {
  return noted.reduce((all, one) => all + one[field], 0);
}

test("the badge of a model is the least that a gate gives it", () => {
  const gold: GateFigures = {
    reachable: { answered: true, tries: 1, ms: 5 },
    structured: { asked: 4, atOnce: 4, mended: 0 },
    tools: { asked: 3, passed: 3 },
    load: { asked: 20, concurrency: 5, answered: 20, p50Ms: 900, p95Ms: 10_000, perMinute: 100, refused: 0 },
    usage: { answers: 31, reported: 31, isPriced: true, microUsd: 5, inputTokens: 9, outputTokens: 9 },
  };
  const with_ = (more: Partial<GateFigures>) => rateGates({ ...gold, ...more }).badge;

  expect(with_({})).toBe("gold");
  expect(with_({ reachable: { answered: true, tries: 2, ms: 5 } })).toBe("silver");
  expect(with_({ load: { ...gold.load!, p95Ms: 10_001 } })).toBe("silver");
  expect(with_({ load: { ...gold.load!, p95Ms: 30_001 } })).toBe("bronze");
  expect(with_({ load: { ...gold.load!, answered: 18 } })).toBe("bronze");
  expect(with_({ load: { ...gold.load!, answered: 17 } })).toBe("none");
  expect(with_({ tools: { asked: 3, passed: 2 } })).toBe("silver");
  expect(with_({ usage: { ...gold.usage!, isPriced: false, microUsd: null } })).toBe("silver");
  expect(with_({ usage: { ...gold.usage!, reported: 15 } })).toBe("none");
});
