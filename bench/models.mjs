/**
 * What asking a model through Maestro costs, next to asking the same server with plain `fetch`, in turns within one run; and
 * how much memory a whole `maestro run` takes that has many calls under way at once. Some 30 seconds on a quiet machine.
 *   npm run build && npm run bench:models [-- --rounds=2 --in-flight=50 --many=1000]
 * The server is a process of its own that speaks OpenAI's protocol as a stream and thinks for 400 to 600 ms, so that calls are
 * under way, and come back one by one, as those of a real model do. A call is timed from asking to the whole answer, read and
 * parsed, less the time for which the server says it has thought.
 */
import { fork, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeWorkspace } from "./workspace.mjs";

const [LEAST_MS, MOST_MS] = [400, 600];
/** What has to hold, in milliseconds and MB. */
const MUST = { p50: 2, p99: 10, megabytes: 300 };
const LETTER = "Dear Ada, thank you for the engine. Yours, Charles";
const SCHEMA = {
  type: "object",
  properties: { letter: { type: "string" }, thoughtMs: { type: "number" } },
  required: ["letter", "thoughtMs"],
  additionalProperties: false,
};

const [mode, ...given] = process.argv.slice(2);
if (mode === "server") serve(Number(given[0]));
else if (mode === "fetches") await weighFetches(...given);
else await measure();

/** Eight characters a piece, as models speak. Below `/held` nobody is answered before `many` calls are under way at once. */
function serve(many) {
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
  const held = [];
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const begun = performance.now();
      const say = () => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.end(answer(performance.now() - begun));
      };
      const think = () => setTimeout(say, LEAST_MS + Math.random() * (MOST_MS - LEAST_MS));
      if (!request.url.startsWith("/held")) return think();
      held.push(think);
      if (held.length === many) for (const one of held.splice(0)) one();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.on("disconnect", () => process.exit());
}

async function measure() {
  const option = (name, standard) =>
    Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? standard);
  const [rounds, inFlight, many] = [option("rounds", 2), option("in-flight", 50), option("many", 1_000)];
  const server = fork(fileURLToPath(import.meta.url), ["server", String(many)]);
  const port = await new Promise((resolve) => server.once("message", resolve));
  const ask = await asking(`http://127.0.0.1:${port}/v1`, inFlight);
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

  const more = { p50: ours.p50 - plain.p50, p99: ours.p99 - plain.p99 };
  process.stdout.write(
    `  must     p50 ${verdict(more.p50 <= MUST.p50, `≤ ${MUST.p50} ms more`)}   p99 ${verdict(more.p99 <= MUST.p99, `≤ ${MUST.p99} ms more`)}\n`,
  );

  process.stdout.write(`${many} in flight at once, and answered within ${MOST_MS - LEAST_MS} ms\n`);
  const held = `http://127.0.0.1:${port}/held/v1`;
  const line = (name, bytes) =>
    process.stdout.write(`  ${name.padEnd(24)} at most ${Math.round(bytes / 2 ** 20)} MB resident\n`);
  line("fetch alone", await peakOf([fileURLToPath(import.meta.url), "fetches", held, String(many)]));
  const peak = await weighRun(held, many);
  line("maestro run, all of it", peak);
  process.stdout.write(
    `  must                     ${verdict(peak / 2 ** 20 < MUST.megabytes, `< ${MUST.megabytes} MB`)}\n`,
  );
  server.disconnect();
}

function verdict(isMet, what) {
  return `${what}: ${isMet ? "met" : "not met"}`;
}

/** Asks `many` times at once, three times over. */
async function weighFetches(baseUrl, count) {
  const many = Number(count);
  const ask = await asking(baseUrl, many);
  for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: many }, ask.fetch));
}

/** A whole `maestro run` with a map of `many` agents, three times over: engine, store and gateway in one process. */
async function weighRun(baseUrl, many) {
  const folder = makeWorkspace(0);
  writeFileSync(join(folder, "maestro.config.ts"), configOf(baseUrl, many));
  mkdirSync(join(folder, "scores"), { recursive: true });
  writeFileSync(join(folder, "scores/letters.ts"), scoreOf(many));
  const bin = fileURLToPath(new URL("../bin/maestro.cjs", import.meta.url));
  try {
    return await peakOf([bin, "run", "letters", "--quiet"], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf(baseURL, many) {
  return `import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  providers: { local: openaiCompatible({ name: "local", baseURL: "${baseURL}", concurrency: ${many} }) },
  prices: { "local/llama": { input: 1, output: 4 } },
  budget: { perDayUsd: 100 },
});
`;
}

function scoreOf(many) {
  return `import { agent, defineAgent, defineScore, derive, map } from "maestro-ts";
import { z } from "zod";

const writer = defineAgent({
  id: "writer",
  model: "local/llama",
  instructions: "You write letters.",
  input: z.object({ n: z.number() }),
  output: z.object({ letter: z.string(), thoughtMs: z.number() }),
  maxTokens: 100,
});
const first = derive([], () => Array.from({ length: ${many} }, (_, n) => n));
const letters = map({ over: first, maxItems: ${many}, each: (n) => agent(writer, { input: { n } }) });
const second = derive([letters.output], (all) => all.map((_, n) => n));
const more = map({ over: second, maxItems: ${many}, each: (n) => agent(writer, { input: { n } }) });
const third = derive([more.output], (all) => all.map((_, n) => n));
const last = map({ over: third, maxItems: ${many}, each: (n) => agent(writer, { input: { n } }) });
const count = derive([last.output], (all) => all.length);

export default defineScore({ id: "letters", nodes: { letters, more, last }, output: { count }, concurrency: ${many} });
`;
}

/** The most that one process has ever had resident, as the kernel counts it. */
async function peakOf(args, cwd = process.cwd()) {
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  let [peak, said] = [0, ""];
  child.stderr.on("data", (text) => {
    said += text;
  });
  const watch = setInterval(() => {
    try {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      peak = Math.max(peak, Number(kilobytes ?? 0) * 1_024);
    } catch {
      // It has ended.
    }
  }, 20);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`it ended with ${code}: ${said}`);
  return peak;
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
