import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { agent, defineAgent, defineScore, defineTool, input, score, task } from "../../src/index.ts";
import { Telemetry } from "../../src/services/telemetry/telemetry.ts";
import { type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

interface Sent {
  readonly name: string;
  readonly kind: number;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

/** A collector that speaks OTLP over HTTP, in JSON, and keeps what it is sent. */
async function collect() {
  const bodies: string[] = [];
  const requests: { readonly url: string | undefined; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      requests.push({ url: request.url, headers: request.headers });
      bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const spans = () =>
    bodies
      .flatMap((body) => JSON.parse(body).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans: inner }) => inner as Sent[]);
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, requests, spans };
}

const attributesOf = ({ attributes }: Sent) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

const company = input(z.object({ company: z.string() }));
const lookUp = defineTool({
  name: "look_up",
  description: "Looks up",
  input: z.object({ q: z.string() }),
  run: ({ input: { q } }) => {
    if (q === "no") throw new Error("private failure");
    return { found: "private result" };
  },
});
const writer = defineAgent({
  id: "writer",
  model: "local/llama",
  instructions: "You write.",
  input: z.object({ company: z.string() }),
  output: z.string(),
  tools: [lookUp],
});
const inner = defineScore({
  id: "inner",
  nodes: { one: task({ label: "one", input: {}, output: z.number(), run: () => 1 }) },
  output: { n: 1 },
});
const letter = agent(writer, { input: { company: company.company } });
const more = score(inner, { input: {}, after: [letter] });
const letters = defineScore({
  id: "letters",
  input: company,
  nodes: { letter, more },
  output: letter.output,
});

const CALLS: Reply = {
  calls: [
    { tool: "look_up", with: { q: "private question" } },
    { tool: "look_up", with: { q: "no" } },
  ],
  usage: { input: 30, output: 4 },
};

async function play(endpoint: string, prompts: boolean) {
  const witness = new Telemetry({ endpoint, prompts, headers: { "x-team": "blue" }, version: "1.2.3" });
  const server = await serveModels((_asked, nth) => (nth === 1 ? CALLS : { says: "private answer" }));
  const hall = await openHall(undefined, {
    witness,
    models: {
      providers: { local: { baseUrl: server.baseUrl } },
      aliases: {},
      prices: { "local/llama": { input: 1, output: 1 } },
      variable: () => undefined,
      root: ".",
    },
  });
  const run = await hall.start(letters as never, { company: "Acme" });
  const ending = await run.ending;
  await witness.close();
  return { ending, run };
}

test("a run is one trace of its steps, calls of models and calls of tools, and says nothing of what was said", async () => {
  const collector = await collect();
  const { run } = await play(collector.endpoint, false);

  const spans = collector.spans();
  const named = (name: string) => spans.find((span) => span.name === name)!;
  const [root, step] = [named("run letters"), named("step letter")];
  expect(spans.map(({ name }) => name).toSorted()).toEqual([
    "chat llama",
    "chat llama",
    "execute_tool look_up",
    "execute_tool look_up",
    "run inner",
    "run letters",
    "step letter",
    "step more",
    "step one",
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(attributesOf(root)).toMatchObject({ "maestro.run.id": run.id, "maestro.run.status": "completed" });
  expect(step.parentSpanId).toBe(root.spanId);
  expect(named("run inner").parentSpanId).toBe(named("step more").spanId);
  const chat = named("chat llama");
  expect(chat).toMatchObject({ kind: 3, parentSpanId: step.spanId });
  expect(attributesOf(chat)).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "local",
    "gen_ai.request.model": "llama",
    "gen_ai.agent.name": "writer",
    "gen_ai.usage.input_tokens": 30,
    "gen_ai.usage.output_tokens": 4,
    "maestro.cost.micro_usd": 34,
  });
  const tools = spans.filter(({ name }) => name === "execute_tool look_up");
  expect(tools.map((tool) => [tool.parentSpanId, attributesOf(tool)["gen_ai.tool.name"]])).toEqual([
    [step.spanId, "look_up"],
    [step.spanId, "look_up"],
  ]);
  expect(tools.map(({ status }) => status.code).toSorted()).toEqual([0, 2]);
  for (const { startTimeUnixNano, endTimeUnixNano } of spans)
    expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
  expect(collector.requests[0]).toMatchObject({ url: "/v1/traces", headers: { "x-team": "blue" } });
  expect(collector.bodies.join()).not.toContain("private");
  expect(collector.bodies.join()).toContain("1.2.3");
});

test("what models say and tools give is in a trace when the configuration says so", async () => {
  const collector = await collect();
  await play(collector.endpoint, true);

  const texts = collector.bodies.join();
  for (const said of ["private question", "private result", "private failure", "private answer"])
    expect(texts).toContain(said);
});

test("why a step failed is told by its code alone, for the message may repeat what was said", async () => {
  const collector = await collect();
  const witness = new Telemetry({
    endpoint: collector.endpoint,
    prompts: false,
    headers: {},
    version: "1.2.3",
  });
  const hall = await openHall(undefined, { witness });
  const broken = task({
    label: "broken",
    input: {},
    output: z.number(),
    run: () => {
      throw new Error("private words");
    },
  });
  const failing = defineScore({ id: "failing", nodes: { broken }, output: broken.output });

  await (await hall.start(failing as never)).ending;
  await witness.close();

  const failed = collector.spans().map((span) => [span.name, span.status, attributesOf(span)["error.type"]]);
  expect(failed.toSorted()).toEqual([
    ["run failing", { code: 2, message: "MR3009" }, "MR3009"],
    ["step broken", { code: 2, message: "MR3009" }, "MR3009"],
  ]);
});

test("a collector that is not there changes nothing of a run", async () => {
  const { ending } = await play("http://127.0.0.1:9", false);

  expect(ending).toEqual({ is: "completed", output: "private answer" });
});
