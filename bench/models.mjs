/**
 * What asking a model through Maestro costs, next to asking the same server with plain `fetch`, in turns within one run.
 *   npm run build && npm run bench:models [-- --rounds=6 --in-flight=50 --many=1000]
 * The server is a process of its own that speaks OpenAI's protocol as a stream and thinks for 400 to 600 ms, so that calls are
 * under way, and come back one by one, as those of a real model do. A call is timed from asking to the whole answer, read and
 * parsed, less the time for which the server says it has thought.
 */
import { fork } from "node:child_process";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const [LEAST_MS, MOST_MS] = [400, 600];
const LETTER = "Dear Ada, thank you for the engine. Yours, Charles";
const SCHEMA = {
  type: "object",
  properties: { letter: { type: "string" }, thoughtMs: { type: "number" } },
  required: ["letter", "thoughtMs"],
  additionalProperties: false,
};

const [mode, way, port, many] = process.argv.slice(2);
if (mode === "server") serve();
else if (mode === "memory") await weigh(way, Number(port), Number(many));
else await measure();

/** Eight characters a piece, as models speak. */
function serve() {
  const chunk = (delta, finish = null) =>
    `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "llama", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
  const answer = (thoughtMs) =>
    [
      chunk({ role: "assistant", content: "" }),
      ...JSON.stringify({ letter: LETTER, thoughtMs })
        .match(/.{1,8}/g)
        .map((content) => chunk({ content })),
      chunk({}, "stop"),
      `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "llama", choices: [], usage })}\n\n`,
      "data: [DONE]\n\n",
    ].join("");
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const begun = performance.now();
      setTimeout(
        () => {
          response.writeHead(200, { "content-type": "text/event-stream" });
          response.end(answer(performance.now() - begun));
        },
        LEAST_MS + Math.random() * (MOST_MS - LEAST_MS),
      );
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.on("disconnect", () => process.exit());
}

async function measure() {
  const option = (name, standard) =>
    Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? standard);
  const [rounds, inFlight, many] = [option("rounds", 6), option("in-flight", 50), option("many", 1_000)];
  const server = fork(fileURLToPath(import.meta.url), ["server"]);
  const port = await new Promise((resolve) => server.once("message", resolve));
  const ask = await asking(`http://127.0.0.1:${port}/v1`, many);
  // Both are warm before anything counts.
  for (const call of Object.values(ask)) await together(call, inFlight, inFlight * 4);

  const times = { fetch: [], maestro: [] };
  const cpu = { fetch: 0, maestro: 0 };
  const calls = inFlight * 10;
  for (let round = 0; round < rounds; round++)
    for (const way of round % 2 === 0 ? ["fetch", "maestro"] : ["maestro", "fetch"]) {
      const before = process.cpuUsage();
      times[way].push(...(await together(ask[way], inFlight, calls)));
      const { user, system } = process.cpuUsage(before);
      cpu[way] += user + system;
    }
  const row = (way) => ({
    p50: quantile(times[way], 0.5),
    p99: quantile(times[way], 0.99),
    cpu: cpu[way] / 1_000 / (calls * rounds),
  });
  const [plain, ours] = [row("fetch"), row("maestro")];
  process.stdout.write(`${inFlight} in flight, ${calls * rounds} calls each way\n`);
  for (const [name, { p50, p99, cpu: used }] of [
    ["fetch", plain],
    ["Maestro", ours],
    ["more", { p50: ours.p50 - plain.p50, p99: ours.p99 - plain.p99, cpu: ours.cpu - plain.cpu }],
  ])
    process.stdout.write(
      `  ${name.padEnd(8)} p50 ${p50.toFixed(1).padStart(7)} ms   p99 ${p99.toFixed(1).padStart(7)} ms   CPU ${used.toFixed(2)} ms a call\n`,
    );

  process.stdout.write(`${many} in flight, each in a process of its own\n`);
  for (const [name, way] of [
    ["fetch", "fetch"],
    ["Maestro", "maestro"],
  ]) {
    const child = fork(fileURLToPath(import.meta.url), ["memory", way, String(port), String(many)]);
    const peak = await new Promise((resolve) => child.once("message", resolve));
    process.stdout.write(`  ${name.padEnd(8)} at most ${Math.round(peak / 2 ** 20)} MB resident\n`);
  }
  server.disconnect();
}

/** The most memory of this process while so many calls are under way, begun within the time that one takes. */
async function weigh(way, port, many) {
  const ask = await asking(`http://127.0.0.1:${port}/v1`, many);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  await together(ask[way], many, many * 2);
  clearInterval(watch);
  process.send(peak, () => process.exit());
}

/** The same question, asked either way. */
async function asking(baseUrl, concurrency) {
  const { playAgent } = await import("../dist/play-agent.js");
  const models = {
    providers: { local: { baseUrl, concurrency } },
    aliases: {},
    prices: { "local/llama": { input: 1, output: 4 } },
    variable: () => undefined,
    root: ".",
  };
  const agent = {
    id: "writer",
    plan: { model: "local/llama", instructions: "You write letters.", output: SCHEMA, code: 0 },
    code: { tools: [], checkOutput: (value) => ({ value }) },
  };
  const nothing = async () => {};
  const memory = { messages: [], tools: new Map(), say: nothing, begin: nothing, end: nothing };
  const message = { role: "user", content: '{"company":"Acme"}' };
  const body = JSON.stringify({
    model: "llama",
    messages: [{ role: "system", content: "You write letters." }, message],
    response_format: { type: "json_schema", json_schema: { schema: SCHEMA, name: "response" } },
    stream: true,
    stream_options: { include_usage: true },
  });
  return {
    maestro: async () =>
      thoughtOf(
        await playAgent(agent, {
          input: { company: "Acme" },
          signal: new AbortController().signal,
          now: Date.now,
          models,
          memory,
          secrets: {},
          clean: (value) => value,
          idempotencyKey: "run/letter",
          onCall() {},
          onTool() {},
          onEffect() {},
          onAnswer() {},
          onText() {},
          log() {},
        }),
      ),
    fetch: async () => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${baseUrl}/chat/completions`, { method: "POST", headers, body });
      let text = "";
      let rest = "";
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        const events = (rest + piece).split("\n\n");
        rest = events.pop();
        for (const event of events)
          if (event !== "data: [DONE]") text += JSON.parse(event.slice(6)).choices[0]?.delta.content ?? "";
      }
      return thoughtOf(JSON.parse(text));
    },
  };
}

function thoughtOf({ letter, thoughtMs }) {
  if (letter !== LETTER) throw new Error(`it wrote ${letter}`);
  return thoughtMs;
}

/** How long each of `calls` took besides, `width` of them under way at once; begun one after the other, not in one turn. */
async function together(call, width, calls) {
  const times = [];
  let left = calls;
  const worker = async (nth) => {
    await new Promise((resolve) => setTimeout(resolve, (LEAST_MS * nth) / width));
    while (left-- > 0) {
      const begun = performance.now();
      const thoughtMs = await call();
      times.push(performance.now() - begun - thoughtMs);
    }
  };
  await Promise.all(Array.from({ length: width }, (_, nth) => worker(nth)));
  return times;
}

function quantile(times, share) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1];
}
