/**
 * Plays a score whose agent calls a tool with effects, in a process of its own, and kills itself: in the tool right after
 * its effect, where the model is asked with the tool's result, where its answer is read, or at one of its writes. It answers
 * from a server of the same process; the tool writes to a ledger that nothing undoes, and so does the model to one of its own.
 *   node tool-player.ts FILE LEDGER in-tool|when-told|when-read|before:N|after:N|never
 */
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine } from "../../src/engine/index.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { NOTED_AFTER_MS } from "../../src/engine/performance.ts";
import { agent, defineAgent, defineScore, defineTool } from "../../src/index.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { resumeRun } from "../../src/operations/resume-run.ts";
import { MIGRATIONS } from "../../src/paths.ts";
import { openStore } from "../../src/store/open-store.ts";
import { type Clock, systemClock } from "../../src/support/clock.ts";
import { killAtWrite } from "./kill-at-write.ts";

const [file, ledger, kill] = process.argv.slice(2) as [string, string, string];
const { counter, connect } = killAtWrite(kill);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as { messages: { role: string }[] };
    const isAnswered = messages.some(({ role }) => role === "tool");
    appendFileSync(`${ledger}.asked`, `${messages.at(-1)!.role}\n`);
    if (isAnswered && kill === "when-told") process.kill(process.pid, "SIGKILL");
    const call = { index: 0, id: "call_0", type: "function", function: { name: "send", arguments: "{}" } };
    const event = (delta: object, finish: string | null) =>
      response.write(
        `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
      );
    response.writeHead(200, { "content-type": "text/event-stream" });
    event(isAnswered ? { content: "sent" } : { tool_calls: [call] }, null);
    event({}, isAnswered ? "stop" : "tool_calls");
    response.end("data: [DONE]\n\n");
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

const send = defineTool({
  name: "send",
  description: "Sends a letter",
  input: z.object({}),
  effects: true,
  run({ idempotencyKey }) {
    appendFileSync(ledger, `${idempotencyKey}\n`);
    if (kill === "in-tool") process.kill(process.pid, "SIGKILL");
  },
});
const writer = defineAgent({
  id: "writer",
  model: "local/m",
  instructions: "You send a letter.",
  input: z.object({}),
  output: z.string().refine(() => {
    if (kill === "when-read") process.kill(process.pid, "SIGKILL");
    return true;
  }),
  tools: [send],
});
const letter = agent(writer, { input: {}, retry: { attempts: 2, backoff: "1ms" } });
const score = defineScore({ id: "sending", nodes: { letter }, output: letter.output });

const store = await openStore({ file, durability: "process", migrations: MIGRATIONS, connect });
const compiled = toPlan(score as never);
const playable = makePlayable(compiled, () => "deployment-1");
const plan = JSON.stringify(compiled.plan);
await store.saveDeployment({ hash: playable.hash, score: "sending", plan, code: null, createdAt: 1 });
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
// Nothing is noted for having taken long: this machine may be slow today.
const clock: Clock = {
  now: systemClock.now,
  after: (ms, wake) => (ms === NOTED_AFTER_MS ? () => {} : systemClock.after(ms, wake)),
};
const engine = new Engine(store, clock, {
  ...NOTHING_OUTSIDE,
  models: { ...NOTHING_OUTSIDE.models, providers: { local: { baseUrl } } },
});
const [summary] = await store.listRuns({ limit: 1 });
const row = summary && (await store.run(summary.id))!;
const play = !row
  ? await engine.start(playable, {})
  : row.endedAt === null && (await resumeRun({ engine, store, now: systemClock.now }, { row, playable }));
const ended = play ? await play.ending : { is: row!.status };
const called = await store.toolTurnsOf(play ? play.id : row!.id);
const billed = await store.modelCallsOf(play ? play.id : row!.id);
await store.close();
server.closeAllConnections();
server.close();
process.stdout.write(JSON.stringify({ writes: counter.writes, ended, called, billed }));
