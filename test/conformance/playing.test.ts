import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { systemClock } from "../../src/support/clock.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import { serveModels } from "../players/model-server.ts";
import { serve } from "../players/outside.ts";
import { openHall, PLACES, SOON } from "./hall.ts";

const SECRET = "canary-4f1c9d7e";

describe.each(PLACES)("author code played %s", (place) => {
  let hall: Awaited<ReturnType<typeof openHall>>;
  const ends: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    hall = await openHall(place, { whenOver: (end) => ends.push(end) });
  });
  afterAll(() => Promise.all(ends.map((end) => end())));

  test("every kind of node gives what it gives anywhere, and a decision moves the run on", async () => {
    const server = await serve((_request, response) => response.end('{"n": 5}'));
    const hall = await openHall(place, { outside: { allowHosts: [server.host], allowPrivate: true } });
    const play = await hall.start("everyKind", { n: 1, url: `http://${server.host}/` });
    const parked = await play.ending;
    const row = (await hall.store.run(play.id))!;
    const [step] = await openCheckpointsOf(hall.store, play.id);
    const tools = { engine: hall.engine, store: hall.store, now: systemClock.now };
    const playable = await hall.prepare("everyKind");
    const asked = { row, playable, step: step!.step, by: "ada" };
    const refused = decideCheckpoint(tools, { ...asked, value: { send: "maybe" } });
    await expect(refused).rejects.toMatchObject({ code: "MR2014" });
    await decideCheckpoint(tools, { ...asked, value: { send: true } });
    const again = await hall.resume("everyKind", play.id);

    expect(parked).toEqual({ is: "waiting", steps: ["review"], until: expect.any(Number) });
    expect(step!.title).toBe("Send 3?");
    expect(await again.ending).toEqual({
      is: "completed",
      output: {
        either: 4,
        kind: "even",
        even: 2,
        squares: [16, 26, 38],
        counted: 3,
        asked: 5,
        said: "hello Ada",
        played: 104,
        broken: -1,
        gaps: "object,number",
        sent: "none",
        text: "Ada: 4",
      },
    });
  });

  test.each([
    ["error", { code: "MR3009", message: "went wrong" }],
    ["named", { code: "MR3009", message: "Shouting: WENT WRONG" }],
    ["string", { code: "MR3009", message: 'threw "just text"' }],
    ["null", { code: "MR3009", message: "threw null" }],
    ["undefined", { code: "MR3009", message: "threw undefined" }],
    ["number", { code: "MR3009", message: "threw 42" }],
    ["object", { code: "MR3009", message: "threw an object" }],
    ["getter", { code: "MR3009", message: "threw something that cannot be shown" }],
    ["proxy", { code: "MR3009", message: "threw something that cannot be shown" }],
    ["long", { code: "MR3009", message: `${"x".repeat(4_000)}…` }],
  ])("a task that throws, at once or later: %s", async (what, error) => {
    for (const name of ["throws", "rejects"]) {
      const play = await hall.start(name, { what });
      expect(await play.ending, name).toMatchObject({ is: "failed", step: "bad", error });
    }
  });

  test.each([
    ["nan", { code: "MR3004", message: "the output cannot be stored: it is NaN" }],
    ["infinite", { code: "MR3004", message: "the output cannot be stored: it is Infinity" }],
    [
      "bigint",
      { code: "MR3004", message: "the output cannot be stored: Do not know how to serialize a BigInt" },
    ],
    [
      "cyclic",
      { code: "MR3004", message: "the output cannot be stored: Converting circular structure to JSON" },
    ],
    [
      "function",
      { code: "MR3004", message: "the output cannot be stored: it is a function that JSON leaves out" },
    ],
    [
      "symbol",
      { code: "MR3004", message: "the output cannot be stored: it is a symbol that JSON leaves out" },
    ],
  ])("a task whose output is no JSON fails: %s", async (what, error) => {
    const play = await hall.start("gives", { what });

    expect(await play.ending).toMatchObject({ is: "failed", step: "one", error });
  });

  test.each([
    ["undefined", null],
    ["null", null],
    ["date", "1970-01-01T00:00:00.000Z"],
    ["map", {}],
    ["nested", { b: [null, null], c: null }],
    ["lines", "tab\there\nline\u2028separator\u0000null \ud800 lone 🎻"],
    ["toJson", { told: true }],
    ["thenable", "late"],
    ["huge", "ü".repeat(5_000_000)],
  ])("a task's output arrives as JSON has it: %s", async (what, output) => {
    const play = await hall.start("gives", { what });

    const ending = await play.ending;
    expect(ending.is).toBe("completed");
    // Not by `toEqual`: it would print megabytes.
    expect(
      JSON.stringify((ending as { output: { one: unknown } }).output.one) === JSON.stringify(output),
    ).toBe(true);
  });

  test.each([
    ["undefined", { is: "completed", output: { after: "{}" } }],
    ["nested", { is: "completed", output: { after: '{"one":{"b":[null,null],"c":null}}' } }],
    ["throws", { is: "failed", step: "one", error: { code: "MR3009", message: "RangeError: no" } }],
    ["promise", { is: "failed", step: "one", error: { code: "MR3004" } }],
    ["bigint", { is: "failed", step: "one", error: { code: "MR3004" } }],
  ])("a derive gives JSON, nothing, or fails: %s", async (what, ending) => {
    const play = await hall.start("derives", { what });

    expect(await play.ending).toMatchObject(ending);
  });

  test("an attempt that fails is tried again, with its number and the same key", async () => {
    const ledger = hall.newLedger();

    const play = await hall.start("retried", { ledger });

    expect(await play.ending).toEqual({ is: "completed", output: { at: 3 } });
    expect(readFileSync(ledger, "utf8")).toBe("run/flaky 1\nrun/flaky 2\nrun/flaky 3\n");
    expect(await hall.stepsOf(play.id)).toEqual(["flaky 1 failed", "flaky 2 failed", "flaky 3 completed"]);
  });

  test("an attempt whose time is over fails, is told so, and its late result is of no use", async () => {
    const ledger = hall.newLedger();

    const play = await hall.start("late", { ledger });

    const error = { code: "MR3002", message: "timed out after 50 ms" };
    expect(await play.ending).toMatchObject({ is: "failed", step: "slow", error });
    await expect.poll(() => readFileSync(ledger, "utf8"), SOON).toBe("timed out after 50 ms\n");
    expect(await hall.stepsOf(play.id)).toEqual(["slow 1 failed"]);
  });

  test("when a step fails, the others are told to end", async () => {
    const ledger = hall.newLedger();

    const play = await hall.start("failing", { ledger });

    expect(await play.ending).toMatchObject({ is: "failed", step: "bad", error: { message: "bad" } });
    expect(readFileSync(ledger, "utf8")).toBe("began\nanother step of the run failed\n");
  });

  test("what a task logs and how far it is are told in order; what it logs is kept", async () => {
    const play = await hall.start("telling");

    expect(await play.ending).toMatchObject({ is: "completed" });
    const told = play.events.flatMap((event) => {
      if (event.type === "log") return [[event.message, event.data]];
      return event.type === "progress" ? [[event.done, event.total]] : [];
    });
    const unfit = "(not JSON: Do not know how to serialize a BigInt)";
    expect(told).toEqual([
      ["one", { n: 1 }],
      [1, 3],
      [2, 3],
      ["two\twith\nlines", undefined],
      ["three", unfit],
      [3, 3],
    ]);
    const kept = (await hall.store.eventsOf(play.id)).filter(({ type }) => type === "log");
    expect(kept.map(({ data }) => JSON.parse(data!).message)).toEqual(["one", "two\twith\nlines", "three"]);
  });

  test.each(["", "throw"])(
    "no secret is kept, whatever a task does with it, and others are shown none %s",
    async (what) => {
      const hall = await openHall(place, {
        outside: { secret: (name) => (name === "API_KEY" ? SECRET : undefined) },
      });

      const play = await hall.start("leaking", { what });
      const ending = await play.ending;
      await hall.close();

      const mark = "[secret:API_KEY]";
      if (what === "throw")
        expect(ending).toMatchObject({ is: "failed", error: { message: `cannot use ${mark}` } });
      else {
        const leak = { [mark]: mark, length: SECRET.length };
        expect(ending).toEqual({
          is: "completed",
          output: { leak, blind: { secrets: [], env: null, input: { leak } } },
        });
      }
      expect(JSON.stringify(play.events)).toContain(`the key is ${mark}`);
      for (const form of [SECRET, Buffer.from(SECRET).toString("base64").slice(0, 18)]) {
        expect(JSON.stringify(play.events)).not.toContain(form);
        expect(hall.bytes()).not.toContain(form);
      }
    },
  );

  test("a map of 1,000 items gives their results in order, with the one that failed", async () => {
    const play = await hall.start("wide", { items: 1_000, failAt: 500 });

    const ending = await play.ending;
    const { each } = (ending as { output: { each: readonly unknown[] } }).output;
    expect(each).toHaveLength(1_000);
    expect(each[999]).toEqual({ status: "ok", value: 1_998 });
    expect(each[500]).toEqual({ status: "failed", error: { message: "item 500" } });
    expect(each.filter((item) => (item as { status: string }).status === "ok")).toHaveLength(999);
  });

  test("a run that is stopped goes on later, without what is done", async () => {
    const ledger = hall.newLedger();
    const play = await hall.start("resumable", { ledger });
    await expect.poll(() => readFileSync(ledger, "utf8"), SOON).toContain("two");
    play.stop(new Error("that is enough"));

    expect(await play.ending).toEqual({ is: "stopped" });
    const again = await hall.resume("resumable", play.id);

    expect(await again.ending).toEqual({ is: "completed", output: { two: 2 } });
    expect(readFileSync(ledger, "utf8")).toBe("one\ntwo\ntwo\nthree 2\n");
  });

  test("inputs and outputs are what schemas make of them, one that takes its time among them", async () => {
    const play = await hall.start("checked", { at: "1999-05-05" });

    expect(await play.ending).toEqual({ is: "completed", output: { year: 1_999, isDate: true } });
    const large = await hall.start("checked", { at: "1999-05-05", n: 100 });
    const problem = "the input does not fit the task: n: too large";
    expect(await large.ending).toMatchObject({ is: "failed", error: { code: "MR3003", message: problem } });
    const young = await hall.start("checked", { at: "2020-05-05" });
    expect(await young.ending).toMatchObject({ is: "failed", error: { code: "MR3001" } });
    await expect(hall.start("checked", { at: 5 })).rejects.toMatchObject({ code: "MR2002" });
  });

  test("a state that does not fit its schema fails the loop, with the turn", async () => {
    const play = await hall.start("wrongState");

    expect(await play.ending).toMatchObject({ is: "failed", step: "turns", error: { code: "MR3001" } });
  });

  test("what a task does to its input is seen by nobody else", async () => {
    const play = await hall.start("greedy");

    expect(await play.ending).toEqual({ is: "completed", output: { a: 3, b: 3, c: 3, kept: 3 } });
  });

  test("an agent is told what its instructions say, may call its tools, and its answer is checked", async () => {
    const server = await serveModels((_asked, nth) => {
      if (nth === 1) return { calls: [{ tool: "look-up", with: { name: "acme" } }] };
      return { says: { letter: nth === 2 ? "bad" : "Dear Ada" } };
    });
    const providers = { local: { baseUrl: server.baseUrl } };
    const models = { providers, aliases: {}, prices: {}, variable: () => undefined, root: "." };
    const own = await openHall(place, { outside: { models } });

    const play = await own.start("asking", { what: "Acme" });

    expect(await play.ending).toEqual({ is: "completed", output: { letter: "Dear Ada" } });
    const asked = JSON.stringify(server.asked);
    const pids = [/You write to Acme\. (\d+)/, /pid[^\d]+(\d+)/].map((told) => Number(told.exec(asked)?.[1]));
    expect(pids[0]).toBe(pids[1]);
    expect(pids[0] === process.pid).toBe(place === "inline");
    expect(asked).toContain("ACME");
    expect(asked).toContain("not that one");
  });

  test("an artifact's schema and its judges are asked", async () => {
    const good = await hall.start("judged", { what: "good" });
    const bad = await hall.start("judged", { what: "bad" });
    const long = await hall.start("judged", { what: "good but far too long" });

    expect(await good.ending).toEqual({ is: "completed", output: { text: "good 0" } });
    expect(await bad.ending).toMatchObject({ is: "failed", step: "kept", error: { code: "MR3050" } });
    expect(await long.ending).toMatchObject({ is: "failed", step: "kept", error: { code: "MR3001" } });
  });

  test("nobody reads artifacts before it is known that they agree", async () => {
    const ledger = hall.newLedger();
    const readers = () => readFileSync(ledger, "utf8").split("\n").filter(Boolean).sort();

    const apart = await hall.start("harmonic", { ledger, n: 4 });
    expect(await apart.ending).toMatchObject({ is: "failed", error: { code: "MR3055" } });
    expect(readers()).toEqual([]);

    const alike = await hall.start("harmonic", { ledger, n: 3 });
    expect(await alike.ending).toMatchObject({ is: "completed" });
    expect(readers()).toEqual(["each", "either", "one", "other"]);
  });

  test("onError is played with the failure", async () => {
    const ledger = hall.newLedger();

    const play = await hall.start("withHandler", { ledger });

    expect(await play.ending).toMatchObject({ is: "failed", step: "bad" });
    expect(readFileSync(ledger, "utf8")).toBe("bad: bad\n");
  });
});
