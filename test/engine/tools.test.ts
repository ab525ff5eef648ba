import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { stepLines } from "../../src/cli/commands/step-lines.ts";
import { agent, defineAgent, defineScore, defineTool, input } from "../../src/index.ts";
import { toColors } from "../../src/support/colors.ts";
import { runDetail } from "../../src/views/run-detail.ts";
import { type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const company = input(z.object({ company: z.string() }));
const CANARY = "canary-7f3a9b21c4";
const KEY_CANARY = "provider-key-55d0aa17";

/** Plays one run of an agent with these tools, against a model that answers like this. */
async function play(tools: readonly unknown[], replies: readonly Reply[], options: object = {}) {
  const server = await serveModels((_asked, nth) => replies[nth - 1] ?? { says: "done" });
  const hall = await openHall(undefined, {
    secret: (name) => (name === "CRM_KEY" ? CANARY : undefined),
    models: {
      providers: { local: { baseUrl: server.baseUrl, apiKey: "LOCAL_KEY" } },
      aliases: {},
      prices: {},
      variable: () => KEY_CANARY,
      root: ".",
    },
  });
  const writer = defineAgent({
    id: "writer",
    model: "local/llama",
    instructions: "You write.",
    input: z.object({ company: z.string() }),
    output: z.string(),
    tools: tools as never,
  });
  const letter = agent(writer, { input: { company: company.company }, ...options });
  const score = defineScore({ id: "letters", input: company, nodes: { letter }, output: letter.output });
  const run = await hall.start(score as never, { company: "Acme" });
  const ending = await run.ending;
  const { steps } = await runDetail(hall.store, (await hall.store.run(run.id))!);
  const called = steps[0]!.tools;
  const told = server.asked.map(({ body }) => body.messages.at(-1)!.content);
  return { ending, run, server, hall, steps, called, told };
}

function calling(tool: string, ...all: readonly unknown[]): Reply {
  return { calls: all.map((one) => ({ tool, with: one })) };
}

const sent: string[] = [];
beforeEach(() => {
  sent.length = 0;
});

const send = defineTool({
  name: "send",
  description: "Sends a letter",
  input: z.object({ to: z.string() }),
  constraints: {
    "letters go to our own people only": ({ to }) => to.endsWith("@acme.com"),
    "nobody writes to the board": async ({ to }) => !to.startsWith("board@"),
  },
  effects: true,
  run: ({ input }) => {
    sent.push(input.to);
    return { sent: true };
  },
});

describe("constraints of a tool", () => {
  test("are told to the model with its description", async () => {
    const { server } = await play([send], []);

    expect(server.asked[0]!.body.tools![0]).toMatchObject({
      function: {
        description:
          "Sends a letter\nA call is refused unless:\n- letters go to our own people only\n- nobody writes to the board",
      },
    });
  });

  test("refuse a call outside of the model: nothing runs, the model is told, and it is written down", async () => {
    const { ending, told, called, run } = await play(
      [send],
      [calling("send", { to: "ada@evil.com" }), calling("send", { to: "board@acme.com" })],
    );

    expect(ending).toEqual({ is: "completed", output: "done" });
    expect(sent).toEqual([]);
    expect(told.slice(1)).toEqual([
      "refused: letters go to our own people only",
      "refused: nobody writes to the board",
    ]);
    expect(called).toMatchObject([
      { tool: "send", input: { to: "ada@evil.com" }, isRefused: true, error: told[1] },
      { tool: "send", input: { to: "board@acme.com" }, isRefused: true, error: told[2] },
    ]);
    expect(run.events.filter(({ type }) => type === "tool.called")).toMatchObject(
      called.map(({ at: _, ...one }) => one),
    );
  });

  test("are shown with the calls below the step", async () => {
    const { steps } = await play(
      [send],
      [calling("send", { to: "ada@evil.com" }, { to: "ada@acme.com" }), calling("send", { to: 3 })],
    );

    const lines = [...stepLines(steps, toColors(false), true)].slice(1);
    expect(lines.map((line) => line.replace(/ \d+ ms$/, " 1 ms")).toSorted()).toEqual([
      '      send {"to":"ada@acme.com"} → {"sent":true}  1 ms',
      '      send {"to":"ada@evil.com"} refused: letters go to our own people only',
      '      send {"to":3} the arguments do not fit: to: Invalid input: expected string, received number',
    ]);
  });

  test("let everything else through", async () => {
    const { called } = await play([send], [calling("send", { to: "ada@acme.com" })]);

    expect(sent).toEqual(["ada@acme.com"]);
    expect(called).toMatchObject([
      { tool: "send", output: { sent: true }, durationMs: expect.any(Number), at: expect.any(Number) },
    ]);
  });

  test("that throw or give no answer refuse the call", async () => {
    const odd = defineTool({
      name: "odd",
      description: "Sends",
      input: z.object({ to: z.string() }),
      constraints: {
        "it is known": ({ to }) => {
          if (to === "a") throw new Error("database down");
          return undefined as never;
        },
      },
      run: () => sent.push("odd"),
    });
    const { told } = await play([odd], [calling("odd", { to: "a" }, { to: "b" })]);

    expect(sent).toEqual([]);
    expect(told[1]).toBe("refused: it is known");
  });
});

test("a call whose constraints are still looked at when its attempt's time is over is not made any more", async () => {
  const looking = Promise.withResolvers<boolean>();
  let looked = 0;
  const slow = defineTool({
    name: "slow",
    description: "Sends",
    input: z.object({}),
    constraints: { "it is known": () => ++looked > 1 || looking.promise },
    effects: true,
    run: ({ idempotencyKey }) => {
      sent.push(idempotencyKey);
      looking.resolve(true);
      return { sent: true };
    },
  });
  const { ending } = await play([slow], [calling("slow", {}), calling("slow", {})], {
    timeout: "300ms",
    retry: { attempts: 2, backoff: "1ms" },
  });

  // What the first attempt was still to do would have come before the answer.
  expect(ending).toEqual({ is: "completed", output: "done" });
  await new Promise(setImmediate);
  expect(sent).toHaveLength(1);
});

describe("a tool", () => {
  const named = (name: string, run: (call: { signal: AbortSignal }) => unknown, more: object = {}) =>
    defineTool({ name, description: "Does it", input: z.object({}), run, ...more });

  test("that hangs is told to end after its time, and the model goes on", async () => {
    let reason: unknown;
    const hanging = named(
      "hang",
      ({ signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => {
            reason = signal.reason;
          });
        }),
      { timeout: "30ms" },
    );
    const { ending, told } = await play([hanging], [calling("hang", {})]);

    expect(ending.is).toBe("completed");
    expect(told[1]).toBe("it took longer than 30 ms and was told to end");
    expect(String(reason)).toContain("took longer");
  });

  test("with effects that hangs says that nobody knows what it did", async () => {
    const { told } = await play(
      [named("hang", () => new Promise(() => {}), { timeout: "30ms", effects: true })],
      [calling("hang", {})],
    );

    expect(told[1]).toContain("nobody knows whether it took effect");
  });

  test("whose result is large gives the model the beginning of it", async () => {
    const { told, called } = await play(
      [named("long", () => ({ text: "é".repeat(4_000) }), { maxResultKb: 1 })],
      [calling("long", {})],
    );

    expect(String(told[1])).toMatch(/^\{"text":"é+\n… 6987 more bytes were left out …$/);
    expect(called[0]!.output).toBe(told[1]);
  });

  test.each([
    ["throws", () => Promise.reject(new Error("no such company")), "no such company"],
    ["throws what is no error", () => Promise.reject("out of order"), "out of order"],
    [
      "gives what JSON cannot hold",
      () => ({ n: 1, big: 10n }),
      "its result is no JSON: Do not know how to serialize a BigInt",
    ],
    ["gives what does not fit its output", () => ({ n: "four" }), /^its result does not fit: n: /],
  ])("that %s is told to the model, and written down", async (_what, run, says) => {
    const output = z.looseObject({ n: z.number() });
    const { ending, told, called } = await play([named("odd", run, { output })], [calling("odd", {})]);

    expect(ending.is).toBe("completed");
    expect(told[1]).toEqual(typeof says === "string" ? says : expect.stringMatching(says));
    expect(called).toMatchObject([{ tool: "odd", error: told[1], durationMs: expect.any(Number) }]);
  });

  test("is given the same key when it is called again, and another one for another call", async () => {
    const keys: string[] = [];
    const keyed = defineTool({
      name: "keyed",
      description: "Keeps its keys",
      input: z.object({}),
      run: ({ idempotencyKey }) => keys.push(idempotencyKey),
    });
    const { run } = await play([keyed], [calling("keyed", {}, {}), calling("keyed", {})]);

    expect(new Set(keys).size).toBe(3);
    expect(keys[0]).toMatch(new RegExp(`^${run.id}/letter/0/`));
  });
});

describe("the secret of a tool", () => {
  const crm = (run: (key: string) => unknown) =>
    defineTool({
      name: "crm",
      description: "Asks the CRM",
      input: z.object({ q: z.string() }),
      secrets: ["CRM_KEY"],
      run: ({ secrets }) => run(secrets.CRM_KEY),
    });

  test("is given to it by name", async () => {
    let given: unknown;
    await play(
      [
        crm((key) => {
          given = key;
        }),
      ],
      [calling("crm", { q: "a" })],
    );

    expect(given).toBe(CANARY);
  });

  test("that is not there fails the step before any model is asked", async () => {
    const missing = defineTool({
      name: "crm",
      description: "Asks",
      input: z.object({}),
      secrets: ["OTHER_KEY"],
      run: () => 1,
    });
    const { ending, server } = await play([missing], []);

    expect(ending).toMatchObject({ is: "failed", error: { code: "MR3021" } });
    expect(server.asked).toHaveLength(0);
  });

  test("stands nowhere, whatever the tool gives or throws: not in the store, not in events, not before the model", async () => {
    const forms = [
      CANARY,
      { [CANARY]: [Buffer.from(`x${CANARY}`).toString("base64")] },
      encodeURIComponent(CANARY),
    ];
    let nth = 0;
    const { hall, run, server, ending } = await play(
      [
        crm((key) => {
          const form = forms[nth++];
          if (form === undefined) throw new Error(`401 for key ${key} and ${KEY_CANARY}`);
          return { form };
        }),
      ],
      [calling("crm", { q: "a" }, { q: "b" }), calling("crm", { q: "c" }), calling("crm", { q: CANARY })],
    );

    expect(ending.is).toBe("completed");
    expect(nth).toBe(4);
    const seen = JSON.stringify([
      run.events,
      // What the model itself made up is in what it said.
      server.asked.map(({ body }) => body.messages.filter(({ role }) => role === "tool")),
      await hall.store.stepsOf(run.id),
      await hall.store.eventsOf(run.id),
      await hall.store.toolTurnsOf(run.id),
    ]);
    for (const secret of [CANARY, KEY_CANARY, Buffer.from(CANARY).toString("base64").slice(0, 12)])
      expect(seen).not.toContain(secret);
    expect(seen).toContain("[secret:CRM_KEY]");
    expect(seen).toContain("[secret:LOCAL_KEY]");
  });
});
