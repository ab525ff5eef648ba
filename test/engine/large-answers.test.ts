import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { agent, defineAgent, defineScore } from "../../src/index.ts";
import type { ProviderSettings } from "../../src/players/models/model-settings.ts";
import { sayForEver, serve } from "../players/endless-server.ts";
import { serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const MIB = 1024 * 1024;
const LETTER = { letter: "Dear Ada" };
const BLOCK = "x".repeat(MIB);

/** Asks a model that answers like this, and one that writes letters after it; says what the first call came to. */
async function ask(answer: (response: ServerResponse) => unknown, provider: ProviderSettings = {}) {
  const base = await serve((_asked, response) => answer(response));
  const sound = await serveModels(() => ({ says: LETTER }));
  const first = provider.package
    ? { ...provider, options: { baseURL: `${base}/v1` } }
    : { baseUrl: `${base}/v1` };
  const hall = await openHall(undefined, {
    models: {
      providers: { endless: first, sound: { baseUrl: sound.baseUrl } },
      aliases: {},
      prices: {},
      variable: () => "key-0123456789",
      root: process.cwd(),
    },
  });
  const writer = defineAgent({
    id: "writer",
    model: "endless/m",
    fallback: ["sound/m"],
    instructions: "You write letters.",
    input: z.object({}),
    output: z.object({ letter: z.string() }),
    maxTokens: 100,
    timeout: "50s",
  });
  const letter = agent(writer, { input: {} });
  const score = defineScore({ id: "letters", nodes: { letter }, output: letter.output });
  const run = await hall.start(score as never, {});
  await run.ending;
  const [step] = await hall.store.stepsOf(run.id);
  const calls = await hall.store.modelCallsOf(run.id);
  return { output: JSON.parse(step!.output ?? "null"), calls };
}

/** One that begins like this, goes on with `block` for ever, and counts what was taken of it. */
function endless(head: { readonly status?: number; readonly type: string }, start: string, block = BLOCK) {
  const taken: number[] = [];
  const answer = async (response: ServerResponse) => {
    response.writeHead(head.status ?? 200, { "content-type": head.type });
    response.write(start);
    taken.push(await sayForEver(response, block));
  };
  return { answer, taken };
}

const delta = (content: string) =>
  `data: ${JSON.stringify({ id: "1", created: 1, model: "m", choices: [{ index: 0, delta: { content } }] })}\n\n`;

describe("an answer without an end", () => {
  test.each([
    ["that is one piece of JSON", { type: "application/json" }, '{"id":"', BLOCK, "16 MB"],
    ["that is an error", { status: 400, type: "application/json" }, '{"error":"', BLOCK, "16 MB"],
    ["that is one event of a stream", { type: "text/event-stream" }, 'data: {"id":"', BLOCK, "16 MB"],
    ["that is a stream of events", { type: "text/event-stream" }, "", delta(BLOCK), "64 MB"],
  ])("%s is not read to its end, and the fallback is asked", async (_what, head, start, block, most) => {
    const { answer, taken } = endless(head, start, block);

    const { output, calls } = await ask(answer);

    expect(output).toEqual(LETTER);
    expect(calls.map(({ model }) => model)).toEqual(["endless/m", "sound/m"]);
    expect(calls[0]!.error).toContain(`its answer has more than ${most}, and was not read further`);
    await expect.poll(() => taken.length).toBe(1);
    // What the connection holds comes on top.
    expect(taken[0]).toBeLessThan((Number.parseInt(most, 10) + 40) * MIB);
  });

  test("of a provider that is a package is treated like that", async () => {
    const { answer } = endless({ type: "application/json" }, '{"id":"');

    const { output, calls } = await ask(answer, { package: "@ai-sdk/groq", apiKey: "KEY" });

    expect(output).toEqual(LETTER);
    expect(calls[0]!.error).toContain("its answer has more than 16 MB");
  });

  test("is measured as it is unpacked", async () => {
    const packed = gzipSync(Buffer.alloc(100 * MIB, "x"));

    const { output, calls } = await ask((response) =>
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(packed),
    );

    expect(packed.length).toBeLessThan(MIB);
    expect(output).toEqual(LETTER);
    expect(calls[0]!.error).toContain("its answer has more than 16 MB");
  });
});

test("a stream of many pieces may be larger than any single answer", async () => {
  const piece = "data: ".padEnd(1_000_000, " ").concat(delta("").slice("data: ".length));

  const { output, calls } = await ask((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let i = 0; i < 20; i++) response.write(piece);
    response.write(delta(JSON.stringify(LETTER)));
    const end = {
      id: "1",
      created: 1,
      model: "m",
      choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
    };
    response.end(`data: ${JSON.stringify(end)}\n\ndata: [DONE]\n\n`);
  });

  expect(output).toEqual(LETTER);
  expect(calls).toMatchObject([{ model: "endless/m", error: null }]);
});
