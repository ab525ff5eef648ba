import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { checkpoint, defineScore, score, task } from "../../src/index.ts";
import { askOwner } from "../../src/services/ask-owner.ts";
import { controlPathOf } from "../../src/services/control-path.ts";
import { type ControlRequest, readRequest } from "../../src/services/control-request.ts";
import { type ControlLimits, serveControl } from "../../src/services/serve-control.ts";
import { openHall } from "../engine/hall.ts";

/** What happens at once, on a machine that has other things to do as well. */
const SOON = { timeout: 20_000 };

const N = z.object({ n: z.number() });
const LIMITS: ControlLimits = { askingMs: 5_000, hearingMs: 30_000, flushingMs: 1_000, clients: 256 };

/** An owner of a store that plays one score: a step that is under way until it is let go, and one that waits for a decision. */
async function openOwner(limits: Partial<ControlLimits> = {}, folder?: string) {
  const hall = await openHall(folder);
  const gate = Promise.withResolvers<void>();
  const begun: string[] = [];
  const slow = task({
    input: {},
    output: N,
    run: async ({ signal }) => {
      begun.push("slow");
      signal.addEventListener("abort", () => begun.push("told to end"));
      await gate.promise;
      return { n: 1 };
    },
  });
  const review = checkpoint({ title: "Go?", decision: N, timeout: "1d", onTimeout: "reject" });
  const after = task({
    input: { a: slow.output.n, b: review.output.n },
    output: N,
    run: ({ input }) => {
      begun.push("after");
      return { n: input.a + input.b };
    },
  });
  const made = defineScore({ id: "slow", nodes: { slow, review, after }, output: after.output.n });
  const file = join(hall.folder, "m.db");
  const serve = async (isHost = false) => {
    const owned = { ...hall, clock: { now: Date.now }, isHost, playableOf: () => hall.prepare(made) };
    const server = (await serveControl(file, owned, { ...LIMITS, ...limits }))!;
    onTestFinished(() => server.close());
    return server;
  };
  const ask = <R extends ControlRequest>(request: R) => askOwner(file, request);
  return { ...hall, gate, begun, made, file, serve, ask, path: controlPathOf(file)! };
}

/** Says `bytes` to the socket, and resolves with what comes back before it is closed. */
function say(socket: string, bytes: string | Buffer, { hangs = false } = {}): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const client = connect(socket);
    client.on("data", (chunk) => chunks.push(chunk));
    client.on("error", () => {});
    client.on("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
    client.write(bytes);
    if (hangs) client.pause();
  });
}

test("whatever can be asked of the owner of a store is done there, to runs that it plays", async () => {
  const owner = await openOwner();
  await owner.serve();
  const { ask } = owner;
  const play = await owner.start(owner.made);
  const run = play.id;
  await expect.poll(() => play.events.some(({ type }) => type === "step.waiting"), SOON).toBe(true);

  expect((await ask({ op: "runs", limit: 5 }))!.result).toMatchObject([
    { id: run, status: "running", isPlayed: true },
  ]);
  expect((await ask({ op: "show", run }))!.result).toMatchObject({ run: { id: run }, isPlayed: true });
  expect((await ask({ op: "checkpoints" }))!.result).toMatchObject([{ run, key: "review", title: "Go?" }]);
  expect((await ask({ op: "question", run }))!.result).toMatchObject({
    run,
    step: "review",
    schema: { type: "object" },
  });
  expect((await ask({ op: "pause", run, by: "ada" }))!.result).toEqual({ run, underWay: ["slow"] });
  expect((await ask({ op: "resume", run, by: "cleo" }))!.result).toEqual({ run, goesOn: { is: "played" } });
  expect((await ask({ op: "decide", run, step: "review", value: { n: 4 }, by: "bob" }))!.result).toEqual({
    run,
    step: "review",
    whole: run,
    goesOn: { is: "played" },
  });
  owner.gate.resolve();
  expect(await play.ending).toEqual({ is: "completed", output: 5 });
  const info = (await owner.store.stepsOf(run)).find(({ key }) => key === "review")!.info;
  expect(JSON.parse(info!)).toMatchObject({ by: "bob" });
  await expect(ask({ op: "cancel", run, by: "ada" })).rejects.toMatchObject({
    code: "MR2008",
    facts: { run, status: "completed" },
    message: `Run ${run} has ended: it is completed.`,
  });
  // Who did what stands with the run; what was refused has not been done.
  const { audit } = (await ask({ op: "show", run }))!.result;
  expect(audit).toMatchObject([
    { who: "ada", action: "pause", about: run },
    { who: "cleo", action: "resume", about: run },
    { who: "bob", action: "decide", about: run },
  ]);
  expect(new Set(audit.map(({ payload }) => payload)).size).toBe(3);
});

test("a run at rest goes on where somebody plays whatever can, and is said to be at rest where nobody does", async () => {
  const owner = await openOwner();
  const first = await owner.serve();
  const play = await owner.start(owner.made);
  await expect.poll(() => owner.begun, SOON).toEqual(["slow"]);
  owner.gate.resolve();
  expect(await play.ending).toMatchObject({ is: "waiting" });
  const decide = { op: "decide", run: play.id, step: "review", value: { n: 2 }, by: "ada" } as const;

  expect((await owner.ask(decide))!.result.goesOn).toEqual({ is: "at rest" });
  expect((await owner.ask({ op: "resume", run: play.id }))!.result.goesOn).toEqual({ is: "at rest" });
  expect(owner.begun).toEqual(["slow"]);
  await first.close();
  await owner.serve(true);

  expect((await owner.ask({ op: "resume", run: play.id }))!.result.goesOn).toEqual({ is: "played" });
  await expect.poll(async () => (await owner.store.run(play.id))!.status, SOON).toBe("completed");
});

test("what a run at rest asked within one that is being played goes on with that one when it is decided", async () => {
  const owner = await openOwner();
  await owner.serve();
  const review = checkpoint({ title: "Pay?", decision: N, timeout: "1d", onTimeout: "reject" });
  const asking = defineScore({ id: "asking", nodes: { review }, output: review.output.n });
  const between = score(asking, { input: {} });
  const around = defineScore({ id: "around", nodes: { between }, output: between.output });
  const asked = score(around, { input: {} });
  const gate = Promise.withResolvers<void>();
  const slow = task({ input: {}, output: N, run: () => gate.promise.then(() => ({ n: 1 })) });
  const whole = defineScore({ id: "whole", nodes: { asked, slow }, output: asked.output });
  const play = await owner.start(whole);
  await expect
    .poll(async () => (await owner.store.listRuns({ limit: 9, status: "waiting" })).length, SOON)
    .toBe(2);
  const [inner] = await owner.store.listRuns({ limit: 1, score: "asking" });
  const playable = (await owner.prepare(whole)).scores.get("around")!.scores.get("asking")!;
  const row = (await owner.store.run(inner!.id))!;
  const [step] = await owner.store.stepsOf(inner!.id);

  const { decideCheckpoint } = await import("../../src/operations/decide-checkpoint.ts");
  await decideCheckpoint(
    { engine: owner.engine, store: owner.store, now: Date.now },
    { row, playable, step: step!, value: { n: 7 }, by: "ada" },
  );
  expect(await owner.engine.followAgain(inner!.id)).toBe(true);

  await expect.poll(async () => (await owner.store.run(inner!.id))!.status, SOON).toBe("completed");
  gate.resolve();
  expect(await play.ending).toEqual({ is: "completed", output: 7 });
});

test("an owner that plays what it was started for begins no run from another one, and moves none", async () => {
  const owner = await openOwner();
  await owner.serve();
  owner.gate.resolve();
  const play = await owner.start(owner.made);
  expect(await play.ending).toMatchObject({ is: "waiting" });

  const forked = await owner.ask({ ...rerun, run: play.id, isFork: true });
  const migrated = await owner.ask({
    op: "migrate",
    run: play.id,
    revision: { is: "run" },
    by: "ada",
    isMeant: true,
  });

  expect([forked, migrated]).toEqual([{ result: undefined }, { result: undefined }]);
  expect(await owner.store.listRuns({ limit: 5 })).toMatchObject([{ id: play.id, status: "waiting" }]);
  expect((await owner.ask({ op: "find", run: play.id }))!.result).toEqual({ id: play.id, score: "slow" });
});

test("of many that decide one checkpoint at once exactly one does", async () => {
  for (const isPlayed of [true, false]) {
    const owner = await openOwner();
    await owner.serve();
    const play = await owner.start(owner.made);
    await expect.poll(() => play.events.some(({ type }) => type === "step.waiting"), SOON).toBe(true);
    if (!isPlayed) {
      owner.gate.resolve();
      await play.ending;
    }

    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        owner.ask({ op: "decide", run: play.id, step: "review", value: { n }, by: `user ${n}` }),
      ),
    );

    const made = answers.flatMap((answer, n) => (answer.status === "fulfilled" ? [n] : []));
    expect(made).toHaveLength(1);
    for (const answer of answers)
      if (answer.status === "rejected")
        expect(answer.reason).toMatchObject({
          code: "MR2017",
          facts: { decided: { by: `user ${made[0]}` } },
        });
    const rows = (await owner.store.stepsOf(play.id)).filter(({ key }) => key === "review");
    expect(rows).toMatchObject([{ output: JSON.stringify({ n: made[0] }) }]);
    owner.gate.resolve();
  }
});

const run = "run_1";
const rerun = {
  op: "rerun",
  run,
  id: `run_${"0".repeat(32)}`,
  revision: { is: "run" },
  from: [],
  set: [],
  by: "ada",
  isFork: false,
} as const;
const deep = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as unknown;
test.each([
  ["", "it is no JSON"],
  ["pause", "it is no JSON"],
  ["[]", "it is no object"],
  ["null", "it is no object"],
  ["{}", "it speaks version none, not 1"],
  ['{"v":2,"op":"runs"}', "it speaks version 2, not 1"],
  ['{"v":1}', "there is no operation in it"],
  ['{"v":1,"op":"sing"}', 'there is no operation "sing"'],
  ['{"v":1,"op":"constructor"}', 'there is no operation "constructor"'],
  ['{"v":1,"op":"__proto__"}', 'there is no operation "__proto__"'],
  ['{"v":1,"op":["pause"]}', 'there is no operation ["pause"]'],
  ['{"v":1,"op":"runs","limit":0}', 'runs has no usable "limit"'],
  ['{"v":1,"op":"runs","limit":1e9}', 'runs has no usable "limit"'],
  ['{"v":1,"op":"runs","limit":1.5}', 'runs has no usable "limit"'],
  ['{"v":1,"op":"runs","limit":5,"status":"gone"}', 'runs has no usable "status"'],
  ['{"v":1,"op":"show"}', 'show has no usable "run"'],
  ['{"v":1,"op":"show","run":""}', 'show has no usable "run"'],
  ['{"v":1,"op":"show","run":"\\u0000"}', 'show has no usable "run"'],
  ['{"v":1,"op":"show","run":"\\ud800"}', 'show has no usable "run"'],
  [JSON.stringify({ v: 1, op: "show", run: "x".repeat(4_001) }), 'show has no usable "run"'],
  [JSON.stringify({ v: 1, op: "pause", run }), 'pause has no usable "by"'],
  [JSON.stringify({ v: 1, op: "pause", run, by: "ada", force: true }), 'pause has no "force"'],
  [`{"v":1,"op":"pause","run":"${run}","by":"ada","__proto__":{}}`, 'pause has no "__proto__"'],
  [JSON.stringify({ v: 1, op: "cancel", run, by: "ada", graceMs: -1 }), 'cancel has no usable "graceMs"'],
  [JSON.stringify({ v: 1, op: "decide", run, step: "a", by: "ada" }), 'decide has no usable "value"'],
  [
    JSON.stringify({ v: 1, op: "decide", run, step: "a", by: "ada", value: deep(65) }),
    'decide has no usable "value"',
  ],
  [
    `{"v":1,"op":"decide","run":"a","step":"a","by":"a","value":{"a":{"__proto__":1}}}`,
    'decide has no usable "value"',
  ],
  [
    JSON.stringify({ v: 1, op: "decide", run, step: "a", by: "ada", value: Array(10_001).fill(0) }),
    'decide has no usable "value"',
  ],
  [JSON.stringify({ v: 1, ...rerun, id: "run_1" }), 'rerun has no usable "id"'],
  [JSON.stringify({ v: 1, ...rerun, revision: { is: "live" } }), 'rerun has no usable "revision"'],
  [JSON.stringify({ v: 1, ...rerun, revision: { is: "run", hash: "3f" } }), 'rerun has no usable "revision"'],
  [JSON.stringify({ v: 1, ...rerun, revision: { is: "stored", hash: 3 } }), 'rerun has no usable "revision"'],
  [JSON.stringify({ v: 1, ...rerun, set: [{ node: "a", path: [] }] }), 'rerun has no usable "set"'],
  [
    JSON.stringify({ v: 1, ...rerun, set: [{ node: "a", path: [], text: "1", value: 1 }] }),
    'rerun has no usable "set"',
  ],
  [
    JSON.stringify({ v: 1, ...rerun, set: [{ node: "a", path: [""], value: 1 }] }),
    'rerun has no usable "set"',
  ],
  [JSON.stringify({ v: 1, ...rerun, from: "a" }), 'rerun has no usable "from"'],
  [JSON.stringify({ v: 1, ...rerun, isStepped: true }), 'rerun has no "isStepped"'],
  [
    JSON.stringify({ v: 1, op: "migrate", run, revision: { is: "run" }, by: "ada" }),
    'migrate has no usable "isMeant"',
  ],
])("what is not understood is refused: %j", (line, problem) => {
  expect(readRequest(line)).toEqual({ problem });
});

test("a decision may be as deep and as large as any that people make", () => {
  const value = { list: Array(9_000).fill(0), deep: deep(60) };
  const request = { op: "decide", run, step: "a", by: "ada", value };

  expect(readRequest(JSON.stringify({ v: 1, ...request }))).toEqual(request);
});

test("garbage, a line without end and one that is too long are refused, and the owner goes on", async () => {
  const owner = await openOwner();
  await owner.serve();
  const { socket } = owner.path;
  const play = await owner.start(owner.made);

  const refused = [
    await say(socket, Buffer.from([0xff, 0xfe, 0x00, 0x0a])),
    await say(socket, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    await say(socket, "x".repeat(3 * 1024 * 1024)),
    await say(socket, `${JSON.stringify({ v: 1, op: "show", run: "x".repeat(2 * 1024 * 1024) })}\n`),
  ];

  for (const answer of refused) expect(JSON.parse(answer)).toMatchObject({ v: 1, error: { code: "MR2032" } });
  expect(refused[3]).toContain("it is longer than 1048576 bytes");
  expect(await owner.store.run(play.id)).toMatchObject({ status: "running" });
  expect((await owner.ask({ op: "runs", limit: 1 }))!.result).toHaveLength(1);
  owner.gate.resolve();
});

test("who is still writing what is too long hears that it is", async () => {
  const owner = await openOwner();
  await owner.serve();
  const client = connect(owner.path.socket);
  const chunks: Buffer[] = [];
  const closed = new Promise<void>((resolve) => client.on("close", () => resolve()));
  client.on("error", () => {});
  client.on("data", (chunk) => chunks.push(chunk));
  client.pause();

  await new Promise((resolve) => client.write("x".repeat(2 * 1024 * 1024), resolve));
  await sleep(50);
  await new Promise((resolve) => client.write("x".repeat(1024 * 1024), resolve));
  client.resume();
  await closed;

  expect(Buffer.concat(chunks).toString("utf8")).toContain("MR2032");
});

test("two requests on one connection are one, and half a one is none", async () => {
  const owner = await openOwner();
  await owner.serve();
  const play = await owner.start(owner.made);
  const pause = JSON.stringify({ v: 1, op: "pause", run: play.id, by: "ada" });

  const answer = await say(owner.path.socket, `{"v":1,"op":"runs","limit":1}\n${pause}\n`);
  await new Promise<void>((resolve) => {
    const client = connect(owner.path.socket);
    client.on("close", () => resolve());
    client.end(pause);
  });

  expect(JSON.parse(answer).result).toHaveLength(1);
  expect(await owner.store.run(play.id)).toMatchObject({ status: "running" });
  owner.gate.resolve();
});

test("who says nothing in time, or a byte now and then, is sent away", async () => {
  const owner = await openOwner({ askingMs: 60 });
  await owner.serve();
  const { socket } = owner.path;

  expect(await say(socket, "")).toBe("");
  const trickling = connect(socket);
  const gone = new Promise<void>((resolve) => trickling.on("close", () => resolve()));
  trickling.on("error", () => {});
  const drip = setInterval(() => trickling.write(" "), 10);
  await gone;
  clearInterval(drip);
});

test("an answer of any size is heard, and who does not hear it is sent away", async () => {
  const large = defineScore({
    id: "large",
    nodes: { only: task({ input: {}, output: z.string(), run: () => "x".repeat(8_000_000) }) },
    output: {},
  });
  const owner = await openOwner({ hearingMs: 100, flushingMs: 60_000 });
  const impatient = await owner.serve();
  const play = await owner.start(large);
  await play.ending;
  const show = { op: "show", run: play.id } as const;

  // More than a socket holds, so that some of it waits for its reader, who looks at nothing.
  const deaf = connect(owner.path.socket);
  deaf.on("error", () => {});
  deaf.write(`${JSON.stringify({ v: 1, ...show })}\n`);
  await new Promise<void>((resolve) => deaf.once("readable", resolve));
  // That waits for everybody who is being answered.
  await impatient.close();
  let bytes = 0;
  deaf.on("data", (chunk) => {
    bytes += chunk.length;
  });
  const gone = new Promise<void>((resolve) => deaf.on("close", () => resolve()));
  deaf.resume();
  await gone;
  expect(bytes).toBeLessThan(8_000_000);
  const { engine, store, prepare } = owner;
  const owned = { engine, store, clock: { now: Date.now }, isHost: false, playableOf: () => prepare(large) };
  const patient = await serveControl(owner.file, owned);

  const heard = await owner.ask(show);
  await patient!.close();
  expect(JSON.stringify(heard!.result).length).toBeGreaterThan(8_000_000);
});

test("what was asked is done also when whoever asked has gone", async () => {
  const owner = await openOwner();
  await owner.serve();
  const play = await owner.start(owner.made);
  await expect.poll(() => owner.begun, SOON).toEqual(["slow"]);

  const client = connect(owner.path.socket);
  client.write(`${JSON.stringify({ v: 1, op: "cancel", run: play.id, by: "ada", graceMs: 50 })}\n`, () =>
    client.destroy(),
  );

  expect(await play.ending).toMatchObject({ is: "cancelled", by: "ada" });
});

test("a hundred clients at once are all answered", async () => {
  const owner = await openOwner();
  await owner.serve();
  const play = await owner.start(owner.made);
  await expect.poll(() => owner.begun, SOON).toEqual(["slow"]);

  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      i % 2 === 0
        ? owner.ask({ op: "pause", run: play.id, by: `user ${i}` })
        : owner.ask({ op: "runs", limit: 1 }),
    ),
  );

  expect(answers.filter((answer) => answer === undefined)).toEqual([]);
  expect(answers.filter((_, i) => i % 2 === 0).map((answer) => answer!.result)).toEqual(
    Array(50).fill({ run: play.id, underWay: ["slow"] }),
  );
  expect((await owner.store.run(play.id))!.reason).toBe('{"paused":{"by":"user 0"}}');
  owner.gate.resolve();
});

test("the socket and its folder are this user's alone, and nothing of them is left", async () => {
  const owner = await openOwner();
  const { folder, socket } = owner.path;
  expect(folder).toBe(`${realpathSync(owner.file)}.control`);
  mkdirSync(folder);
  chmodSync(folder, 0o777);

  const server = await owner.serve();

  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  await server.close();
  expect(existsSync(folder)).toBe(false);
  expect(await owner.ask({ op: "checkpoints" })).toBeUndefined();
});

test("a socket whose owner was killed is taken over", async () => {
  const owner = await openOwner();
  const { folder, socket } = owner.path;
  mkdirSync(folder, { mode: 0o700 });
  const listen = `require("net").createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, "SIGKILL"))`;
  expect(spawnSync(process.execPath, ["-e", listen]).signal).toBe("SIGKILL");
  expect(existsSync(socket)).toBe(true);
  expect(await owner.ask({ op: "checkpoints" })).toBeUndefined();

  await owner.serve();

  expect((await owner.ask({ op: "checkpoints" }))!.result).toEqual([]);
});

test("a file in the place of the socket, or of its folder, is left alone and said", async () => {
  const owner = await openOwner();
  const { folder, socket } = owner.path;
  writeFileSync(folder, "mine");
  await expect(owner.serve()).rejects.toMatchObject({ code: "MR1012", facts: { path: folder } });
  expect(readFileSync(folder, "utf8")).toBe("mine");
  rmSync(folder);
  mkdirSync(folder);
  writeFileSync(socket, "mine");
  await expect(owner.serve()).rejects.toMatchObject({ code: "MR1012", facts: { path: socket } });
  expect(readFileSync(socket, "utf8")).toBe("mine");
  expect(await owner.ask({ op: "checkpoints" })).toBeUndefined();
});

// Only root can give a file to somebody else.
test.runIf(process.getuid?.() === 0)(
  "a folder or a socket that belongs to somebody else is neither used nor asked",
  async () => {
    const owner = await openOwner();
    const { folder, socket } = owner.path;
    mkdirSync(folder, { mode: 0o777 });
    const foreign = createServer((client) => client.end('{"v":1,"result":[]}\n'));
    await new Promise<void>((resolve) => foreign.listen(socket, resolve));
    onTestFinished(() => void foreign.close());
    expect((await owner.ask({ op: "checkpoints" }))!.result).toEqual([]);

    chownSync(socket, 12_345, 12_345);
    expect(await owner.ask({ op: "checkpoints" })).toBeUndefined();
    chownSync(socket, 0, 0);
    chownSync(folder, 12_345, 12_345);

    expect(await owner.ask({ op: "checkpoints" })).toBeUndefined();
    await expect(owner.serve()).rejects.toMatchObject({ code: "MR1012" });
  },
);

test("a folder that its user has locked themselves out of is opened again by the next owner, and nobody is asked in it before", async () => {
  const owner = await openOwner();
  const { folder } = owner.path;
  mkdirSync(folder, { mode: 0o600 });
  expect(await owner.ask({ op: "checkpoints" })).toBeUndefined();

  await owner.serve();

  expect((await owner.ask({ op: "checkpoints" }))!.result).toEqual([]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test("a store whose path is too long for a socket has it in a folder of its own under /tmp", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "maestro-long-")), "x".repeat(100));
  mkdirSync(folder);
  const owner = await openOwner({}, folder);
  expect(owner.path.folder).toMatch(/^\/tmp\/maestro-\d+-[0-9a-f]{24}$/);

  const server = await owner.serve();

  expect((await owner.ask({ op: "checkpoints" }))!.result).toEqual([]);
  expect(readdirSync(folder).some((name) => name.endsWith(".control"))).toBe(false);
  await server.close();
  expect(existsSync(owner.path.folder)).toBe(false);
});

test("an owner that is about to end does nothing new, and answers what it has begun", async () => {
  const owner = await openOwner();
  const server = await owner.serve();
  const play = await owner.start(owner.made);
  await expect.poll(() => owner.begun, SOON).toEqual(["slow"]);
  const cancelling = owner.ask({ op: "cancel", run: play.id, by: "ada", graceMs: 150 });
  await expect.poll(() => owner.begun, SOON).toEqual(["slow", "told to end"]);

  server.refuse();
  expect(await owner.ask({ op: "pause", run: play.id, by: "ada" })).toBeUndefined();
  await play.ending;
  await server.close();

  expect((await cancelling)!.result).toEqual({ cancelled: [play.id] });
});

test.each([
  ["nothing", ""],
  ["half a line", '{"v":1,"result":'],
])("an owner that goes away after it has said %s has not answered", async (_, said) => {
  const owner = await openOwner();
  mkdirSync(owner.path.folder, { mode: 0o700 });
  const dying = createServer((client) => client.end(said));
  await new Promise<void>((resolve) => dying.listen(owner.path.socket, resolve));
  onTestFinished(() => void dying.close());

  expect(await owner.ask({ op: "checkpoints" })).toBeUndefined();
});

test.each(["{}", '{"v":2,"result":[]}', "no\n"])("an answer that says nothing is told: %j", async (said) => {
  const owner = await openOwner();
  mkdirSync(owner.path.folder, { mode: 0o700 });
  const other = createServer((client) => client.end(`${said}\n`));
  await new Promise<void>((resolve) => other.listen(owner.path.socket, resolve));
  onTestFinished(() => void other.close());

  await expect(owner.ask({ op: "checkpoints" })).rejects.toMatchObject({ code: "MR2031" });
});
