import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { Engine, type Outside } from "../../src/engine/index.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { agent, checkpoint, defineAgent, defineScore, http, input, map, score } from "../../src/index.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { playCassette } from "../../src/operations/play-cassette.ts";
import { recordRun } from "../../src/operations/record-run.ts";
import type { PriceOptions } from "../../src/players/models/prices.ts";
import { Redactor } from "../../src/players/redactor.ts";
import { Cassette } from "../../src/players/understudies/cassette.ts";
import type { CassetteFile } from "../../src/players/understudies/cassette-file.ts";
import { systemClock } from "../../src/support/clock.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import { type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const KEY = "key-0123456789abcdef";
const Letter = z.object({ letter: z.string() });
const company = input(z.object({ company: z.string().default("Acme") }));

type Options = Partial<Parameters<typeof defineAgent>[0]>;

function writerWith(options: Options = {}) {
  return defineAgent({
    id: "writer",
    model: "local/llama",
    instructions: ({ company }: { company: string }) => `You write to ${company}.`,
    input: z.object({ company: z.string() }),
    output: Letter,
    ...(options as object),
  });
}

function letters(options: Options = {}) {
  const letter = agent(writerWith(options), { input: { company: company.company } });
  return defineScore({ id: "letters", input: company, nodes: { letter }, output: letter.output }) as never;
}

async function hallWith(
  reply: (nth: number) => Reply,
  outside: Partial<Outside> = {},
  prices: PriceOptions = {},
) {
  const server = await serveModels((_asked, nth) => reply(nth));
  const providers = { local: { baseUrl: server.baseUrl, apiKey: "KEY" }, up: { baseUrl: server.baseUrl } };
  const variable = (name: string) => (name === "KEY" ? KEY : undefined);
  const models = { providers, aliases: {}, prices, variable, root: "." };
  const hall = await openHall(undefined, { models, ...outside });
  return { hall, server };
}

type Hall = Awaited<ReturnType<typeof openHall>>;

async function record(hall: Hall, scored: never, given: unknown = {}): Promise<CassetteFile> {
  const run = await hall.start(scored, given);
  await run.ending;
  return recordRun(hall.store, (await hall.store.run(run.id))!, new Redactor(new Map([["KEY", KEY]])));
}

/** Plays it where there is no provider at all. */
async function replay(hall: Hall, scored: never, file: CassetteFile) {
  const cassette = new Cassette("letters.json", file);
  const engine = new Engine(hall.store, systemClock, { ...NOTHING_OUTSIDE, script: cassette });
  const playable = await hall.prepare(scored, "again");
  return playCassette(
    { engine, store: hall.store },
    { file, path: "letters.json", cassette, playable, redactor: new Redactor(new Map()) },
  );
}

const SAME = { misses: [], differences: [], unplayed: [] };

describe("a run that was recorded", () => {
  test("is played again as it was: repairs, and a failure that ended it", async () => {
    const { hall, server } = await hallWith((nth) => ({
      says: nth === 2 ? { letter: "Dear Ada" } : "no JSON",
    }));
    const mended = await record(hall, letters());
    const failed = await record(hall, letters());
    const asked = server.asked.length;

    expect(mended.calls).toHaveLength(2);
    expect(await replay(hall, letters(), mended)).toMatchObject(SAME);
    expect(failed.ended).toMatchObject({ failed: expect.stringContaining("no JSON") });
    expect(failed.calls).toHaveLength(3);
    expect(await replay(hall, letters(), failed)).toMatchObject(SAME);
    expect(server.asked).toHaveLength(asked);
  });

  test("takes the same way when a model could not be had, and keeps what its provider said without its key", async () => {
    const { hall } = await hallWith((nth) =>
      nth === 1 ? { status: 401, message: `bad key ${KEY}` } : { says: { letter: "Hello" } },
    );
    const scored = letters({ fallback: ["up/llama"] });

    const file = await record(hall, scored);

    expect(file.calls).toMatchObject([
      { model: "local/llama", fails: { status: 401, detail: expect.stringContaining("[secret:KEY]") } },
      { model: "up/llama", says: { letter: "Hello" } },
    ]);
    expect(JSON.stringify(file)).not.toContain(KEY);
    expect(await replay(hall, scored, file)).toMatchObject(SAME);
  });

  test("asks models in the order that was decided then, whatever is known of them now, and is stale when they are others", async () => {
    const reply = () => ({ says: { letter: "Hello" } });
    // The dearer one comes first in the agent, and nobody knows prices where it is played again.
    const prices = { "local/llama": { input: 9, output: 9 }, "up/llama": { input: 1, output: 1 } };
    const { hall } = await hallWith(reply, {}, prices);
    const routed = { fallback: ["up/llama"], routing: "economy" } as const;

    const file = await record(hall, letters(routed));

    expect(file.calls).toMatchObject([{ model: "up/llama" }]);
    expect(file.routes).toEqual({ letter: [{ round: 1, failures: 0, models: ["up/llama", "local/llama"] }] });
    expect(await replay(hall, letters(routed), file)).toMatchObject(SAME);
    const others = letters({ ...routed, fallback: ["up/other"] });
    expect((await replay(hall, others, file)).misses).toMatchObject([{ step: "letter" }]);
  });

  test("gives each of those who ask the same its own answer", async () => {
    const { hall } = await hallWith((nth) => ({ says: { letter: `letter ${nth}` } }));
    const writer = writerWith();
    const list = input(z.object({ company: z.array(z.string()) }));
    const drafts = map({
      over: list.company,
      maxItems: 20,
      concurrency: 1,
      each: () => agent(writer, { input: { company: "Acme" } }),
    });
    const scored = defineScore({
      id: "letters",
      input: list,
      nodes: { drafts },
      output: drafts.output,
    }) as never;

    const file = await record(hall, scored, { company: Array(12).fill("Acme") });

    expect(file.calls.map(({ step }) => step).slice(-3)).toEqual(["drafts/9", "drafts/10", "drafts/11"]);
    expect(await replay(hall, scored, file)).toMatchObject(SAME);
  });

  test("is stale where the model, the instructions, the schema, the tools or the input changed, and says which", async () => {
    const { hall } = await hallWith(() => ({ says: { letter: "Hello" } }));
    const file = await record(hall, letters());
    const changedOf = async (options: Options, from = file) =>
      (await replay(hall, letters(options), from)).misses[0]?.changed;

    expect(await changedOf({ model: "up/llama" })).toEqual([
      'the model ("local/llama" then, "up/llama" now)',
    ]);
    expect(await changedOf({ instructions: "Write." })).toEqual(["the instructions"]);
    expect(await changedOf({ output: Letter.extend({ note: z.string() }) })).toEqual(["the output schema"]);
    expect(await changedOf({}, { ...file, input: { company: "Bell" } })).toEqual([
      "the instructions",
      "the input",
    ]);
    expect(await changedOf({ id: "other" })).toEqual([]);
    const { differences, unplayed } = await replay(hall, letters({ instructions: "Write." }), file);
    expect(differences[0]).toMatch(
      /^it ended otherwise: completed then, failed at "letter": The cassette letters\.json is stale/,
    );
    expect(unplayed).toHaveLength(1);
  });

  test("asks no service either: what a request brought is on it, and a request that changed is not sent", async () => {
    let asked = 0;
    const service = createServer((_request, response) => {
      asked++;
      response.setHeader("content-type", "application/json").end(JSON.stringify({ leads: asked }));
    });
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void service.close());
    const host = `127.0.0.1:${(service.address() as AddressInfo).port}`;
    const { hall } = await hallWith(() => ({ says: "x" }), { allowHosts: [host], allowPrivate: true });
    const scoreOf = (query: string) => {
      const crm = http({
        url: `http://${host}/leads`,
        query: { q: query },
        response: z.object({ leads: z.int() }),
      });
      return defineScore({ id: "letters", nodes: { crm }, output: crm.output }) as never;
    };

    const file = await record(hall, scoreOf("a"));

    expect(file.calls).toMatchObject([{ step: "crm", outside: "http", gives: { leads: 1 } }]);
    expect(await replay(hall, scoreOf("a"), file)).toMatchObject(SAME);
    const { misses } = await replay(hall, scoreOf("b"), file);
    expect(misses).toEqual([{ what: "a request", step: "crm", changed: ["what it is given"] }]);
    expect(asked).toBe(1);
  });

  test("holds the calls and the decisions of the runs that it plays", async () => {
    const { hall } = await hallWith(() => ({ says: { letter: "Hello" } }));
    const ask = checkpoint({
      title: "Send?",
      decision: z.object({ send: z.boolean() }),
      timeout: "1h",
      onTimeout: { decide: { send: false } },
    } as never) as never as { output: { send: never } };
    const letter = agent(writerWith(), { input: { company: "Acme" } });
    const inner = defineScore({
      id: "inner",
      nodes: { ask, letter },
      output: { send: ask.output.send },
    } as never);
    const whole = score(inner as never, { input: {} } as never) as never as { output: never };
    const outer = defineScore({ id: "outer", nodes: { whole }, output: whole.output } as never) as never;
    const run = await hall.start(outer, {});
    await run.ending;
    const child = (await hall.store.listRuns({ limit: 9 })).find(({ score: id }) => id === "inner")!;
    const playable = (await hall.prepare(outer)).scores.get("inner")!;
    const [open] = await openCheckpointsOf(hall.store, child.id);
    const row = (await hall.store.run(child.id))!;
    const tools = { engine: hall.engine, store: hall.store, now: systemClock.now };
    await decideCheckpoint(tools, { row, playable, step: open!.step, value: { send: true }, by: "ada" });
    const resumed = await hall.resume(outer, run.id);
    expect(await resumed.ending).toEqual({ is: "completed", output: { send: true } });

    const file = await recordRun(hall.store, (await hall.store.run(run.id))!, new Redactor(new Map()));

    expect(file).toMatchObject({
      decisions: { "whole > ask": { send: true } },
      calls: [{ step: "whole > letter" }],
    });
    expect(await replay(hall, outer, file)).toMatchObject(SAME);
  });

  test("cannot be one in which nobody was asked, or one under way", async () => {
    const { hall } = await hallWith(() => ({ says: { letter: "Hello" } }));
    const run = await hall.start(letters(), {}, { source: { is: "rehearsal", seed: 0 } });
    await run.ending;

    const recording = recordRun(hall.store, (await hall.store.run(run.id))!, new Redactor(new Map()));
    await expect(recording).rejects.toMatchObject({
      code: "MR2050",
      message: expect.stringContaining("nobody outside"),
    });
  });
});
