import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  agent,
  artifact,
  checkpoint,
  defineAgent,
  defineScore,
  defineTask,
  defineTool,
  http,
  input,
  map,
  score,
  shell,
  task,
} from "../../src/index.ts";
import { serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const Letter = z.object({
  letter: z.string().min(20),
  tone: z.enum(["warm", "plain"]),
  words: z.int().min(1).max(9),
});
const sent: unknown[] = [];
const send = defineTool({
  name: "send",
  description: "Sends it",
  input: z.object({ to: z.email() }),
  effects: true,
  run: ({ input }) => sent.push(input),
});
const writer = defineAgent({
  id: "writer",
  // Nobody has said what this provider is, and there is no key.
  model: "nowhere/model",
  instructions: ({ name }: { name: string }) => `You write to ${name}.`,
  input: z.object({ name: z.string() }),
  output: Letter,
  tools: [send],
  budget: { perCallUsd: 0.01 },
});
const judge = defineAgent({
  id: "judge",
  model: "nowhere/judge",
  instructions: "You judge letters.",
  input: z.object({ value: z.any() }),
  output: z.object({ score: z.number().min(0).max(1), why: z.string() }),
});

/** Everything that reaches outside, and a task that does not. */
function everything() {
  const list = input(z.object({ names: z.array(z.string()).default(["Ada", "Alan"]) }));
  const count = task({
    input: { names: list.names },
    output: z.number(),
    run: ({ input }) => input.names.length,
  });
  const crm = http({
    url: "http://127.0.0.1:9/leads",
    response: z.object({ leads: z.array(z.object({ mail: z.email() })) }),
  });
  const program = shell({ command: ["false"] });
  const drafts = map({ over: list.names, maxItems: 9, each: (name) => agent(writer, { input: { name } }) });
  const kept = artifact({
    name: "letter",
    value: drafts.output,
    gates: [{ by: judge, min: 0.9, onFail: "fail" }],
  } as never);
  return defineScore({
    id: "everything",
    input: list,
    nodes: { count, crm, program, drafts, kept },
    output: { count: count.output, crm: crm.output, drafts: drafts.output },
  } as never);
}

async function rehearse(seed = 0, hall?: Awaited<ReturnType<typeof openHall>>) {
  hall ??= await openHall();
  const run = await hall.start(everything() as never, {}, { source: { is: "rehearsal", seed } });
  return { hall, run, ending: await run.ending };
}

describe("a rehearsal", () => {
  test("asks nobody: models, tools, requests and programs are answered with samples that fit, and tasks are performed", async () => {
    const { ending, hall, run } = await rehearse();

    expect(ending.is).toBe("completed");
    const { count, crm, drafts } = (ending as { output: { count: number; crm: never; drafts: unknown[] } })
      .output;
    expect(count).toBe(2);
    expect(drafts.map((draft) => Letter.safeParse(draft).success)).toEqual([true, true]);
    expect(drafts[0]).not.toEqual(drafts[1]);
    expect((crm as { leads: { mail: string }[] }).leads[0]!.mail).toMatch(/@example\.com$/);
    expect(sent).toEqual([]);
    const info = new Map(
      (await hall.store.stepsOf(run.id)).map((row) => [row.key, JSON.parse(row.info ?? "{}")]),
    );
    for (const key of ["crm", "program", "drafts/0", "drafts/1"])
      expect(info.get(key), key).toMatchObject({ source: "rehearsal" });
    expect(info.get("count")).toEqual({});
  });

  test("costs nothing, and every row of it says what it was", async () => {
    const { hall, run } = await rehearse();

    const calls = await hall.store.modelCallsOf(run.id);
    expect(calls).toHaveLength(5);
    for (const call of calls)
      expect(call).toMatchObject({
        source: "rehearsal",
        microUsd: 0,
        inputTokens: 0,
        outputTokens: 0,
        error: null,
      });
    expect(await hall.store.costsBy({ by: "score", since: 0 })).toEqual([]);
    expect(await hall.store.run(run.id)).toMatchObject({ source: '{"is":"rehearsal","seed":0}' });
    expect((await hall.store.listRuns({ limit: 1 }))[0]!.source).toContain("rehearsal");
    expect(run.events[0]).toMatchObject({ type: "run.started", source: "rehearsal" });
  });

  test("gives the same with the same seed, and other samples with another", async () => {
    const hall = await openHall();
    const outputs = [];
    for (const seed of [7, 7, 8])
      outputs.push(((await rehearse(seed, hall)).ending as { output: unknown }).output);

    expect(outputs[0]).toEqual(outputs[1]);
    expect(outputs[0]).not.toEqual(outputs[2]);
  });

  test("goes on as one when it is resumed, and when it is played again from there", async () => {
    const ask = checkpoint({ title: "Send?", decision: z.object({ send: z.boolean() }) } as never);
    const letter = agent(writer, { input: { name: "Ada" }, after: [ask] } as never);
    const asking = defineScore({
      id: "asking",
      nodes: { ask, letter },
      output: letter.output,
    } as never) as never;
    const hall = await openHall();
    const run = await hall.start(asking, {}, { source: { is: "rehearsal", seed: 3 } });
    expect((await run.ending).is).toBe("waiting");

    const again = await hall.resume(asking, run.id);
    await again.decide("ask", { value: { send: true }, by: "ada" });
    expect((await again.ending).is).toBe("completed");
    const rerun = await hall.rerun(asking, run.id, ["letter"]);
    expect((await rerun.ending).is).toBe("completed");

    expect(await hall.store.run(rerun.id)).toMatchObject({ source: '{"is":"rehearsal","seed":3}' });
    expect((await hall.store.modelCallsOf(rerun.id)).map(({ source }) => source)).toEqual([
      "rehearsal",
      "rehearsal",
    ]);
  });

  test("is one also for the runs that it plays", async () => {
    const letter = agent(writer, { input: { name: "Ada" } } as never);
    const inner = defineScore({ id: "inner", nodes: { letter }, output: letter.output } as never);
    const whole = score(inner as never, { input: {} } as never);
    const outer = defineScore({ id: "outer", nodes: { whole }, output: {} } as never) as never;
    const hall = await openHall();

    const run = await hall.start(outer, {}, { source: { is: "rehearsal", seed: 0 } });

    expect((await run.ending).is).toBe("completed");
    const rows = await hall.store.listRuns({ limit: 9 });
    expect(rows.map(({ score: id, source }) => [id, source])).toEqual([
      ["inner", '{"is":"rehearsal","seed":0}'],
      ["outer", '{"is":"rehearsal","seed":0}'],
    ]);
  });

  test("takes no kept result and keeps none: what follows from samples is nothing for other runs", async () => {
    const counted: number[] = [];
    const slow = defineTask({
      id: "slow",
      input: z.object({}),
      output: z.number(),
      run: () => counted.push(1),
    });
    const node = task(slow, { input: {}, cache: { ttl: "1h" } } as never);
    const caching = defineScore({ id: "caching", nodes: { node }, output: node.output } as never) as never;
    const hall = await openHall();

    for (const source of [
      { is: "rehearsal", seed: 0 } as const,
      undefined,
      { is: "rehearsal", seed: 0 } as const,
    ])
      await (await hall.start(caching, {}, { source })).ending;

    expect(counted).toHaveLength(3);
    expect(await hall.store.countCached()).toBe(1);
  });

  test("asks no provider that is there either", async () => {
    const server = await serveModels(() => ({ says: "live" }));
    const settings = { providers: { nowhere: { baseUrl: server.baseUrl } }, aliases: {}, prices: {} };
    const hall = await openHall(undefined, { models: { ...settings, variable: () => undefined, root: "." } });

    const run = await hall.start(everything() as never, {}, { source: { is: "rehearsal", seed: 0 } });

    expect((await run.ending).is).toBe("completed");
    expect(server.asked).toEqual([]);
  });

  test("says of what no sample can be made", async () => {
    const strange = defineAgent({
      id: "strange",
      model: "nowhere/model",
      instructions: "Write.",
      input: z.object({}),
      output: z.object({ code: z.string().regex(/^(?!.*[a-z])\p{Lu}{9}$/u) }),
    });
    const code = agent(strange, { input: {} } as never);
    const hall = await openHall();

    const run = await hall.start(
      defineScore({ id: "strange", nodes: { code }, output: code.output } as never) as never,
      {},
      { source: { is: "rehearsal", seed: 0 } },
    );

    expect(await run.ending).toMatchObject({
      is: "failed",
      step: "code",
      error: {
        code: "MR3088",
        message: expect.stringContaining("`code` of the answer: no text was found for the pattern"),
      },
    });
  });
});
