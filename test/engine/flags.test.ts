import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { compareOutputs } from "../../src/engine/models/compare-outputs.ts";
import type { ShadowData } from "../../src/engine/models/shadow-data.ts";
import { agent, artifact, defineAgent, defineScore, defineTool } from "../../src/index.ts";
import { flagModel, type SaidFlag } from "../../src/operations/flag-model.ts";
import type { Route } from "../../src/plan/index.ts";
import type { ModelSettings } from "../../src/players/models/model-settings.ts";
import { systemClock } from "../../src/support/clock.ts";
import { type Asked, type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const PRICES = {
  "local/present": { input: 1, output: 4 },
  "local/shade": { input: 2, output: 8 },
  "local/judge": { input: 1, output: 1 },
};
const LETTER = { title: "Hi", lines: ["a", "b"], to: { name: "Ada" } };
const Letter = z.object({
  title: z.string(),
  lines: z.array(z.string()),
  to: z.object({ name: z.string() }),
});

type Options = Partial<Parameters<typeof defineAgent>[0]>;

interface House {
  readonly reply: (asked: Asked) => Reply;
  readonly agent?: Options;
  readonly isJudged?: boolean;
  readonly concurrency?: number;
}

/** A score of one agent, whose letter a judge may look at. */
async function houseWith({ reply, agent: options, isJudged, concurrency = 50 }: House) {
  const server = await serveModels(reply);
  const models: ModelSettings = {
    providers: { local: { baseUrl: server.baseUrl, concurrency } },
    aliases: {},
    prices: PRICES,
    variable: () => undefined,
    root: ".",
  };
  const hall = await openHall(undefined, { models });
  const writer = defineAgent({
    id: "writer",
    model: "local/present",
    instructions: "You write.",
    input: z.object({}),
    output: Letter,
    maxTokens: 100,
    ...(options as object),
  });
  const judge = defineAgent({
    id: "critic",
    model: "local/judge",
    instructions: "You judge.",
    input: z.object({ value: Letter }),
    output: z.object({ score: z.number() }),
    maxTokens: 100,
  });
  const draft = agent(writer, { input: {} });
  const kept = artifact({ name: "letter", value: draft.output, gates: [{ by: judge, min: 0.1 }] });
  const nodes = isJudged ? { draft, kept } : { draft };
  const score = defineScore({ id: "letters", nodes, output: draft.output });
  const tools = { engine: hall.engine, store: hall.store, now: systemClock.now };
  const flag = (model: string, stage: SaidFlag["stage"], more: Partial<SaidFlag> = {}) =>
    flagModel(tools, { model, stage, isForced: false, by: "ada", origin: "test", ...more });
  const force = (model: string, stage: SaidFlag["stage"], more: Partial<SaidFlag> = {}) =>
    flag(model, stage, { isForced: true, why: "for a test", ...more });
  const play = async () => {
    const run = await hall.start(score as never, {});
    const ending = await run.ending;
    return { ...run, ending };
  };
  const routeOf = async (id: string) =>
    (JSON.parse((await hall.store.stepsOf(id))[0]!.info ?? "{}") as { route?: Route }).route;
  const comparison = async (model = "local/shade") => {
    await hall.engine.shared.beside.settled();
    const [row] = await hall.store.models.comparisons(model, 10);
    return row && { ...row, data: JSON.parse(row.data) as ShadowData };
  };
  return { server, hall, flag, force, play, routeOf, comparison };
}

/** Every model writes the same letter. */
const alike = (): Reply => ({ says: LETTER });
const isShade = ({ body }: Asked) => body.model === "shade";

describe("a flag", () => {
  test("goes on one stage at a time, back to any, and skips one only when somebody says why", async () => {
    const { flag, hall } = await houseWith({ reply: alike });

    await expect(flag("local/shade", "dark")).rejects.toMatchObject({
      code: "MR2033",
      message: '"local/shade" has no flag, and dark is more than one step on: the next is shadow.',
    });
    await flag("local/shade", "shadow", { agents: ["writer"] });
    await flag("local/shade", "dark");
    await expect(flag("local/shade", "only")).rejects.toMatchObject({
      code: "MR2033",
      facts: { next: "live" },
    });
    await expect(flag("local/shade", "only", { isForced: true })).rejects.toMatchObject({ code: "MR2034" });
    await flag("local/shade", "only", { isForced: true, why: "the other one is gone" });
    const last = await flag("local/shade", "off");

    expect(last).toMatchObject({ stage: "off", agents: ["writer"], who: "ada" });
    expect(await hall.store.models.flags()).toEqual([last]);
    const audit = await hall.store.orchestras.audits({ limit: 10, about: "local/shade" });
    expect(audit.map(({ action, who }) => `${who} ${action}`)).toEqual(Array(4).fill("ada models flag"));
  });

  test("is taken back only from where that changes nothing, and only when there is one", async () => {
    const { flag, hall } = await houseWith({ reply: alike });

    await expect(flag("local/shade", null)).rejects.toMatchObject({ code: "MR2034" });
    await flag("local/shade", "off");
    await expect(flag("local/shade", null)).rejects.toMatchObject({ code: "MR2033" });
    await flag("local/shade", null, { isForced: true, why: "it is as good as the others" });

    expect(await hall.store.models.flags()).toEqual([]);
  });

  test("of a shadow needs a price, because its budget could not be kept otherwise", async () => {
    const { flag } = await houseWith({ reply: alike });

    await expect(flag("local/unpriced", "shadow")).rejects.toMatchObject({
      code: "MR2034",
      hint: expect.stringContaining("maestro prices set local/unpriced"),
    });
  });
});

describe("the models of a step", () => {
  test("are without those that are off, shadow or dark, and the decision says why", async () => {
    const { force, play, server, routeOf } = await houseWith({
      reply: alike,
      agent: { model: "local/shade", fallback: ["local/present"] },
    });

    for (const stage of ["off", "dark"] as const) {
      await force("local/shade", stage);
      const { id, ending } = await play();

      expect(ending.is).toBe("completed");
      expect(await routeOf(id)).toMatchObject({
        models: ["local/present"],
        refused: [{ model: "local/shade", why: expect.stringContaining(`its flag is ${stage}`) }],
      });
    }
    expect(server.asked.map(({ body }) => body.model)).toEqual(["present", "present"]);
  });

  test("are with one that is live for their agent, after those that the agent names, and are that one when it is only", async () => {
    const { force, play, routeOf } = await houseWith({ reply: alike });

    await force("local/shade", "live", { agents: ["writer"] });
    const both = await routeOf((await play()).id);
    await force("local/shade", "only");
    const one = await routeOf((await play()).id);
    await force("local/shade", "only", { agents: ["somebody-else"] });
    const other = await play();

    expect(both).toMatchObject({ models: ["local/present", "local/shade"] });
    expect(one).toMatchObject({
      models: ["local/shade"],
      refused: [{ model: "local/present", why: "local/shade is to be asked alone" }],
    });
    expect(await routeOf(other.id)).toBeUndefined();
  });

  test("may be none, and then the step fails with what would mend that", async () => {
    const { flag, play } = await houseWith({ reply: alike });

    await flag("local/present", "off", { why: "it makes things up" });
    const { ending } = await play();

    expect(ending).toMatchObject({
      error: {
        code: "MR2028",
        message:
          'Agent "writer" has no model left that may be asked: "local/present": its flag is off (ada: it makes things up); what would mend it: maestro models flag local/present shadow',
      },
    });
  });
});

describe("a shadow", () => {
  const shadowed = async (of: House) => {
    const house = await houseWith(of);
    await house.flag("local/shade", "shadow", { agents: ["writer"] });
    return house;
  };

  test("is asked the same as the present model, and what both gave is compared field by field", async () => {
    const { play, comparison, server, hall } = await shadowed({
      reply: (asked) => ({
        says: isShade(asked) ? { ...LETTER, lines: ["a", "c", "d"] } : LETTER,
        usage: { input: 100, output: 50 },
      }),
    });

    const { id, ending } = await play();
    const compared = await comparison();

    expect(ending).toEqual({ is: "completed", output: LETTER });
    const [one, other] = server.asked.map(({ body }) => body.messages);
    expect(one).toEqual(other);
    expect(compared).toMatchObject({
      runId: id,
      step: "draft",
      agent: "writer",
      outcome: "answered",
      data: {
        equal: 3,
        fields: 5,
        differing: expect.arrayContaining(["lines[1]", "lines[2]"]),
        present: { model: "local/present", microUsd: 300, isFailed: false },
        shadow: { calls: 1, tokens: 150, microUsd: 600 },
      },
    });
    // What it has cost is in the sums, and not in the run.
    const [step] = await hall.store.stepsOf(id);
    expect(JSON.parse(step!.info!)).toMatchObject({ cost: { calls: 1, microUsd: 300 } });
    expect(await hall.store.modelCallsOf(id)).toHaveLength(1);
    expect(await hall.store.costsBy({ by: "model", since: 0 })).toMatchObject([
      { name: "local/shade", microUsd: 600 },
      { name: "local/present", microUsd: 300 },
    ]);
  });

  test("that fails, breaks off or answers badly leaves the run as it is", async () => {
    for (const [reply, outcome] of [
      [{ status: 500 }, "failed"],
      [{ says: LETTER, breaksAfter: 8 }, "failed"],
      [{ says: "no JSON" }, "unfit"],
    ] as const) {
      const { play, comparison, hall } = await shadowed({
        reply: (asked) => (isShade(asked) ? reply : { says: LETTER }),
      });

      const { id, ending, events } = await play();
      const compared = await comparison();

      expect(ending).toEqual({ is: "completed", output: LETTER });
      expect(compared).toMatchObject({ outcome, data: { problem: expect.stringMatching(/shade|stream/) } });
      expect(compared!.data.fields).toBeUndefined();
      expect(
        JSON.stringify([events, await hall.store.eventsOf(id), await hall.store.stepsOf(id)]),
      ).not.toContain("shade");
    }
  });

  test("that hangs delays neither the run nor the end of the process for longer than it is given", async () => {
    const { play, comparison, hall, server } = await shadowed({
      reply: (asked) => (isShade(asked) ? { raw: () => {} } : { says: LETTER }),
    });

    const { ending } = await play();
    await expect.poll(() => server.asked.length, { timeout: 10_000 }).toBe(2);
    // From before it is asked: a process that is killed now leaves no bill uncounted.
    const most = await hall.store.models.spentBeside("local/shade", 0);
    expect(most).toBeGreaterThan(0);
    await hall.engine.shared.beside.end(1);

    expect(ending.is).toBe("completed");
    expect(await hall.store.models.spentBeside("local/shade", 0)).toBe(most);
    expect(await comparison()).toMatchObject({
      outcome: "stopped",
      data: { problem: "the process ended before it did" },
    });
  });

  test("stops where its budget of the day does, and the run goes on with its own", async () => {
    const { play, comparison, flag, server } = await shadowed({
      reply: () => ({ says: LETTER, usage: { input: 100, output: 100 } }),
    });
    // One call may cost 800 micro-USD for what it answers, and some for what it is asked; 1,000 are spent by then.
    await flag("local/shade", "shadow", { perDayMicroUsd: 1_800 });

    await play();
    await comparison();
    const { ending } = await play();
    const compared = await comparison();

    expect(ending.is).toBe("completed");
    expect(compared).toMatchObject({ outcome: "stopped", data: { shadow: { calls: 0 } } });
    expect(server.asked.filter(isShade)).toHaveLength(1);
  });

  test("calls no tool that changes something, and ends where it would", async () => {
    let sent = 0;
    const send = defineTool({
      name: "send",
      description: "Sends a letter.",
      effects: true,
      input: z.object({}),
      run: () => {
        sent++;
        return "sent";
      },
    });
    const { play, comparison } = await shadowed({
      reply: (asked) => (isShade(asked) ? { calls: [{ tool: "send", with: {} }] } : { says: LETTER }),
      agent: { tools: [send] } as never,
    });

    await play();

    expect(await comparison()).toMatchObject({
      outcome: "stopped",
      data: { problem: 'it called the tool "send", which is not called for a shadow' },
    });
    expect(sent).toBe(0);
  });

  test("is judged as the present model is, where an artifact keeps what its agent gives", async () => {
    const { play, comparison, hall } = await shadowed({
      isJudged: true,
      reply: ({ body }) => {
        if (body.model !== "judge") return { says: { ...LETTER, title: body.model } };
        return { says: { score: JSON.stringify(body.messages).includes("shade") ? 0.9 : 0.4 } };
      },
    });

    const { id } = await play();
    const compared = await comparison();

    expect(compared!.data.judge).toEqual({ gate: "kept/~gate0", by: "critic", score: 0.9 });
    const scores = await hall.store.models.scoresOf([compared!]);
    expect(scores.get(`${id}/draft/1/kept/~gate0`)).toBe(0.4);
  });

  test("of a run that fails is compared with that", async () => {
    const { play, comparison } = await shadowed({
      reply: (asked) => (isShade(asked) ? { says: LETTER } : { status: 400 }),
    });

    const { ending } = await play();

    expect(ending.is).toBe("failed");
    expect(await comparison()).toMatchObject({
      outcome: "answered",
      data: { present: { model: null, isFailed: true } },
    });
  });

  test("takes no place of the runs: one that hangs leaves a provider of one call at once to them", async () => {
    const { play, hall, server } = await shadowed({
      concurrency: 1,
      reply: (asked) => (isShade(asked) ? { raw: () => {} } : { says: LETTER }),
    });

    await play();
    await expect.poll(() => server.asked.filter(isShade).length, { timeout: 10_000 }).toBe(1);
    const { ending } = await play();

    expect(ending.is).toBe("completed");
    await hall.engine.shared.beside.end(1);
  });

  test("that outlasts the store ends without anybody being told", async () => {
    const { play, hall, server } = await shadowed({
      reply: (asked) => (isShade(asked) ? { raw: () => {} } : { says: LETTER }),
    });
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => unheard.push(reason);
    for (const event of ["unhandledRejection", "uncaughtException"]) {
      process.on(event, hear);
      onTestFinished(() => void process.off(event, hear));
    }

    await play();
    await expect.poll(() => server.asked.filter(isShade).length, { timeout: 10_000 }).toBe(1);
    await hall.store.close();
    await hall.engine.shared.beside.end(1);
    await hall.engine.shared.beside.settled();
    await new Promise(setImmediate);

    expect(unheard).toEqual([]);
  });
});

test("outputs are compared by what holds no other value", () => {
  expect(compareOutputs({ a: 1, b: { c: [] } }, { a: 1, b: { c: [] } })).toEqual({
    equal: 2,
    fields: 2,
    differing: [],
  });
  expect(compareOutputs("a", "b")).toEqual({ equal: 0, fields: 1, differing: [""] });
  expect(compareOutputs({ a: 1 }, { a: "1", b: null })).toEqual({
    equal: 0,
    fields: 2,
    differing: ["a", "b"],
  });
  expect(compareOutputs([{ x: 1 }], [{ x: 1 }, { x: 2 }])).toEqual({
    equal: 1,
    fields: 2,
    differing: ["[1].x"],
  });
});
