import { describe, expect, expectTypeOf, test } from "vitest";
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
  secret,
  shell,
  task,
  text,
  wait,
} from "../../src/index.ts";
import { callsTools, cannotBeHad, play, RunFailed, scripted } from "../../src/testing.ts";

const looked: string[] = [];
const lookUp = defineTool({
  name: "look_up",
  description: "Facts",
  input: z.object({ name: z.string() }),
  run: ({ input }) => {
    looked.push(input.name);
    return { known: input.name };
  },
});
const writer = defineAgent({
  id: "writer",
  model: "cloud/large",
  fallback: ["cloud/small"],
  instructions: "You write.",
  input: z.object({ to: z.string() }),
  output: z.object({ letter: z.string() }),
  tools: [lookUp],
});
const brief = input(z.object({ to: z.string().default("Ada") }));
const letter = agent(writer, { input: { to: brief.to } });
const letters = defineScore({ id: "letters", input: brief, nodes: { letter }, output: letter.output });

const fetchFacts = defineTask({
  id: "fetch-facts",
  input: z.object({}),
  output: z.object({ facts: z.number() }),
  run: () => {
    throw new Error("no network");
  },
});
const fetched = task(fetchFacts, {
  input: {},
  retry: { attempts: 3, backoff: "1h", maxBackoff: "1d", jitter: false },
});
const also = task(fetchFacts, { input: {}, after: [fetched] });
const facts = defineScore({
  id: "facts",
  nodes: { fetched, also },
  output: { first: fetched.output.facts, second: also.output.facts },
});

const crm = http({ url: "https://crm.example.com/x", response: z.object({ leads: z.int() }) });
const slept = wait({ for: "30d", after: [crm] });
const decision = z.object({ send: z.boolean() });
const ask = checkpoint({
  title: "Send?",
  show: { leads: crm.output.leads },
  decision,
  timeout: "never",
  onTimeout: "reject",
  after: [slept],
});
const inner = defineScore({
  id: "inner",
  nodes: { crm, slept, ask },
  output: { leads: crm.output.leads, send: ask.output.send },
});
const whole = score(inner, { input: {} });
const outer = defineScore({ id: "outer", nodes: { whole }, output: whole.output });
const services = { crm: { leads: 3 } };

describe("models", () => {
  test("say what the script says, below checks and repairs, and tools do what the test says", async () => {
    const { output, asked, events } = await play(letters, {
      models: {
        writer: scripted([
          callsTools({ tool: "look_up", with: { name: "Ada" } }),
          { letter: 7 },
          { letter: "Dear Ada" },
        ]),
      },
      tools: { look_up: ({ name }) => ({ born: 1815, name }) },
    });

    expectTypeOf(output).toEqualTypeOf<{ letter: string }>();
    expect(output).toEqual({ letter: "Dear Ada" });
    expect(looked).toEqual([]);
    expect(asked.map(({ agent, model, step }) => [agent, model, step])).toEqual(
      Array(3).fill(["writer", "cloud/large", "letter"]),
    );
    expect(JSON.stringify(asked[1]!.said)).toContain("1815");
    expect(asked[2]!.said.at(-1)).toMatchObject({ by: "user" });
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["run.started", "tool.called"]));
  });

  test("are functions of what is asked, by the names of models; one that cannot be had leaves it to the next", async () => {
    const { output, asked } = await play(letters, {
      input: { to: "Alan" },
      models: {
        "cloud/large": scripted([cannotBeHad("no room", 503)]),
        "cloud/small": scripted(({ said, model }) => ({ letter: `${model} ${JSON.stringify(said[0])}` })),
      },
    });

    expect(output.letter).toMatch(/^cloud\/small .*Alan/);
    expect(asked.map(({ model }) => model)).toEqual(["cloud/large", "cloud/small"]);
  });

  test("begin their script anew with each play", async () => {
    const models = scripted([{ letter: "Dear Ada" }]);

    expect((await play(letters, { models })).output).toEqual({ letter: "Dear Ada" });
    expect((await play(letters, { models })).output).toEqual({ letter: "Dear Ada" });
  });

  test("fail the step that asks for more than the script has, and reading the output says so", async () => {
    const played = await play(letters, { models: { writer: scripted([]) } });

    expect(played.ending).toMatchObject({ is: "failed", step: "letter", error: { code: "MR3069" } });
    expect(() => played.output).toThrow(RunFailed);
  });

  test("are never really asked, nor are tools: what the test has no answer for fails its step", async () => {
    const unasked = await play(letters);
    const calling = await play(letters, {
      models: scripted([callsTools({ tool: "look_up", with: { name: "Ada" } })]),
    });

    expect(unasked.ending).toMatchObject({ error: { message: expect.stringContaining('agent "writer"') } });
    expect(calling.ending).toMatchObject({ error: { message: expect.stringContaining('tool "look_up"') } });
    expect(looked).toEqual([]);
  });

  test("that no agent of the score has are refused, with the name that was probably meant", async () => {
    await expect(play(letters, { models: { writr: scripted([]) } })).rejects.toThrow(
      'score "letters" has no agent or model "writr"; did you mean "writer"?',
    );
  });
});

describe("tasks", () => {
  test("are replaced by id or by node, and the pauses between their attempts are over at once", async () => {
    let tries = 0;
    const startedAt = Date.now();
    const { output, events, steps } = await play(facts, {
      clock: "2026-03-01T00:00:00Z",
      tasks: {
        "fetch-facts": () => {
          if (++tries < 3) throw new Error("busy");
          return { facts: 7 };
        },
        also: { facts: 8 },
      },
    });

    expect(output).toEqual({ first: 7, second: 8 });
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    expect(events[0]!.at).toBeGreaterThanOrEqual(Date.parse("2026-03-01T00:00:00Z"));
    expect(events.at(-1)!.at - events[0]!.at).toBeGreaterThanOrEqual(3 * 3_600_000);
    expect(steps.map(({ step, attempt, status }) => [step, attempt, status])).toEqual([
      ["fetched", 1, "failed"],
      ["fetched", 2, "failed"],
      ["fetched", 3, "completed"],
      ["also", 1, "completed"],
    ]);
    expect(steps[0]).toMatchObject({ score: "facts", kind: "task", error: { message: "busy" } });
    expect(steps[2]).toMatchObject({ output: { facts: 7 }, error: undefined });
  });

  test("give what fits their output, also when a test gives it", async () => {
    const { ending } = await play(facts, { tasks: { "fetch-facts": { facts: "seven" } } });

    expect(ending).toMatchObject({ is: "failed", error: { code: "MR3001" } });
  });

  test("that nothing is said of are performed, with the secrets they are given", async () => {
    const signed = defineTask({
      id: "sign",
      input: z.object({}),
      output: z.string(),
      secrets: ["KEY"],
      run: ({ secrets }) => `signed ${secrets.KEY.length}`,
    });
    const sign = task(signed, { input: {} });
    const signing = defineScore({ id: "signing", nodes: { sign }, output: sign.output });

    expect((await play(signing, { secrets: { KEY: "abc" } })).output).toBe("signed 3");
    expect((await play(signing)).ending).toMatchObject({ is: "failed", step: "sign" });
  });

  test("are replaced in maps, in played scores and as judges of artifacts", async () => {
    const judge = defineTask({
      id: "judge",
      input: z.object({ value: z.string() }),
      output: z.object({ score: z.number() }),
      run: () => ({ score: 0 }),
    });
    const given = input(z.object({ names: z.array(z.string()).max(9) }));
    const shouted = map({
      over: given.names,
      maxItems: 9,
      each: (name, index) => {
        const shout = task({ input: { name }, output: z.string(), run: ({ input }) => input.name });
        const page = artifact({
          name: text`page-${index}`,
          value: shout.output,
          gates: [{ by: judge, min: 0.5 }],
        });
        return { nodes: { shout, page }, output: page.output };
      },
    });
    const within = defineScore({ id: "within", input: given, nodes: { shouted }, output: shouted.output });
    const played = score(within, { input: { names: ["a", "b"] } });
    const around = defineScore({ id: "around", nodes: { played }, output: played.output });

    const { output } = await play(around, {
      tasks: {
        "shouted/shout": ({ input }) => String(input.name).toUpperCase(),
        judge: ({ input }) => ({ score: /[AB]/.test(input.value) ? 1 : 0 }),
      },
    });

    expect(output).toEqual(["A", "B"]);
    expect((await play(around)).ending).toMatchObject({ is: "failed", step: "played" });
  });

  test("that the score does not have are refused, with the name that was probably meant", async () => {
    await expect(play(facts, { tasks: { "fetch-fact": 1 } })).rejects.toThrow('did you mean "fetch-facts"?');
  });
});

describe("what is waited for", () => {
  test("is decided by the test and over at once, in played scores as well", async () => {
    const shown: unknown[] = [];
    const startedAt = Date.now();

    const { output, events, steps } = await play(outer, {
      services,
      decisions: {
        ask: (asked) => {
          shown.push(asked);
          return { send: true };
        },
      },
    });

    expect(output).toEqual({ leads: 3, send: true });
    expect(shown).toEqual([{ step: "ask", title: "Send?", show: { leads: 3 } }]);
    expect(events.at(-1)!.at - events[0]!.at).toBeGreaterThanOrEqual(30 * 86_400_000);
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    expect(steps.filter(({ score }) => score === "inner").map(({ step }) => step)).toEqual([
      "crm",
      "slept",
      "ask",
    ]);
  });

  test("stays open when nobody decides it, and is over by itself when it has a time", async () => {
    const timely = checkpoint({ title: "Pay?", decision, timeout: "7d", onTimeout: "reject" });
    const paying = defineScore({ id: "paying", nodes: { timely }, output: timely.output });

    const open = await play(outer, { services, decisions: { ask: () => undefined } });
    const late = await play(paying);

    expect(open.ending).toMatchObject({ is: "waiting" });
    expect(() => open.output).toThrow("waiting for a decision");
    expect(late.ending).toMatchObject({ is: "failed", step: "timely", error: { code: "MR3022" } });
    expect((await play(paying, { decisions: { timely: { send: false } } })).output).toEqual({ send: false });
  });

  test("takes no decision that does not fit", async () => {
    await expect(play(outer, { services, decisions: { ask: { send: "yes" } } })).rejects.toMatchObject({
      code: "MR2014",
    });
  });
});

test("requests and programs bring what the test says, in every item of a map, and are never really made", async () => {
  const given = input(z.object({ names: z.array(z.string()).max(9) }));
  const each = map({
    over: given.names,
    maxItems: 9,
    each: (name) => {
      const asked = http({
        url: "https://crm.example.com/x",
        query: { name },
        headers: { authorization: secret("KEY") },
        response: z.object({ name: z.string() }),
      });
      return { nodes: { asked }, output: asked.output };
    },
  });
  const listed = shell({ command: ["ls"], after: [each] });
  const reaching = defineScore({
    id: "reaching",
    input: given,
    nodes: { each, listed },
    output: { each: each.output },
  });
  const names = ["a", "b"];

  const { output } = await play(reaching, {
    input: { names },
    services: {
      "each/asked": { name: "any" },
      "each/1/asked": ({ query }) => ({ name: query.name }),
      listed: { exitCode: 0, stdout: "", stderr: "" },
    },
  });
  const unasked = await play(reaching, { input: { names } });

  expect(output).toEqual({ each: [{ name: "any" }, { name: "b" }] });
  expect(unasked.ending).toMatchObject({ is: "failed", error: { code: "MR3069" } });
});

test("an input that has to be given has to be given, and one that does not fit is refused", async () => {
  const count = input(z.object({ n: z.number() }));
  const double = task({ input: { n: count.n }, output: z.number(), run: ({ input }) => input.n * 2 });
  const doubling = defineScore({ id: "doubling", input: count, nodes: { double }, output: double.output });

  expect((await play(doubling, { input: { n: 2 } })).output).toBe(4);
  // @ts-expect-error the score takes an input
  await expect(play(doubling)).rejects.toMatchObject({ code: "MR2002" });
  // @ts-expect-error n is a number
  await expect(play(doubling, { input: { n: "two" } })).rejects.toMatchObject({ code: "MR2002" });
  await expect(play(doubling, { input: { n: 2 }, clock: "soon" })).rejects.toThrow(
    'clock "soon" is no instant',
  );
});
