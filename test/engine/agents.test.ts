import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Engine } from "../../src/engine/index.ts";
import { agent, artifact, defineAgent, defineScore, defineTool, input, task } from "../../src/index.ts";
import type { ProviderSettings } from "../../src/players/models/model-settings.ts";
import { systemClock } from "../../src/support/clock.ts";
import { type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const Letter = z.object({ letter: z.string(), words: z.int() });
const LETTER = { letter: "Dear Ada", words: 2 };
const company = input(z.object({ company: z.string() }));

type Options = Partial<Parameters<typeof defineAgent>[0]>;

/** A score of one node that asks this agent. */
function asking(options: Options = {}, node: object = {}) {
  const writer = defineAgent({
    id: "writer",
    model: "local/llama",
    instructions: ({ company }: { company: string }) => `You write to ${company}.`,
    input: z.object({ company: z.string() }),
    output: Letter,
    ...(options as object),
  });
  const letter = agent(writer, { input: { company: company.company }, ...node });
  return defineScore({ id: "letters", input: company, nodes: { letter }, output: letter.output });
}

async function hallWith(providers: Record<string, ProviderSettings>, variables: Record<string, string> = {}) {
  const variable = (name: string) => variables[name];
  const prices = { "local/llama": { input: 2, cachedInput: 0.5, output: 10 } };
  return openHall(undefined, {
    models: { providers, aliases: { fast: "local/llama" }, prices, variable, root: "." },
  });
}

/** Plays one run against a server that answers like this. */
async function play(replies: readonly Reply[], options: Options = {}, node: object = {}) {
  const server = await serveModels(
    (_asked, nth) => replies[nth - 1] ?? { status: 400, message: "asked too often" },
  );
  const hall = await hallWith({ local: { baseUrl: server.baseUrl } });
  const run = await hall.start(asking(options, node) as never, { company: "Acme" });
  const ending = await run.ending;
  return { ending, run, server, steps: await hall.store.stepsOf(run.id), hall };
}

describe("an agent's step", () => {
  test("tells the model its instructions and its input, asks for its output's schema, and gives the answer", async () => {
    const { ending, server, steps, run, hall } = await play(
      [{ says: LETTER, usage: { input: 20, output: 7, cached: 4 } }],
      {
        temperature: 0.3,
        maxTokens: 500,
      },
    );

    expect(ending).toEqual({ is: "completed", output: LETTER });
    const [{ body }] = server.asked as [(typeof server.asked)[0]];
    expect(body).toMatchObject({ model: "llama", temperature: 0.3, max_tokens: 500, stream: true });
    expect(body.messages).toEqual([
      { role: "system", content: "You write to Acme." },
      { role: "user", content: '{"company":"Acme"}' },
    ]);
    expect(body.response_format?.json_schema?.schema).toMatchObject({ required: ["letter", "words"] });
    // 16 tokens at $2 a million, 4 from the cache at $0.50, 7 at $10.
    const cost = { calls: 1, tokens: 27, microUsd: 32 + 2 + 70 };
    expect(JSON.parse(steps[0]!.info!)).toEqual({ cost });
    expect(run.events.find(({ type }) => type === "step.completed")).toMatchObject({ cost });
    expect(await hall.store.modelCallsOf(run.id)).toEqual([
      {
        runId: run.id,
        step: "letter",
        attempt: 1,
        call: 1,
        agent: "writer",
        model: "local/llama",
        startedAt: expect.any(Number),
        durationMs: expect.any(Number),
        inputTokens: 20,
        cachedTokens: 4,
        outputTokens: 7,
        reasoningTokens: 0,
        microUsd: 104,
        prices: expect.stringMatching(/^price_/),
        error: null,
        source: "live",
        orchestra: null,
      },
    ]);
  });

  test("tells what the model says, piece by piece", async () => {
    const { run } = await play([{ says: LETTER }]);

    const said = run.events.flatMap((event) => (event.type === "text" ? [event.text] : []));
    expect(said.length).toBeGreaterThan(2);
    expect(JSON.parse(said.join(""))).toEqual(LETTER);
  });

  test("gives a text as it is, without asking for JSON", async () => {
    const { ending, server } = await play([{ says: "Dear Ada" }], { output: z.string() } as never);

    expect(ending).toEqual({ is: "completed", output: "Dear Ada" });
    expect(server.asked[0]!.body.response_format).toBeUndefined();
  });

  test("asks for a list in an object, as providers want it, and gives the list", async () => {
    const { ending } = await play([{ says: { value: ["a", "b"] } }], {
      output: z.array(z.string()),
    } as never);

    expect(ending).toEqual({ is: "completed", output: ["a", "b"] });
  });

  test("takes JSON out of a fence", async () => {
    const { ending } = await play([{ says: `\`\`\`json\n${JSON.stringify(LETTER)}\n\`\`\`` }]);

    expect(ending).toEqual({ is: "completed", output: LETTER });
  });

  test("sends an answer that does not fit back with what is wrong with it", async () => {
    const { ending, server } = await play([{ says: { letter: "Dear Ada", words: "two" } }, { says: LETTER }]);

    expect(ending).toEqual({ is: "completed", output: LETTER });
    const [, , said, repair] = server.asked[1]!.body.messages;
    expect(said).toMatchObject({ role: "assistant", content: '{"letter":"Dear Ada","words":"two"}' });
    expect(repair!.content).toMatch(/words: .*expected (int|number).*\n.*schema/s);
  });

  test("fails after two repairs, with the last answer and what all the calls cost", async () => {
    const { ending, server, run, hall } = await play([
      { says: "Dear" },
      { says: "Ada" },
      { says: "I would rather not" },
    ]);

    expect(ending).toMatchObject({
      is: "failed",
      error: { code: "MR3091", message: expect.stringContaining("in 3 calls: it is not JSON") },
    });
    expect((ending as { error: { message: string } }).error.message).toContain("I would rather not");
    expect(server.asked).toHaveLength(3);
    expect(await hall.store.modelCallsOf(run.id)).toHaveLength(3);
  });

  test("asks by a name of the configuration's models", async () => {
    const { ending } = await play([{ says: LETTER }], { model: "fast" });

    expect(ending.is).toBe("completed");
  });
});

describe("tools", () => {
  const lookUp = defineTool({
    name: "look_up",
    description: "Facts about a company",
    input: z.object({ name: z.string() }),
    run: ({ input }) => ({ employees: input.name.length }),
  });

  test("are called with what the model gives, and their answers given back", async () => {
    const { ending, server, run } = await play(
      [{ calls: [{ tool: "look_up", with: { name: "Acme" } }] }, { says: LETTER }],
      { tools: [lookUp] },
    );

    expect(ending).toEqual({ is: "completed", output: LETTER });
    expect(server.asked[0]!.body.tools![0]).toMatchObject({
      function: { name: "look_up", description: "Facts about a company", parameters: { required: ["name"] } },
    });
    expect(server.asked[1]!.body.messages.at(-1)).toMatchObject({ role: "tool", content: '{"employees":4}' });
    expect(run.events.find(({ type }) => type === "tool.called")).toMatchObject({
      step: "letter",
      tool: "look_up",
      input: { name: "Acme" },
      output: { employees: 4 },
      durationMs: expect.any(Number),
    });
  });

  test("are not run with arguments that do not fit: the model is told", async () => {
    const { ending, server } = await play(
      [{ calls: [{ tool: "look_up", with: { name: 7 } }] }, { says: LETTER }],
      { tools: [lookUp] },
    );

    expect(ending.is).toBe("completed");
    expect(server.asked[1]!.body.messages.at(-1)!.content).toMatch(/the arguments do not fit: name: /);
  });

  test.each([
    ["arguments that are no JSON", { calls: [{ tool: "look_up", with: '{"name":' }] }],
    ["a tool that is not there", { calls: [{ tool: "delete_all", with: {} }] }],
  ] as const)("survive %s: the model is told", async (_what, reply) => {
    const { ending, server } = await play([reply, { says: LETTER }], { tools: [lookUp] });

    expect(ending.is).toBe("completed");
    expect(server.asked).toHaveLength(2);
    expect(server.asked[1]!.body.messages.at(-1)!.role).toBe("tool");
  });

  test("that throw are told to the model, and logged", async () => {
    const broken = defineTool({
      name: "broken",
      description: "Breaks",
      input: z.object({}),
      run: () => {
        throw new Error("no such company");
      },
    });
    const { ending, server, run } = await play(
      [{ calls: [{ tool: "broken", with: {} }] }, { says: LETTER }],
      {
        tools: [broken],
      },
    );

    expect(ending.is).toBe("completed");
    expect(server.asked[1]!.body.messages.at(-1)!.content).toContain("no such company");
    expect(run.events.find(({ type }) => type === "tool.called")).toMatchObject({
      tool: "broken",
      error: "no such company",
    });
  });

  test("are called for as many turns as the agent allows", async () => {
    const again: Reply = { calls: [{ tool: "look_up", with: { name: "Acme" } }] };
    const { ending, server } = await play([again, again, again, again], { tools: [lookUp], maxTurns: 3 });

    expect(ending).toMatchObject({ is: "failed", error: { code: "MR3095" } });
    expect(server.asked).toHaveLength(3);
  });
});

describe("a model that cannot be had", () => {
  test("is asked again when it says that it is busy, not before the time it names", async () => {
    const { ending, server, run, hall } = await play([
      { status: 429, headers: { "retry-after-ms": "30" }, message: "slow down" },
      { says: LETTER },
    ]);

    expect(ending).toEqual({ is: "completed", output: LETTER });
    const [first, second] = await hall.store.modelCallsOf(run.id);
    expect(first).toMatchObject({ call: 1, microUsd: 0, error: expect.stringContaining("slow down") });
    expect(second).toMatchObject({ call: 2, outputTokens: 5, error: null });
    expect(second!.startedAt - first!.startedAt).toBeGreaterThanOrEqual(29);
    expect(server.asked).toHaveLength(2);
  });

  test("leaves the question to the next one of the chain", async () => {
    const down = await serveModels(() => ({ status: 401, message: "bad key" }));
    const up = await serveModels(() => ({ says: LETTER }));
    const hall = await hallWith({ down: { baseUrl: down.baseUrl }, up: { baseUrl: up.baseUrl } });

    const run = await hall.start(asking({ model: "down/gpt", fallback: ["up/llama"] }) as never, {
      company: "Acme",
    });

    expect(await run.ending).toEqual({ is: "completed", output: LETTER });
    expect(down.asked).toHaveLength(1);
    expect(run.events.find((event) => event.type === "log")).toMatchObject({
      message: 'model "down/gpt" cannot be had: "up/llama" is asked instead',
    });
  });

  test.each([
    ["a wrong key", { status: 401, message: "bad key" }, /HTTP 401\): bad key/],
    ["a wrong name", { status: 404, message: "no such model" }, /HTTP 404\): no such model/],
    ["a question that it does not understand", { status: 400, message: "too long" }, /HTTP 400\): too long/],
    [
      "a page that is no answer",
      { raw: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>") },
      /could not be asked/,
    ],
    ["half an answer", { says: LETTER, breaksAfter: 16 }, /could not be asked/],
    ["a fault of its own, three times", { status: 500, message: "oops" }, /HTTP 500\): oops/],
  ] as readonly [string, Reply, RegExp][])(
    "for %s fails the step and says so",
    async (_what, reply, message) => {
      const { ending } = await play([reply, reply, reply]);

      expect(ending).toMatchObject({ is: "failed", step: "letter", error: { code: "MR3090" } });
      expect((ending as { error: { message: string } }).error.message).toMatch(message);
    },
  );

  test("because nobody listens there is tried again and then said", async () => {
    const hall = await hallWith({ local: { baseUrl: "http://127.0.0.1:9/v1" } });

    const run = await hall.start(asking() as never, { company: "Acme" });

    expect(await run.ending).toMatchObject({
      is: "failed",
      error: { code: "MR3090", message: expect.stringMatching(/ECONNREFUSED|bad port/) },
    });
  });

  test("and one that speaks slowly is waited for, as long as its step may take", async () => {
    const chunk = (delta: object, finish: string | null = null) =>
      `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "llama", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const slowly: Reply = {
      raw(response) {
        const letters = [...JSON.stringify(LETTER)];
        response.writeHead(200, { "content-type": "text/event-stream" });
        const speaking = setInterval(() => {
          const letter = letters.shift();
          if (letter !== undefined) return void response.write(chunk({ content: letter }));
          clearInterval(speaking);
          response.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
        }, 15);
        response.on("close", () => clearInterval(speaking));
      },
    };

    const patient = await play([slowly], { timeout: "10s" } as never);
    const hasty = await play([slowly], { timeout: "200ms" } as never);

    expect(patient.ending).toEqual({ is: "completed", output: LETTER });
    expect(hasty.ending).toMatchObject({ is: "failed", error: { code: "MR3002" } });
  });

  test("is told to stop when the step takes too long", async () => {
    const { ending } = await play([{ says: LETTER, breaksAfter: 8, hangs: true }], {
      timeout: "150ms",
    } as never);

    expect(ending).toMatchObject({ is: "failed", error: { code: "MR3002" } });
  });

  test("for want of a provider, its package or its key fails the step at once, with what would mend it", async () => {
    const hall = await hallWith({
      anthropic: {},
      local: { baseUrl: "http://127.0.0.1:9/v1", apiKey: "LOCAL_KEY" },
    });
    const failureWith = async (model: string) => {
      const run = await hall.start(asking({ model }) as never, { company: "Acme" });
      const ending = await run.ending;
      const { message, hint } = (ending as { error: { message: string; hint: string } }).error;
      const [step] = await hall.store.stepsOf(run.id);
      expect(JSON.parse(step!.error!)).toMatchObject({ message, hint });
      return { message, hint };
    };

    expect(await failureWith("openai/gpt")).toEqual({
      message: expect.stringMatching(/There is no provider "openai".*there are: "anthropic" and "local"/),
      hint: expect.stringContaining("maestro.config.ts"),
    });
    expect(await failureWith("anthropic/claude")).toEqual({
      message: expect.stringMatching(/The package @ai-sdk\/anthropic .* cannot be loaded/),
      hint: expect.stringContaining("npm install @ai-sdk/anthropic"),
    });
    expect(await failureWith("local/llama")).toEqual({
      message: expect.stringMatching(/LOCAL_KEY is not set/),
      hint: expect.stringContaining("LOCAL_KEY"),
    });
  });
});

describe("a conversation that is interrupted", () => {
  const sent: string[] = [];
  const send = (effects: boolean, run: (signal: AbortSignal) => unknown = () => ({ sent: true })) =>
    defineTool({
      name: "send",
      description: "Sends a letter",
      input: z.object({ to: z.string() }),
      effects,
      run: ({ input, signal }) => {
        sent.push(input.to);
        return run(signal);
      },
    });
  const untilStopped = (signal: AbortSignal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const SEND: Reply = { calls: [{ tool: "send", with: { to: "Ada" } }] };

  /** Begins a run, stops it when `isReached`, and goes on with it. */
  async function interrupt(
    replies: readonly Reply[],
    tool: ReturnType<typeof send>,
    isReached: () => boolean,
  ) {
    sent.length = 0;
    const server = await serveModels((_asked, nth) => replies[nth - 1] ?? { status: 400 });
    const hall = await hallWith({ local: { baseUrl: server.baseUrl } });
    const score = asking({ tools: [tool] }) as never;
    const play = await hall.start(score, { company: "Acme" });
    await expect
      .poll(() => isReached() || server.asked.length >= 99, { timeout: 5_000, interval: 5 })
      .toBe(true);
    play.stop(new Error("the process is ending"));
    await play.ending;
    const again = await hall.resume(score, play.id);
    return { ending: await again.ending, server, hall, id: play.id };
  }

  test("goes on after the last turn that was durable: no tool is called and no answer paid for twice", async () => {
    let asked = 0;
    const hanging: Reply = {
      raw: () => {
        asked++;
      },
    };
    const { ending, server } = await interrupt(
      [SEND, hanging, { says: LETTER }],
      send(true),
      () => asked === 1,
    );

    expect(ending).toEqual({ is: "completed", output: LETTER });
    expect(sent).toEqual(["Ada"]);
    expect(server.asked).toHaveLength(3);
    expect(server.asked[2]!.body.messages).toEqual(server.asked[1]!.body.messages);
    expect(server.asked[2]!.body.messages.at(-1)).toMatchObject({ role: "tool", content: '{"sent":true}' });
  });

  test("fails where a tool with effects was at work: nobody knows whether it took effect", async () => {
    const { ending, server } = await interrupt(
      [SEND, { says: LETTER }],
      send(true, untilStopped),
      () => sent.length === 1,
    );

    expect(ending).toMatchObject({
      is: "failed",
      error: { code: "MR3089", message: expect.stringContaining('It was called with {"to":"Ada"}') },
    });
    expect(sent).toEqual(["Ada"]);
    expect(server.asked).toHaveLength(1);
  });

  test("calls a tool without effects again that was at work", async () => {
    let times = 0;
    const first = (signal: AbortSignal) => (++times === 1 ? untilStopped(signal) : { sent: true });
    const { ending, server } = await interrupt(
      [SEND, { says: LETTER }],
      send(false, first),
      () => sent.length === 1,
    );

    expect(ending).toEqual({ is: "completed", output: LETTER });
    expect(sent).toEqual(["Ada", "Ada"]);
    expect(server.asked).toHaveLength(2);
  });

  test.each([
    ["which is credited with its answer", 2],
    ["which is told what is wrong with it", 3],
  ])("goes on with the model that had spoken in it, %s", async (_how, calls) => {
    // What the first process is at when it ends.
    let [isLooking, isOver] = [false, false];
    const Odd = z.object({ letter: z.string() }).refine(({ letter }) => {
      if (isOver) return letter === `letter ${calls}`;
      isLooking = true;
      return new Promise<boolean>(() => {});
    });
    const server = await serveModels((_asked, nth) =>
      nth === 1 ? { status: 401, message: "key expired" } : { says: { letter: `letter ${nth}` } },
    );
    const hall = await hallWith({ local: { baseUrl: server.baseUrl }, other: { baseUrl: server.baseUrl } });
    const score = asking({ output: Odd as never, fallback: ["other/llama"], routing: "quality" }) as never;
    const play = await hall.start(score, { company: "Acme" });
    await expect.poll(() => isLooking, { timeout: 10_000, interval: 5 }).toBe(true);
    isOver = true;

    const next = new Engine(hall.store, systemClock, hall.engine.outside);
    const again = await hall.resume(score, play.id, {}, next);

    expect(await again.ending).toEqual({ is: "completed", output: { letter: `letter ${calls}` } });
    const asked = (await hall.store.modelCallsOf(play.id)).map(({ model }) => model);
    expect(asked).toHaveLength(calls);
    expect(new Set(asked.slice(1))).toEqual(new Set([asked[1]]));
    expect(asked[1]).not.toBe(asked[0]);
    const last = (await hall.store.stepsOf(play.id)).at(-1)!;
    expect(JSON.parse(last.info!)).toMatchObject({ route: { answered: asked[1] } });
  });

  test("begins anew when its attempt has failed", async () => {
    const no: Reply = { says: "no" };
    const { ending, server } = await play(
      [SEND, no, no, no, { says: LETTER }],
      { tools: [send(false)] },
      { retry: { attempts: 2, backoff: "1ms" } },
    );

    expect(ending).toEqual({ is: "completed", output: LETTER });
    expect(server.asked[3]!.body.messages).toHaveLength(8);
    expect(server.asked[4]!.body.messages.map(({ role }) => role)).toEqual(["system", "user"]);
  });

  test("is the last of its step when a tool with effects was called: a further attempt would call it again", async () => {
    sent.length = 0;
    const no: Reply = { says: "no" };
    const { ending, server } = await play(
      [SEND, no, no, no, { says: LETTER }],
      { tools: [send(true)] },
      { retry: { attempts: 2, backoff: "1ms" } },
    );

    expect(ending).toMatchObject({ is: "failed", error: { code: "MR3091" } });
    expect(sent).toEqual(["Ada"]);
    expect(server.asked).toHaveLength(4);
  });

  test("goes on with the next model of the chain, which knows what was said", async () => {
    sent.length = 0;
    const first = await serveModels((_asked, nth) =>
      nth === 1 ? SEND : { status: 401, message: "key expired" },
    );
    const second = await serveModels(() => ({ says: LETTER }));
    const hall = await hallWith({ first: { baseUrl: first.baseUrl }, second: { baseUrl: second.baseUrl } });

    const score = asking({ model: "first/a", fallback: ["second/b"], tools: [send(true)] }) as never;
    const run = await hall.start(score, { company: "Acme" });

    expect(await run.ending).toEqual({ is: "completed", output: LETTER });
    expect(sent).toEqual(["Ada"]);
    expect(second.asked[0]!.body.messages.at(-1)).toMatchObject({ role: "tool", content: '{"sent":true}' });
  });
});

describe("a judge that is an agent", () => {
  const critic = defineAgent({
    id: "critic",
    model: "local/judge",
    instructions: "Judge the letter.",
    input: z.object({ value: z.string() }),
    output: z.object({ score: z.number(), why: z.string().optional() }),
  });
  const drafted = task({ input: {}, output: z.string(), run: () => "Dear Ada" });
  const kept = artifact({ name: "letter", value: drafted.output, gates: [{ by: critic, min: 0.7 }] });
  const judged = defineScore({ id: "judged", nodes: { drafted, kept }, output: kept.output });

  async function judge(replies: readonly Reply[]) {
    const server = await serveModels((_asked, nth) => replies[nth - 1]!);
    const hall = await hallWith({ local: { baseUrl: server.baseUrl } });
    const run = await hall.start(judged as never);
    return { ending: await run.ending, server, run, hall };
  }

  test("is given the value, and its verdict is kept with the artifact", async () => {
    const { ending, server, run, hall } = await judge([{ says: { score: 0.9, why: "warm" } }]);

    expect(ending).toEqual({ is: "completed", output: "Dear Ada" });
    expect(server.asked[0]!.body.messages.at(-1)!.content).toBe('{"value":"Dear Ada"}');
    const row = (await hall.store.stepsOf(run.id)).find(({ key }) => key === "kept");
    expect(JSON.parse(row!.info!)).toMatchObject({
      score: 0.9,
      gates: [{ by: "critic", min: 0.7, score: 0.9, why: "warm" }],
    });
    expect(await hall.store.modelCallsOf(run.id)).toMatchObject([{ step: "kept/~gate0", agent: "critic" }]);
  });

  test("tells the agent that made a value which one it makes next, and why the one before was not good enough", async () => {
    const writer = defineAgent({
      id: "writer",
      model: "local/llama",
      instructions: "Write.",
      input: z.object({ company: z.string() }),
      output: z.string(),
    });
    const drafted = agent(writer, { input: { company: company.company } });
    const kept = artifact({
      name: "letter",
      value: drafted.output,
      gates: [{ by: critic, min: 0.7, onFail: "escalate" }],
      retry: { attempts: 3 },
    });
    const score = defineScore({
      id: "escalated",
      input: company,
      nodes: { drafted, kept },
      output: kept.output,
    });
    const replies = [
      "Ada",
      { score: 0.1, why: "curt" },
      "Dear Ada",
      { score: 0.4 },
      "Dearest Ada",
      { score: 1 },
    ];
    const server = await serveModels((_asked, nth) => ({ says: replies[nth - 1] }));
    const hall = await hallWith({ local: { baseUrl: server.baseUrl } });

    const run = await hall.start(score as never, { company: "Acme" });

    expect(await run.ending).toEqual({ is: "completed", output: "Dearest Ada" });
    const first = { artifact: "kept", gate: 1, by: "critic", score: 0.1, min: 0.7, why: "curt" };
    const second = { artifact: "kept", gate: 1, by: "critic", score: 0.4, min: 0.7 };
    const drafts = (await hall.store.stepsOf(run.id)).filter(({ key }) => key === "drafted");
    expect(drafts.map(({ info }) => JSON.parse(info!))).toEqual([
      { cost: expect.anything() },
      { round: 2, escalation: 1, refused: first, cost: expect.anything() },
      { round: 3, escalation: 2, refused: second, cost: expect.anything() },
    ]);
    expect(run.events.filter(({ type }) => type === "log")).toMatchObject([
      {
        step: "drafted",
        message: "value 2: a gate failed the one before",
        data: { escalation: 1, ...first },
      },
      {
        step: "drafted",
        message: "value 3: a gate failed the one before",
        data: { escalation: 2, ...second },
      },
    ]);
  });

  test("fails what it finds wanting", async () => {
    const { ending } = await judge([{ says: { score: 0.2, why: "cold" } }]);

    expect(ending).toMatchObject({
      is: "failed",
      error: { code: "MR3050", message: expect.stringContaining("cold") },
    });
  });

  test("is told when its verdict is none, whatever its own schema lets pass", async () => {
    const { ending, server } = await judge([{ says: { score: 8 } }, { says: { score: 0.8 } }]);

    expect(ending.is).toBe("completed");
    expect(server.asked[1]!.body.messages.at(-1)!.content).toContain(
      "score: a verdict is a number from 0 to 1, and it is 8",
    );
  });
});

describe("what it costs", () => {
  const again: Reply = {
    calls: [{ tool: "look_up", with: { name: "Acme" } }],
    usage: { input: 100, output: 10 },
  };
  const lookUp = defineTool({
    name: "look_up",
    description: "Facts about a company",
    input: z.object({ name: z.string() }),
    run: () => ({ employees: 4 }),
  });

  test("is kept of an attempt that fails, and told as unknown where nobody has said the price", async () => {
    const server = await serveModels(() => ({ says: "no", usage: { input: 30, output: 3 } }));
    const hall = await hallWith({ other: { baseUrl: server.baseUrl } });

    const run = await hall.start(asking({ model: "other/llama" }) as never, { company: "Acme" });
    await run.ending;

    const cost = { calls: 3, tokens: 99, microUsd: 0, unpriced: ["other/llama"] };
    expect(run.events.find(({ type }) => type === "step.failed")).toMatchObject({ cost });
    expect(await hall.store.costsBy({ by: "model", since: 0 })).toEqual([
      {
        name: "other/llama",
        calls: 3,
        inputTokens: 90,
        outputTokens: 9,
        microUsd: 0,
        unpriced: 3,
        failed: 0,
      },
    ]);
  });

  test("stays within the budget of a step: a call that would pass it is not made", async () => {
    // Each call costs 100 × $2 and 10 × $10 a million: 300 micro-dollars.
    const { ending, server } = await play([again, again, again, { says: LETTER }], {
      tools: [lookUp],
      maxTokens: 10,
      budget: { perCallUsd: 0.001 },
    });

    expect(ending).toMatchObject({ is: "failed", error: { code: "MR3098" } });
    const spent = server.asked.length * 300;
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThanOrEqual(1_000);
  });

  test("passes a budget by one call at most where the answer has no limit", async () => {
    const { ending, server } = await play([again, again, again, again, again], {
      tools: [lookUp],
      budget: { perCallUsd: 0.0007 },
    });

    expect(ending).toMatchObject({ is: "failed", error: { code: "MR3098" } });
    expect(server.asked.length * 300).toBeLessThanOrEqual(700 + 300);
  });

  test("has to be known where there is a budget: nothing is asked otherwise", async () => {
    const server = await serveModels(() => ({ says: LETTER }));
    const hall = await hallWith({ other: { baseUrl: server.baseUrl } });

    const run = await hall.start(asking({ model: "other/llama", budget: { perCallUsd: 1 } }) as never, {
      company: "Acme",
    });

    expect(await run.ending).toMatchObject({ is: "failed", error: { code: "MR3099" } });
    expect(server.asked).toEqual([]);
  });
});

test.each([
  ["says it", "Incorrect API key provided: "],
  ["says it where its words are cut", `${"Incorrect. ".repeat(44)} `],
])("a provider's key goes to the provider, and nowhere else, when that %s", async (_when, words) => {
  const key = "sk-canary-0123456789";
  const server = await serveModels(() => ({ status: 401, message: `${words}${key}` }));
  const hall = await hallWith({ local: { baseUrl: server.baseUrl, apiKey: "KEY" } }, { KEY: key });

  const run = await hall.start(asking() as never, { company: "Acme" });
  await run.ending;

  expect(server.asked[0]!.headers.authorization).toBe(`Bearer ${key}`);
  const { store } = hall;
  const rows = [await store.stepsOf(run.id), await store.run(run.id), await store.modelCallsOf(run.id)];
  const kept = JSON.stringify([...rows, run.events]);
  expect(kept).not.toContain(key.slice(0, 9));
  expect(kept).toContain("[secret:");
});
