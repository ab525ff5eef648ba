import { describe, expect, test } from "vitest";
import { z } from "zod";
import { agent, defineAgent, defineScore } from "../../src/index.ts";
import { recordModelTest, recordTestCalls } from "../../src/operations/record-model-test.ts";
import type { Badge, Production, Route } from "../../src/plan/index.ts";
import type { ModelSettings } from "../../src/players/models/model-settings.ts";
import { performModels } from "../../src/services/perform-models.ts";
import { systemClock } from "../../src/support/clock.ts";
import { serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const DAY_MS = 86_400_000;
const SILVER: Production = { minBadge: "silver", maxAgeMs: 30 * DAY_MS };

type Options = Partial<Parameters<typeof defineAgent>[0]>;

async function houseOf(production: Production | undefined, options: Options = { model: "local/small" }) {
  const server = await serveModels(({ body }) => ({ says: `by ${body.model}` }));
  const models: ModelSettings = {
    providers: { local: { baseUrl: server.baseUrl } },
    aliases: { fast: "local/small" },
    production,
    prices: {},
    variable: () => undefined,
    root: ".",
  };
  const hall = await openHall(undefined, { models });
  const writer = defineAgent({
    id: "writer",
    instructions: "You write.",
    input: z.object({}),
    output: z.string(),
    ...(options as object),
  } as never);
  const draft = agent(writer as never, { input: {} as never });
  const score = defineScore({ id: "letters", nodes: { draft }, output: draft.output } as never);
  const { hash: deployment } = await hall.prepare(score as never);
  const orchestra = {
    id: "mornings",
    score: "letters",
    deployment,
    hash: "a".repeat(64),
    createdAt: 1,
    deployedAt: 1,
  };
  const definition = JSON.stringify({ id: "mornings", score: "letters", input: {} });
  await hall.store.orchestras.deploy({
    ...{ deployments: [], destroyed: [], audit: [] },
    put: [{ ...orchestra, definition }],
  });
  const play = async (of: object = { of: { orchestra: "mornings" } }) => {
    const { id, ending } = await hall.start(score as never, {}, of);
    const end = await ending;
    const infos = (await hall.store.stepsOf(id)).map(
      ({ info }) => JSON.parse(info ?? "{}") as { route?: Route },
    );
    return { id, ending: end, route: infos.at(-1)?.route };
  };
  const tools = { engine: hall.engine, store: hall.store, now: systemClock.now };
  const earn = (model: string, badge: Badge, now = systemClock.now) =>
    recordModelTest({ ...tools, now }, { model, badge, figures: {}, by: "ada" });
  return { hall, server, play, earn, score };
}

describe("in production", () => {
  test("a model that was never tested is not asked, and the step says what would mend that", async () => {
    const { play, server } = await houseOf(SILVER, { model: "fast", fallback: ["local/large"] });

    const { ending, route } = await play();

    expect(ending).toMatchObject({
      is: "failed",
      error: {
        code: "MR2028",
        message:
          'Agent "writer" has no model left that may be asked: "local/small": it was never tested, and production asks for silver; "local/large": it was never tested, and production asks for silver; what would mend it: maestro models test local/small',
      },
    });
    expect(route).toMatchObject({
      models: [],
      refused: [{ model: "local/small" }, { model: "local/large" }],
    });
    expect(server.asked).toEqual([]);
  });

  test("the next model is asked in place of one that is not good enough, and the decision says why", async () => {
    const { play, earn } = await houseOf(SILVER, { model: "fast", fallback: ["local/large"] });
    await earn("local/small", "bronze");
    await earn("local/large", "silver");

    const { ending, route } = await play();

    expect(ending).toEqual({ is: "completed", output: "by large" });
    const day = new Date().toISOString().slice(0, 10);
    expect(route).toMatchObject({
      policy: "declared",
      models: ["local/large"],
      refused: [{ model: "local/small", why: `it got bronze on ${day}, and production asks for silver` }],
      answered: "local/large",
    });
  });

  test("a badge counts for as long as the configuration says", async () => {
    const { play, earn, hall } = await houseOf({ minBadge: "bronze", maxAgeMs: 2 * DAY_MS });
    await earn("local/small", "gold", () => systemClock.now() - 3 * DAY_MS);

    const late = await play();
    await earn("local/small", "bronze");
    const again = await play();

    expect(late.ending).toMatchObject({
      error: { message: expect.stringMatching(/its badge is of .* and counts for 2 days/) },
    });
    expect(again.ending).toEqual({ is: "completed", output: "by small" });
    const board = await performModels(
      { ...hall, clock: systemClock },
      { op: "models", names: ["local/other"] },
    );
    expect(board).toMatchObject([
      { model: "local/other", badge: null },
      { model: "local/small", badge: { badge: "bronze", who: "ada", isExpired: false }, calls: 1, failed: 0 },
    ]);
  });

  test("tiers that may not be asked are left out, and a policy sees the others alone", async () => {
    const { play, earn } = await houseOf(SILVER, {
      tiers: ["local/small", "local/middle", "local/large"],
      fallback: ["local/last"],
    } as never);
    await earn("local/large", "gold");

    const { ending, route } = await play();

    expect(ending).toEqual({ is: "completed", output: "by large" });
    expect(route).toMatchObject({ policy: "economy", models: ["local/large"] });
    expect(route!.refused!.map(({ model }) => model)).toEqual(["local/small", "local/middle", "local/last"]);
  });

  test("are the runs of orchestras alone, and nobody is asked to show anything in a rehearsal", async () => {
    const { play } = await houseOf(SILVER);

    const byHand = await play({});
    const rehearsed = await play({ of: { orchestra: "mornings" }, source: { is: "rehearsal", seed: 1 } });

    expect(byHand).toMatchObject({ ending: { is: "completed", output: "by small" }, route: undefined });
    expect(rehearsed.ending).toMatchObject({ is: "completed" });
  });
});

test("what a test of a model costs is in the sums of costs, though it is part of no run", async () => {
  const { hall } = await houseOf(undefined);
  const none = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0, unpriced: 0 };
  const at = systemClock.now();

  await recordTestCalls(hall, {
    model: "local/small",
    calls: [
      { ...none, at, calls: 45, microUsd: 3_000, failed: 0 },
      { ...none, at, calls: 0, inputTokens: 900, outputTokens: 300, microUsd: -900, failed: 1 },
    ],
  });

  const hourAgo = systemClock.now() - 3_600_000;
  for (const since of [0, hourAgo]) {
    const sums = await hall.store.costsBy({ by: "model", since });
    expect(sums).toEqual([
      {
        name: "local/small",
        calls: 45,
        inputTokens: 900,
        outputTokens: 300,
        microUsd: 2_100,
        unpriced: 0,
        failed: 1,
      },
    ]);
  }
});
