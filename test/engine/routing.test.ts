import { describe, expect, test } from "vitest";
import { z } from "zod";
import { agent, artifact, defineAgent, defineScore, defineTask, input } from "../../src/index.ts";
import type { Route } from "../../src/plan/index.ts";
import type { ModelSettings, RoutingSettings } from "../../src/players/models/model-settings.ts";
import { type Asked, type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const company = input(z.object({ company: z.string() }));
const PRICES = {
  "local/small": { input: 0.1, output: 0.4 },
  "local/middle": { input: 1, output: 4 },
  "local/large": { input: 3, output: 15 },
};
const TIERS = ["local/small", "local/middle", "local/large"] as const;

type Options = Partial<Parameters<typeof defineAgent>[0]>;

interface Writing {
  readonly agent?: Options;
  readonly node?: object;
  readonly score?: object;
  readonly gate?: object;
}

/** A letter that is kept when a judge finds it good: its text is long enough. */
function letterBy({ agent: options, node, score, gate }: Writing) {
  const writer = defineAgent({
    id: "writer",
    instructions: "You write.",
    input: z.object({ company: z.string() }),
    output: z.string(),
    ...(options as object),
  });
  const judge = defineTask({
    id: "judge",
    input: z.object({ value: z.string() }),
    output: z.object({ score: z.number(), why: z.string() }),
    run: ({ input: { value } }) => ({
      score: Math.min(1, value.length / 10),
      why: `${value.length} letters`,
    }),
  });
  const draft = agent(writer, { input: { company: company.company }, ...node });
  const kept = artifact({
    name: "letter",
    value: draft.output,
    gates: [{ by: judge, min: 0.5, onFail: "escalate", ...gate }],
    retry: { attempts: 3 },
  });
  return defineScore({
    id: "letters",
    input: company,
    nodes: { draft, kept },
    output: kept.output,
    ...score,
  });
}

interface House {
  readonly reply: (asked: Asked, nth: number) => Reply;
  readonly routing?: RoutingSettings;
  readonly prices?: ModelSettings["prices"];
}

async function houseWith({ reply, routing, prices = PRICES }: House) {
  const server = await serveModels(reply);
  const models = (other?: RoutingSettings): ModelSettings => ({
    providers: { local: { baseUrl: server.baseUrl } },
    aliases: {},
    prices,
    routing: other ?? routing,
    variable: () => undefined,
    root: ".",
  });
  const hall = await openHall(undefined, { models: models() });
  const play = async (writing: Writing) => {
    const run = await hall.start(letterBy(writing) as never, { company: "Acme" });
    const ending = await run.ending;
    return { run, ending, routes: await routesOf(run.id) };
  };
  const routesOf = async (id: string): Promise<(Route | undefined)[]> =>
    (await hall.store.stepsOf(id))
      .filter(({ key }) => key === "draft")
      .map(({ info }) => (JSON.parse(info ?? "{}") as { readonly route?: Route }).route);
  return { server, hall, play, models, routesOf };
}

/** Each model writes as well as its name says. */
const BY_SIZE = ({ body: { model } }: Asked): Reply => ({
  says: { small: "Hi", middle: "Dear", large: "Dearest Ada" }[model]!,
});

describe("tiers", () => {
  test("begin with the cheapest, and go up each time a gate is not content", async () => {
    const { play, server, hall } = await houseWith({ reply: BY_SIZE });

    const { ending, routes, run } = await play({ agent: { tiers: TIERS } });

    expect(ending).toEqual({ is: "completed", output: "Dearest Ada" });
    expect(server.asked.map(({ body }) => body.model)).toEqual(["small", "middle", "large"]);
    expect(routes).toMatchObject([
      { policy: "economy", models: TIERS, answered: "local/small", escalation: 0, round: 1 },
      { models: ["local/middle", "local/large", "local/small"], answered: "local/middle", escalation: 1 },
      { models: ["local/large", "local/middle", "local/small"], answered: "local/large", escalation: 2 },
    ]);
    expect(routes[1]!.because).toEqual({
      state: "attempt 2, value 2",
      quality: "judge gave the value before 0.2, and 0.5 is the least: 2 letters",
      dependencies: 'artifact "kept" waits for a better value',
      resources: "every provider is free",
      budget: "no limit",
    });
    const { values } = await hall.store.modelHistory({ agent: "writer", models: [] });
    expect(values).toEqual([
      { model: "local/large", judged: 1, passed: 1, quality: 1 },
      { model: "local/middle", judged: 1, passed: 0, quality: 0.4 },
      { model: "local/small", judged: 1, passed: 0, quality: 0.2 },
    ]);
    expect(run.events.find(({ type }) => type === "run.completed")).toBeDefined();
  });

  test("tell the next what was wrong with the answer before, in a conversation of its own", async () => {
    const { play, server } = await houseWith({ reply: BY_SIZE });

    await play({ agent: { tiers: TIERS } });

    expect(server.asked[0]!.body.messages).toHaveLength(2);
    expect(server.asked[1]!.body.messages.slice(1)).toEqual([
      { role: "user", content: '{"company":"Acme"}' },
      {
        role: "user",
        content: expect.stringMatching(/judge gave it 0\.2 of 1, and 0\.5 is the least\..*2 letters/s),
      },
    ]);
    expect(server.asked[2]!.body.messages).toHaveLength(3);
  });

  test("stay where they are when a gate wants the same again", async () => {
    const { play, server } = await houseWith({
      reply: (_asked, nth) => ({ says: nth < 3 ? "Hi" : "Dearest Ada" }),
    });

    await play({ agent: { tiers: TIERS }, gate: { onFail: "retry" } });

    expect(server.asked.map(({ body }) => body.model)).toEqual(["small", "small", "small"]);
  });

  test("learn from past values with which to begin, and try the cheap one ever more rarely", async () => {
    const { play, server } = await houseWith({
      reply: BY_SIZE,
      prices: { ...PRICES, "local/small": { input: 1, output: 5 } },
    });
    const tiers = ["local/small", "local/large"] as const;
    const firsts: string[] = [];

    for (let run = 0; run < 30; run++) {
      const { routes } = await play({ agent: { tiers, routing: "balanced" } });
      firsts.push(routes[0]!.models[0]!);
    }

    expect(firsts[0]).toBe("local/small");
    const cheapIn = (part: readonly string[]) => part.filter((name) => name === "local/small").length;
    expect(cheapIn(firsts)).toBeLessThan(12);
    expect(cheapIn(firsts.slice(15))).toBeLessThan(cheapIn(firsts.slice(0, 15)));
    // What the cheap one wrote was no good, each time.
    expect(server.asked).toHaveLength(30 + cheapIn(firsts));
  });

  test("go up after an attempt that failed, as one whose answers did not fit", async () => {
    const Letter = z.object({ letter: z.string() });
    const { play, server } = await houseWith({
      reply: ({ body }) => ({ says: body.model === "small" ? "no JSON" : { letter: "Dearest Ada" } }),
    });

    const { ending } = await play({
      agent: { tiers: TIERS, output: Letter },
      node: { retry: { attempts: 2, backoff: "1ms" } },
      gate: { by: alwaysGood },
    });

    expect(ending).toEqual({ is: "completed", output: { letter: "Dearest Ada" } });
    expect(server.asked.map(({ body }) => body.model)).toEqual(["small", "small", "small", "middle"]);
  });

  test("fall back to those below, and then to the fallback, when nothing above can be had", async () => {
    const { play, server } = await houseWith({
      reply: ({ body: { model } }, nth) =>
        nth === 1
          ? { says: "Hi" }
          : model === "spare"
            ? { says: "Dearest Ada" }
            : { status: 401, message: "no" },
    });

    const { routes } = await play({ agent: { tiers: TIERS, fallback: ["local/spare"] } });

    expect(routes[1]).toMatchObject({
      models: ["local/middle", "local/large", "local/small", "local/spare"],
      answered: "local/spare",
    });
    expect(server.asked.map(({ body }) => body.model)).toEqual([
      "small",
      "middle",
      "large",
      "small",
      "spare",
    ]);
  });
});

const alwaysGood = defineTask({
  id: "always-good",
  input: z.object({ value: z.unknown() }),
  output: z.object({ score: z.number() }),
  run: () => ({ score: 1 }),
});

describe("a routing policy", () => {
  const chain = { model: "local/large", fallback: ["local/small"] };
  const good = { gate: { by: alwaysGood } };
  const first = async (house: Omit<House, "reply">, writing: Writing) => {
    const { play } = await houseWith({ reply: () => ({ says: "Dearest Ada" }), ...house });
    const { routes } = await play({ ...good, ...writing });
    return routes[0];
  };

  test("is not asked, and nothing decided, where nobody names one", async () => {
    const { play, server } = await houseWith({ reply: () => ({ says: "Dearest Ada" }) });

    const { routes } = await play({ ...good, agent: chain });

    expect(routes).toEqual([undefined]);
    expect(server.asked[0]!.body.model).toBe("large");
  });

  test("is the node's, else the agent's, the score's, the configuration's", async () => {
    const config = { routing: { policy: "economy" } };

    expect(await first(config, { agent: chain })).toMatchObject({
      policy: "economy",
      models: ["local/small", "local/large"],
      answered: "local/small",
    });
    expect(await first(config, { agent: chain, score: { routing: "quality" } })).toMatchObject({
      policy: "quality",
      models: ["local/large", "local/small"],
    });
    expect(
      await first(config, { agent: { ...chain, routing: "balanced" }, score: { routing: "quality" } }),
    ).toMatchObject({ policy: "balanced" });
    expect(
      await first(config, { agent: { ...chain, routing: "balanced" }, node: { routing: "declared" } }),
    ).toMatchObject({ policy: "declared", models: ["local/large", "local/small"] });
  });

  test("weighs what the ledger knows of earlier calls", async () => {
    let isDown = true;
    const { play, hall } = await houseWith({
      reply: ({ body }) =>
        isDown && body.model === "large" ? { status: 400, message: "down" } : { says: "Dearest Ada" },
      prices: {},
    });
    for (let run = 0; run < 12; run++) await play({ ...good, agent: chain });
    isDown = false;

    const { routes } = await play({ ...good, agent: { ...chain, routing: "quality" } });

    expect(routes[0]!.models).toEqual(["local/small", "local/large"]);
    expect(routes[0]!.weighed[1]!.why).toMatch(/12 of 12 calls failed/);
    const { calls } = await hall.store.modelHistory({ agent: "writer", models: ["local/large"] });
    expect(calls).toEqual([{ model: "local/large", failed: 12, durationsMs: [] }]);
  });

  test("asks last what the step's budget does not allow", async () => {
    const route = await first(
      { prices: { "local/small": PRICES["local/small"] } },
      { agent: { ...chain, routing: "quality", maxTokens: 100, budget: { perCallUsd: 0.01 } } },
    );

    expect(route!.models).toEqual(["local/small", "local/large"]);
    expect(route!.because).toMatchObject({
      resources: "local/large: the step has a budget, and nobody has said what it costs",
      budget: "the step may spend $0.01",
    });
  });

  test("of one's own gives the order; one that throws leaves it as it is written, and the log says so", async () => {
    const order: RoutingSettings["order"] = ({ policy, candidates }) => {
      if (policy === "broken") throw new Error("no idea");
      return [candidates[1]!.model];
    };
    const { play } = await houseWith({ reply: () => ({ says: "Dearest Ada" }), routing: { order } });

    const own = await play({ ...good, agent: { ...chain, routing: "mine" } });
    const broken = await play({ ...good, agent: { ...chain, routing: "broken" } });

    expect(own.routes).toMatchObject([{ policy: "mine", models: ["local/small"] }]);
    expect(broken.routes).toMatchObject([{ policy: "broken", models: ["local/large", "local/small"] }]);
    expect(broken.run.events.find(({ type }) => type === "log")).toMatchObject({
      message: 'routing policy "broken" gave no order of models',
      data: { why: "no idea" },
    });
  });
});

test("what was decided for an attempt holds when another process goes on with it, whatever is known by then", async () => {
  const { hall, server, models, routesOf } = await houseWith({
    reply: (_asked, nth) => (nth === 1 ? { says: "Dear", hangs: true } : { says: "Dearest Ada" }),
    routing: { policy: "economy" },
  });
  const score = letterBy({
    agent: { model: "local/large", fallback: ["local/small"] },
    gate: { by: alwaysGood },
  });
  const run = await hall.start(score as never, { company: "Acme" });
  await expect.poll(() => server.asked.length).toBe(1);
  run.stop(new Error("the process is ending"));
  await run.ending.catch(() => {});
  const { Engine } = await import("../../src/engine/index.ts");
  const { systemClock } = await import("../../src/support/clock.ts");
  const other = new Engine(hall.store, systemClock, {
    ...hall.engine.outside,
    models: models({ policy: "quality" }),
  });

  const resumed = await hall.resume(score as never, run.id, {}, other);

  expect(await resumed.ending).toMatchObject({ is: "completed" });
  expect(server.asked.map(({ body }) => body.model)).toEqual(["small", "small"]);
  expect(await routesOf(run.id)).toMatchObject([
    { policy: "economy", models: ["local/small", "local/large"] },
    { policy: "economy", models: ["local/small", "local/large"], answered: "local/small" },
  ]);
});
