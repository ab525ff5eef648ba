import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { type Maestro, type MaestroOptions, openMaestro, RunFailed } from "../../src/embed.ts";
import {
  agent,
  checkpoint,
  defineAgent,
  defineScore,
  env,
  input,
  openaiCompatible,
  score,
  task,
} from "../../src/index.ts";
import { playableOfScore } from "../../src/operations/playable-of-score.ts";
import { MIGRATIONS } from "../../src/paths.ts";
import { toRevision } from "../../src/plan/index.ts";
import { connectLibsql } from "../../src/store/connection.ts";
import { openStore } from "../../src/store/open-store.ts";
import { serveModels } from "../players/model-server.ts";

const start = input(z.object({ n: z.number(), fails: z.boolean().default(false) }));
const half = task({
  input: { n: start.n, fails: start.fails },
  output: z.number(),
  run: ({ input }) => {
    if (input.fails) throw new Error("cannot halve");
    return input.n / 2;
  },
});
const halve = defineScore({ id: "halve", input: start, nodes: { half }, output: { half: half.output } });

const review = checkpoint({
  title: "Pay?",
  decision: z.object({ yes: z.boolean() }),
  assignee: "accounts",
  timeout: "1d",
  onTimeout: "reject",
});
const asking = defineScore({ id: "asking", nodes: { review }, output: review.output });
const asked = score(asking, { input: {} });
const whole = defineScore({ id: "whole", nodes: { asked }, output: asked.output });
const slow = task({
  input: {},
  output: z.boolean(),
  run: () => new Promise<boolean>((resolve) => held.push(() => resolve(true))),
});
const busy = defineScore({ id: "busy", nodes: { review, slow }, output: review.output });

let held: (() => void)[] = [];
const pay = task({
  input: {},
  output: z.object({ id: z.string() }),
  retry: "never",
  run: ({ signal }) =>
    new Promise<{ id: string }>((resolve, reject) => {
      held.push(() => resolve({ id: "p1" }));
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
});
const payment = defineScore({ id: "payment", nodes: { pay }, output: pay.output });

async function open(
  folder = mkdtempSync(join(tmpdir(), "maestro-embed-")),
  rest: Partial<MaestroOptions> = {},
): Promise<Maestro & { folder: string }> {
  const maestro = await openMaestro({
    scores: [halve, payment, asking, whole, busy],
    store: join(folder, "m.db"),
    durability: "process",
    ...rest,
  });
  onTestFinished(async () => {
    await maestro.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { ...maestro, folder };
}

test("a score is played, typed from its input to its output", async () => {
  const maestro = await open();

  const run = await maestro.run(halve, { n: 8 });

  const output: { half: number } = await run.result;
  expect(output).toEqual({ half: 4 });
});

test("a run asks a revision of an agent that is dark for others, when it is begun with that flag", async () => {
  const server = await serveModels(({ body }) => ({ says: { letter: String(body.messages[0]!.content) } }));
  const letters = (instructions: string) => {
    const writer = defineAgent({
      id: "writer",
      model: "local/llama",
      instructions,
      input: z.object({}),
      output: z.object({ letter: z.string() }),
    });
    const draft = agent(writer, { input: {} });
    return defineScore({ id: "letters", nodes: { draft }, output: draft.output });
  };
  // The dark one is in a score that another one plays.
  const [old, inner] = [letters("old"), letters("next")];
  const sent = score(inner, { input: {} });
  const next = defineScore({ id: "post", nodes: { sent }, output: sent.output });
  const { plan } = playableOfScore(inner as never);
  const { hash } = playableOfScore(next as never);
  const dark = toRevision("writer", plan.agents!.writer!, hash);
  const folder = mkdtempSync(join(tmpdir(), "maestro-embed-"));
  const flag = { model: dark, stage: "dark", agents: null, perDayMicroUsd: 0 } as const;
  const decided = { who: "ada", why: null, at: 1, deployment: hash };
  const audit = { who: "ada", origin: "test", action: "flag", about: dark, at: 1, payload: "0".repeat(64) };
  const store = await openStore({
    file: join(folder, "m.db"),
    durability: "process",
    migrations: MIGRATIONS,
  });
  await store.models.setFlag(dark, { ...flag, ...decided }, audit as never);
  await store.close();
  const providers = { local: openaiCompatible({ name: "local", baseURL: server.baseUrl }) };
  const maestro = await open(folder, { scores: [old, next], providers });

  const named = await maestro.run(old, {}, { flags: [dark] });
  const other = await maestro.run(next, {});

  expect(await named.result).toEqual({ letter: "next" });
  // The run's own is dark for it: the one before is played.
  expect(await other.result).toEqual({ letter: "old" });
  await expect(maestro.run(old, {}, { flags: ["writer@000000000000"] })).rejects.toMatchObject({
    code: "MR2098",
  });
  for (const flags of [null, dark, [7]])
    await expect(maestro.run(old, {}, { flags: flags as never })).rejects.toThrow(
      "flags have to be a list of names",
    );
});

test("traces go where a program says, with what is asked of its secrets", async () => {
  const heard: (string | undefined)[] = [];
  const collector = createServer((request, response) => {
    heard.push(request.headers.authorization);
    request
      .resume()
      .on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    collector.closeAllConnections();
    collector.close();
  });
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const maestro = await open(undefined, {
    telemetry: { endpoint, headers: { authorization: env("OTLP_AUTH") } },
    secret: (name) => (name === "OTLP_AUTH" ? "Bearer 0123456789" : undefined),
  });

  await (await maestro.run(halve, { n: 8 })).result;
  await maestro.close();

  expect(new Set(heard)).toEqual(new Set(["Bearer 0123456789"]));
  for (const endpoint of ["nowhere", "ftp://127.0.0.1/traces", ""])
    await expect(open(undefined, { telemetry: { endpoint } })).rejects.toThrow("telemetry.endpoint");
});

test("events come from the beginning to the end, and the loop ends with the run", async () => {
  const maestro = await open();
  const run = await maestro.run(halve, { n: 8 });

  const types: string[] = [];
  for await (const event of run.events) types.push(event.type);

  expect(types).toEqual(["run.started", "step.started", "step.completed", "run.completed"]);
});

test("a loop over events may be broken off, and two may go at once", async () => {
  const maestro = await open();
  const run = await maestro.run(halve, { n: 8 });
  const { events } = run;
  const read = async () => {
    let count = 0;
    for await (const _ of events) count++;
    return count;
  };

  const counts = await Promise.all([read(), read()]);
  for await (const _ of run.events) break;

  expect(counts[0]! + counts[1]!).toBe(4);
});

test("a run that fails rejects with its step and its reason", async () => {
  const maestro = await open();

  const run = await maestro.run(halve, { n: 8, fails: true });

  const error = await run.result.catch((e: unknown) => e as RunFailed);
  expect(error).toBeInstanceOf(RunFailed);
  expect(error).toMatchObject({
    run: run.id,
    step: "half",
    how: "failed",
    message: 'step "half": cannot halve',
  });
});

test("wrong input is refused with every wrong field", async () => {
  const maestro = await open();

  await expect(maestro.run(halve, { n: "x" as never })).rejects.toMatchObject({
    code: "MR2002",
    facts: { problems: [{ path: "n" }] },
  });
});

test("a score that was not given to openMaestro is refused", async () => {
  const maestro = await open();
  const other = defineScore({ id: "other", nodes: { half } });

  await expect(maestro.run(other as never, {})).rejects.toMatchObject({ code: "MR2001" });
});

test("a score with errors is refused when Maestro is opened", async () => {
  const unlisted = defineScore({
    id: "unlisted",
    nodes: { half },
    output: { n: task({ input: {}, output: z.number(), run: () => 1 }).output },
  });

  await expect(
    openMaestro({ scores: [unlisted as never], store: join(tmpdir(), "never.db") }),
  ).rejects.toThrow(/^score "unlisted": .* \(MS200\d\)$/);
});

test("what an earlier process left is resumed, but not what is being played", async () => {
  held = [];
  const first = await open();
  const run = await first.run(payment, {});
  await expect.poll(() => held.length).toBe(1);
  expect(await first.resume()).toEqual([]);
  await first.close();
  await expect(run.result).rejects.toMatchObject({ how: "stopped" });

  const second = await open(first.folder);
  const [left] = await second.resume();
  await expect(left!.result).rejects.toMatchObject({ how: "asking", step: "pay" });
  const [answered] = await second.resume({ [run.id]: { give: { pay: { id: "p7" } } } });

  expect(await answered!.result).toEqual({ id: "p7" });
});

test("after close nothing begins", async () => {
  const maestro = await open();
  await maestro.close();

  await expect(maestro.run(halve, { n: 1 })).rejects.toMatchObject({ code: "MR2012" });
});

test("a second owner of the file is told who has it", async () => {
  const maestro = await open();

  await expect(openMaestro({ scores: [halve], store: join(maestro.folder, "m.db") })).rejects.toMatchObject({
    code: "MR1007",
    facts: { pid: process.pid },
  });
});

test("a store in which the scores cannot be written down is left to the next owner", async () => {
  const { folder, close } = await open();
  await close();
  const file = join(folder, "m.db");
  const change = async (sql: string) => {
    const connection = connectLibsql(file);
    await connection.executeMultiple(sql);
    connection.close();
  };
  await change(
    "CREATE TRIGGER refusing BEFORE INSERT ON deployments BEGIN SELECT RAISE(ABORT, 'not today'); END",
  );
  const other = defineScore({ id: "other", nodes: { review }, output: review.output });

  await expect(open(folder, { scores: [other] })).rejects.toMatchObject({ code: "MR1009" });

  await change("DROP TRIGGER refusing");
  const maestro = await open(folder);
  expect(await (await maestro.run(halve, { n: 8 })).result).toEqual({ half: 4 });
});

test("a checkpoint is listed and decided, and the run that plays the one that asks goes on", async () => {
  const maestro = await open();
  const first = await maestro.run(whole, {});
  await expect(first.result).rejects.toMatchObject({ how: "waiting", step: "asked" });

  const [question, ...more] = await maestro.checkpoints();

  expect(more).toEqual([]);
  expect(question).toMatchObject({ step: "review", title: "Pay?", assignee: "accounts" });
  await expect(maestro.decide(question!, { value: { yes: 1 }, by: "ada" })).rejects.toMatchObject({
    code: "MR2014",
  });
  const second = await maestro.decide(question!, { value: { yes: true }, by: "ada" });
  expect(second.id).toBe(first.id);
  expect(await second.result).toEqual({ yes: true });
  expect(await maestro.checkpoints()).toEqual([]);
  await expect(maestro.decide(question!, { value: { yes: false }, by: "bob" })).rejects.toMatchObject({
    code: "MR2017",
    message: expect.stringMatching(/^"review" of run \w+ has been decided already, by ada, at 20\d\d-.+Z\.$/),
  });
  const nope = { run: question!.run, step: "nope" };
  await expect(maestro.decide(nope, { value: { yes: false }, by: "bob" })).rejects.toThrow(
    `"nope" of run ${question!.run} is no open checkpoint: there is none.`,
  );
});

test("who has begun, decided, held, cancelled or begun again stands with the run, also when a program did it", async () => {
  const maestro = await open();
  const run = await maestro.run(asking, {}, { by: "eve" });
  await run.result.catch(() => {});
  await maestro.pause(run.id, { by: "ada" });
  await maestro.decide({ run: run.id, step: "review" }, { value: { yes: true }, by: "bob" });
  await (await maestro.resumeRun(run.id)).result;
  const again = await maestro.rerun(run.id, { from: ["review"], by: "cleo" });
  await again.result.catch(() => {});
  await maestro.cancel(again.id, { by: "dan" });
  await expect(maestro.cancel(again.id, { by: "eve" })).rejects.toMatchObject({ code: "MR2008" });
  await maestro.close();

  const file = join(maestro.folder, "m.db");
  const store = await openStore({ file, durability: "process", migrations: MIGRATIONS });
  const doneTo = async (about: string) =>
    (await store.orchestras.audits({ limit: 9, about })).map(
      ({ who, action, origin }) => `${who} ${action} (${origin})`,
    );
  const [first, second] = [await doneTo(run.id), await doneTo(again.id)];
  await store.close();

  expect(first).toEqual([
    "cleo rerun (program)",
    "bob decide (program)",
    "ada pause (program)",
    "eve run (program)",
  ]);
  expect(second).toEqual(["dan cancel (program)", "cleo rerun (program)"]);
});

test("who names nobody has nothing done, and other runs go on", async () => {
  const maestro = await open();
  const run = await maestro.run(asking, {});
  await run.result.catch(() => {});
  const nobody: unknown[] = [null, "", " ", 5, "a\0b", "\ud800", "x".repeat(201)];

  const refused = await Promise.allSettled(
    (nobody as string[]).flatMap((by) => [
      maestro.run(halve, { n: 2 }, { by }),
      maestro.rerun(run.id, { by, fork: true }),
      maestro.migrate(run.id, { to: asking, by }),
      maestro.decide({ run: run.id, step: "review" }, { value: { yes: true }, by }),
      run.pause({ by }),
      run.cancel({ by }),
    ]),
  );

  const told = refused.map((one) => (one as PromiseRejectedResult).reason?.message);
  expect(new Set(told)).toEqual(
    new Set(['by says who does it: one line of 1 to 200 characters, such as by: "ada"']),
  );
  expect(await maestro.checkpoints()).toHaveLength(1);
  expect(await (await maestro.run(halve, { n: 2 }, { by: "ada" })).result).toEqual({ half: 1 });
});

test("a checkpoint is decided while its run is at work on something else", async () => {
  held = [];
  const maestro = await open();
  const run = await maestro.run(busy, {});
  await expect.poll(() => held.length).toBe(1);
  const at = { run: run.id, step: "review" };

  const same = await maestro.decide(at, { value: { yes: false }, by: "ada" });
  held[0]!();

  expect(same.id).toBe(run.id);
  expect(await same.result).toEqual({ yes: false });
});

test("a run is paused by its id or by itself, left alone by resume, and goes on when it is named", async () => {
  const maestro = await open();
  held = [];
  const run = await maestro.run(busy, {});
  await expect.poll(() => held.length).toBe(1);

  expect(await run.pause({ by: "ada", reason: "lunch" })).toEqual({ run: run.id, underWay: ["slow"] });
  held[0]!();

  expect(await run.result.catch((error) => error)).toMatchObject({
    name: "RunFailed",
    how: "paused",
    message: "paused by ada: lunch",
  });
  expect(await maestro.resume()).toEqual([]);
  expect(await maestro.checkpoints()).toMatchObject([{ run: run.id, step: "review" }]);
  const decided = await maestro.decide({ run: run.id, step: "review" }, { value: { yes: true }, by: "bob" });
  expect(await decided.result.catch(({ how }) => how)).toBe("paused");

  const again = await maestro.resumeRun(run.id);
  expect(await again.result).toEqual({ yes: true });
  await expect(maestro.pause(run.id, { by: "ada" })).rejects.toMatchObject({ code: "MR2008" });
});

test("a run is cancelled with a reason that its tasks are told and that its result rejects with", async () => {
  const maestro = await open();
  held = [];
  const run = await maestro.run(payment, {});
  await expect.poll(() => held.length).toBe(1);

  await expect(maestro.cancel(run.id, { by: "ada", grace: "soon" as never })).rejects.toThrow(
    'grace "soon" is no duration such as "10s"',
  );
  expect(await run.cancel({ by: "ada", reason: "called off", grace: "10s" })).toEqual([run.id]);

  expect(await run.result.catch((error) => error)).toMatchObject({
    how: "cancelled",
    message: "cancelled by ada: called off",
  });
  await expect(maestro.resumeRun(run.id)).rejects.toMatchObject({ code: "MR2008" });
});

test("what failed is played again in a new run, and so is what is named", async () => {
  const maestro = await open();
  const run = await maestro.run(halve, { n: 8 });
  await run.result;

  await expect(maestro.rerun(run.id)).rejects.toMatchObject({ code: "MR2019" });
  const again = await maestro.rerun(run.id, { from: ["half"] });

  expect(again.id).not.toBe(run.id);
  expect(await again.result).toEqual({ half: 4 });
});

test("limits and priorities are those of maestro.config.ts, and refused where they are none", async () => {
  const one = defineScore({ id: "one", nodes: { pay }, runs: { max: 1 }, output: pay.output });
  held = [];
  const maestro = await open(undefined, {
    scores: [one],
    resources: { gpu: 1 },
    limits: { tags: { crm: 1 } },
  });
  const first = await maestro.run(one, {});
  const low = await maestro.run(one, {}, { priority: "low" });
  const high = await maestro.run(one, {}, { priority: 100 });
  const ended: string[] = [];
  for (const [name, run] of Object.entries({ first, low, high }))
    void run.result.then(() => ended.push(name));

  for (let i = 0; i < 3; i++) {
    await expect.poll(() => held.length).toBe(i + 1);
    held[i]!();
  }

  await expect.poll(() => ended).toEqual(["first", "high", "low"]);
  await expect(maestro.run(one, {}, { priority: 101 })).rejects.toMatchObject({ code: "MR2035" });
  await expect(openMaestro({ scores: [], store: "x.db", resources: { gpu: 0 } })).rejects.toThrow(
    "resources.gpu is 0; it has to be a whole number from 1",
  );
});

const again = input(z.object({ n: z.number() }));
/** The same score in two versions: the second one halves what the first gave. */
function versions(by: number) {
  const first = task({ input: { n: again.n }, output: z.number(), run: ({ input }) => input.n });
  const ask = checkpoint({
    title: "Go on?",
    decision: z.object({ yes: z.boolean() }),
    timeout: "never",
    onTimeout: "reject",
    after: [first],
  });
  const last = task({
    input: { n: first.output, by },
    output: z.number(),
    after: [ask],
    run: ({ input }) => input.n / input.by,
  });
  return defineScore({
    id: "versions",
    input: again,
    nodes: { first, ask, last },
    output: { last: last.output },
  });
}

test("a run that waits is forked with another input, and migrated to another version, when that is said", async () => {
  const [one, two] = [versions(1), versions(2)];
  const maestro = await open(undefined, { scores: [one, two, halve] });
  const run = await maestro.run(one, { n: 8 });
  expect(await run.result.catch(({ how }) => how)).toBe("waiting");

  await expect(maestro.rerun(run.id)).rejects.toMatchObject({ code: "MR2018" });
  const wrong = maestro.rerun(run.id, { fork: true, set: { "first.x": 1 } });
  await expect(wrong).rejects.toMatchObject({ code: "MR2023" });
  const fork = await maestro.rerun(run.id, { fork: true, set: { first: 100 }, by: "ada", score: two });
  await fork.result.catch(() => {});
  const plan = await maestro.planMigration(run.id, two);
  expect(plan).toMatchObject({ run: run.id, problems: [], steps: [{ key: "first", becomes: "kept" }, {}] });
  await expect(maestro.migrate(run.id, { to: halve, by: "ada" })).rejects.toMatchObject({ code: "MR2021" });
  await maestro.migrate(run.id, { to: two, by: "ada" });

  const decide = async (id: string) =>
    (await maestro.decide({ run: id, step: "ask" }, { value: { yes: true }, by: "ada" })).result;
  expect(await decide(fork.id)).toEqual({ last: 50 });
  expect(await decide(run.id)).toEqual({ last: 4 });
});

test("a run is played step by step by a program", async () => {
  const maestro = await open();
  const straight = await maestro.run(halve, { n: 8 });
  expect(straight.stepping).toBeUndefined();
  await straight.result;

  const run = await maestro.run(halve, { n: 8 }, { step: true });
  expect(await run.stepping!.pending()).toMatchObject([{ step: "half", input: { n: 8, fails: false } }]);
  await run.stepping!.override("half", { value: 3, by: "ada" });
  expect(await run.result).toEqual({ half: 3 });

  const rerun = await maestro.rerun(run.id, { from: ["half"], step: true });
  expect(await rerun.stepping!.next()).toMatchObject({ step: "half", output: 4 });
  expect(await rerun.result).toEqual({ half: 4 });
});
