import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  artifact,
  defineScore,
  defineTask,
  derive,
  fallback,
  input,
  map,
  type Score,
  task,
  text,
  wait,
} from "../../src/index.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import type { NewRun, StepRow } from "../../src/store/store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { artifactsOf } from "../../src/views/artifacts.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import { openHall } from "./hall.ts";

const Letter = z.object({ text: z.string() });
const Verdict = z.object({ score: z.number(), why: z.string().optional() });
const Judged = z.object({ value: Letter });

/** A judge that says what `say` says of each text, and counts how often it was asked. */
function judgeBy(id: string, say: (text: string) => z.infer<typeof Verdict>) {
  const asked: string[] = [];
  const judge = defineTask({
    id,
    input: Judged,
    output: Verdict,
    run: ({ input: { value }, idempotencyKey }) => {
      asked.push(idempotencyKey.slice(idempotencyKey.indexOf("/") + 1));
      return say(value.text);
    },
  });
  return { judge, asked };
}

const wanted = input(z.object({ text: z.string() }));
const writeLetter = () =>
  task({ input: { text: wanted.text }, output: Letter, run: ({ input }) => ({ text: input.text }) });

/** A letter that is kept when these gates let it pass. */
function letterScore(options: object, more: object = {}): Score<never, unknown> {
  const draft = writeLetter();
  const letter = artifact({ name: "letter", value: draft.output, ...options });
  return defineScore({
    id: "letters",
    input: wanted,
    nodes: { draft, letter },
    output: letter.output.text,
    ...more,
  }) as never;
}

test("an artifact whose judges are content gives its value, and keeps what they said", async () => {
  const { start, store } = await openHall();
  const tone = judgeBy("tone", () => ({ score: 0.9, why: "warm" }));
  const length = judgeBy("length", () => ({ score: 0.7 }));
  const score = letterScore({
    gates: [
      { by: tone.judge, min: 0.8 },
      { by: length.judge, min: 0.7 },
    ],
  });

  const { ending, id } = await start(score, { text: "Dear Ada" });

  expect(await ending).toEqual({ is: "completed", output: "Dear Ada" });
  const kept = (await store.stepsOf(id)).find(({ key }) => key === "letter")!;
  expect(kept).toMatchObject({ kind: "artifact", status: "completed", output: '{"text":"Dear Ada"}' });
  expect(JSON.parse(kept.info!)).toMatchObject({
    name: "letter",
    score: 0.7,
    gates: [
      { by: "tone", min: 0.8, score: 0.9, why: "warm" },
      { by: "length", min: 0.7, score: 0.7 },
    ],
  });
  expect([...tone.asked, ...length.asked]).toEqual(["letter/~gate0", "letter/~gate1"]);
});

test("below the least score the node fails, and names gate, judge, score and why; no later judge is asked", async () => {
  const { start } = await openHall();
  const tone = judgeBy("tone", () => ({ score: 0.4, why: "too cold" }));
  const length = judgeBy("length", () => ({ score: 1 }));
  const score = letterScore({
    gates: [
      { by: tone.judge, min: 0.8, onFail: "fail" },
      { by: length.judge, min: 0.7 },
    ],
  });

  const { ending } = await start(score, { text: "Ada" });

  expect(await ending).toMatchObject({
    is: "failed",
    step: "letter",
    error: { code: "MR3050", message: "gate 1 (tone) gave 0.4, and 0.8 is the least: too cold" },
  });
  expect(length.asked).toEqual([]);
});

test("a value that does not fit the artifact's schema fails before any judge is asked", async () => {
  const { start } = await openHall();
  const tone = judgeBy("tone", () => ({ score: 1 }));
  const score = letterScore({
    schema: z.object({ text: z.string().min(5) }),
    gates: [{ by: tone.judge, min: 0.5 }],
  });

  expect(await (await start(score, { text: "Hi" })).ending).toMatchObject({
    is: "failed",
    step: "letter",
    error: { code: "MR3001" },
  });
  expect(tone.asked).toEqual([]);
  expect(await (await start(score, { text: "Dear Ada" })).ending).toMatchObject({ is: "completed" });
});

test("what a schema adds or takes away does not change the value that is kept", async () => {
  const { start } = await openHall();
  const draft = writeLetter();
  const letter = artifact({
    name: "letter",
    value: draft.output,
    schema: z.object({ tone: z.string().default("dry") }),
  });
  const score = defineScore({ id: "kept", input: wanted, nodes: { draft, letter }, output: letter.output });

  expect(await (await start(score as never, { text: "Hi" })).ending).toEqual({
    is: "completed",
    output: { text: "Hi" },
  });
});

test("a failed artifact leaves a gap or takes what stands in, as any other node", async () => {
  const { start } = await openHall();
  const bad = judgeBy("bad", () => ({ score: 0 })).judge;
  const draft = writeLetter();
  const plain = task({ input: {}, output: Letter, run: () => ({ text: "plain" }) });
  const letter = artifact({
    name: "letter",
    value: draft.output,
    gates: [{ by: bad, min: 1 }],
    onFailure: fallback(plain),
  });
  const score = defineScore({
    id: "spare",
    input: wanted,
    nodes: { draft, plain, letter },
    output: letter.output,
  });

  expect(await (await start(score as never, { text: "Hi" })).ending).toEqual({
    is: "completed",
    output: { text: "plain" },
  });
});

test("a verdict that is none is an error of its gate that says what is wrong", async () => {
  const { start } = await openHall();
  for (const [said, detail] of [
    [{ score: 7 }, "score: a verdict is a number from 0 to 1, and it is 7"],
    [{ score: -0.1 }, "score: a verdict is a number from 0 to 1, and it is -0.1"],
    [{ score: "good" }, "score: a verdict is a number from 0 to 1 (it is string)"],
    [null, "score: a verdict is a number from 0 to 1"],
    [{ score: 1, why: 3 }, "why: what a judge says is text"],
  ] as const) {
    const loose = defineTask({
      id: "loose",
      input: Judged,
      output: z.any() as never as typeof Verdict,
      run: () => said as never,
    });
    const { ending } = await start(letterScore({ gates: [{ by: loose, min: 0 }] }), { text: "Hi" });

    const ended = (await ending) as { readonly error: { readonly code: string; readonly message: string } };
    expect(ended).toMatchObject({ is: "failed", step: "letter", error: { code: "MR3001" } });
    expect(ended.error.message).toContain("gate 1 (loose): ");
    expect(ended.error.message).toContain(detail);
  }
});

test("a judge that fails is asked again as the artifact's `retry` says, each time with the same idempotency key", async () => {
  const { start, store } = await openHall();
  const keys: string[] = [];
  const shaky = defineTask({
    id: "shaky",
    input: Judged,
    output: Verdict,
    run: ({ attempt, idempotencyKey }) => {
      keys.push(idempotencyKey);
      if (attempt < 3) throw new Error("the line is busy");
      return { score: 1 };
    },
  });
  const retry = { attempts: 3, backoff: "1ms" } as const;

  const { ending, id } = await start(letterScore({ gates: [{ by: shaky, min: 1 }], retry }), { text: "Hi" });

  expect(await ending).toMatchObject({ is: "completed" });
  expect(new Set(keys)).toEqual(new Set([`${id}/letter/~gate0`]));
  const rows = (await store.stepsOf(id)).filter(({ key }) => key === "letter/~gate0");
  expect(rows.map(({ status }) => status)).toEqual(["failed", "failed", "completed"]);
});

test("a judge that takes too long is told to end, and the artifact fails with its gate", async () => {
  const { start } = await openHall();
  let told = false;
  const slow = defineTask({
    id: "slow",
    input: Judged,
    output: Verdict,
    run: ({ signal }) =>
      new Promise<never>((_, reject) =>
        signal.addEventListener("abort", () => {
          told = true;
          reject(signal.reason);
        }),
      ),
  });

  const { ending } = await start(letterScore({ gates: [{ by: slow, min: 1 }], timeout: "20ms" }), {
    text: "Hi",
  });

  expect(await ending).toMatchObject({
    is: "failed",
    step: "letter",
    error: { code: "MR3002", message: "gate 1 (slow): timed out after 20 ms" },
  });
  expect(told).toBe(true);
});

test("a name that is empty fails the artifact", async () => {
  const { start } = await openHall();
  const draft = writeLetter();
  const letter = artifact({ name: text`${draft.output.text}`, value: draft.output });
  const score = defineScore({
    id: "nameless",
    input: wanted,
    nodes: { draft, letter },
    output: letter.output,
  });

  expect(await (await start(score as never, { text: " " })).ending).toMatchObject({
    is: "failed",
    step: "letter",
    error: { code: "MR3051" },
  });
});

test("a judge is given the secrets that its task names", async () => {
  const { start } = await openHall();
  const sealed = defineTask({
    id: "sealed",
    input: Judged,
    output: Verdict,
    secrets: ["JUDGE_KEY"],
    run: () => ({ score: 1 }),
  });

  const { ending } = await start(letterScore({ gates: [{ by: sealed, min: 1 }] }), { text: "Hi" });

  expect(await ending).toMatchObject({ is: "failed", step: "letter", error: { code: "MR3021" } });
});

test("a person is asked about what a judge found wanting, with the value and the verdicts, and lets it pass", async () => {
  const hall = await openHall();
  const cold = judgeBy("tone", () => ({ score: 0.4, why: "too cold" }));
  const length = judgeBy("length", () => ({ score: 1 }));
  const score = letterScore({
    gates: [
      { by: cold.judge, min: 0.8, onFail: "checkpoint" },
      { by: length.judge, min: 0.5 },
    ],
  });

  const { ending, id } = await hall.start(score, { text: "Ada" });
  expect(await ending).toEqual({ is: "waiting", steps: ["letter"] });
  const [open] = await openCheckpointsOf(hall.store, id);
  expect(open).toMatchObject({
    key: "letter",
    title: 'Keep "letter"? tone gave it 0.4, and 0.8 is the least.',
    show: { value: { text: "Ada" }, verdicts: [{ by: "tone", min: 0.8, score: 0.4, why: "too cold" }] },
  });
  await answer(hall, score, id, { accept: true, note: "it is meant so" });

  const resumed = await hall.resume(score, id);
  expect(await resumed.ending).toEqual({ is: "completed", output: "Ada" });
  expect(cold.asked).toHaveLength(1);
  const kept = (await hall.store.stepsOf(id)).find(({ key }) => key === "letter")!;
  expect(JSON.parse(kept.info!).gates).toEqual([
    { by: "tone", min: 0.8, score: 0.4, why: "too cold", accepted: true },
    { by: "length", min: 0.5, score: 1 },
  ]);
});

test("what a person rejects fails the node, with the note; what is no decision changes nothing", async () => {
  const hall = await openHall();
  const cold = judgeBy("tone", () => ({ score: 0.4 }));
  const score = letterScore({ gates: [{ by: cold.judge, min: 0.8, onFail: "checkpoint" }] });
  const { ending, id } = await hall.start(score, { text: "Ada" });
  await ending;

  for (const wrong of [{}, { accept: "yes" }, { accept: true, note: 3 }, { accept: true, acept: false }])
    await expect(answer(hall, score, id, wrong)).rejects.toMatchObject({ code: "MR2014" });
  await answer(hall, score, id, { accept: false, note: "write it anew" });

  expect(await (await hall.resume(score, id)).ending).toMatchObject({
    is: "failed",
    step: "letter",
    error: {
      code: "MR3052",
      message: "gate 1 (tone) gave 0.4 of at least 0.8, and a person rejected it: write it anew",
    },
  });
});

test("nobody decides in time: the value is rejected, or accepted where the gate says so", async () => {
  const { start } = await openHall();
  const cold = judgeBy("tone", () => ({ score: 0.4 }));
  const endingOf = async (options: object) => {
    const draft = writeLetter();
    const gate = { by: cold.judge, min: 0.8, onFail: "checkpoint", timeout: "30ms", ...options } as const;
    const letter = artifact({ name: "letter", value: draft.output, gates: [gate] });
    // Something else goes on, so that the run is there when the time is over.
    const pause = wait({ for: "200ms" });
    const nodes = { draft, letter, pause };
    const score = defineScore({ id: "timely", input: wanted, nodes, output: letter.output.text });
    return (await start(score as never, { text: "Ada" })).ending;
  };

  expect(await endingOf({})).toMatchObject({
    is: "failed",
    step: "letter",
    error: { code: "MR3022", message: "gate 1 (tone): nobody decided in time" },
  });
  expect(await endingOf({ onTimeout: "accept" })).toEqual({ is: "completed", output: "Ada" });
});

test("a checkpoint of an artifact is decided while its run is played", async () => {
  const hall = await openHall();
  const cold = judgeBy("tone", () => ({ score: 0.4 }));
  const draft = writeLetter();
  const gate = { by: cold.judge, min: 0.8, onFail: "checkpoint", timeout: "1h" } as const;
  const letter = artifact({ name: "letter", value: draft.output, gates: [gate] });
  let end: (letter: { text: string }) => void = () => {};
  const long = task({
    input: {},
    output: Letter,
    run: () => new Promise<{ text: string }>((r) => (end = r)),
  });
  const score = defineScore({
    id: "busy",
    input: wanted,
    nodes: { draft, letter, long },
    output: [letter.output.text, long.output.text],
  }) as never;
  const { ending, id, events } = await hall.start(score, { text: "Ada" });
  await expect.poll(() => events.some(({ type }) => type === "step.waiting")).toBe(true);
  expect(events.find(({ type }) => type === "step.waiting")).toMatchObject({ step: "letter" });

  await answer(hall, score, id, { accept: true });
  end({ text: "done" });

  expect(await ending).toEqual({ is: "completed", output: ["Ada", "done"] });
});

test("every item of a map keeps an artifact of its own, also where the artifact is the item", async () => {
  const { start, store } = await openHall();
  const fine = judgeBy("fine", (said) => ({ score: said.includes("2") ? 0 : 1 }));
  const items = task({ input: {}, output: z.array(Letter), run: () => [{ text: "a" }, { text: "2" }] });
  const alone = map({
    over: items.output,
    maxItems: 9,
    onItemError: "collect",
    each: (letter, index) =>
      artifact({ name: text`l${index}`, value: letter, gates: [{ by: fine.judge, min: 1 }] }),
  });
  const score = defineScore({ id: "many", nodes: { items, alone }, output: alone.output });

  const { ending, id } = await start(score as never);

  expect(await ending).toEqual({
    is: "completed",
    output: [
      { status: "ok", value: { text: "a" } },
      { status: "failed", error: { message: "gate 1 (fine) gave 0, and 1 is the least" } },
    ],
  });
  expect((await store.stepsOf(id)).map(({ key, status }) => `${key} ${status}`).sort()).toEqual([
    "alone completed",
    "alone/0 completed",
    "alone/0/~gate0 completed",
    "alone/1 failed",
    "alone/1/~gate0 completed",
    "items completed",
  ]);
});

test("after a crash at any of its steps a gated artifact ends the same, and no judge is asked twice", async () => {
  const hall = await openHall();
  const first = judgeBy("first", () => ({ score: 0.9 }));
  const second = judgeBy("second", () => ({ score: 0.2, why: "long" }));
  const third = judgeBy("third", () => ({ score: 1 }));
  const score = letterScore({
    gates: [
      { by: first.judge, min: 0.8 },
      { by: second.judge, min: 0.8, onFail: "checkpoint" },
      { by: third.judge, min: 0.8 },
    ],
  });
  const { ending, id } = await hall.start(score, { text: "Ada" });
  await ending;
  await answer(hall, score, id, { accept: true });
  expect(await (await hall.resume(score, id)).ending).toEqual({ is: "completed", output: "Ada" });
  const order = ["draft", "letter/~gate0", "letter/~gate1", "letter/~review1", "letter/~gate2", "letter"];
  // In the order in which they were written: several may have ended within one millisecond.
  const written = await hall.store.stepsOf(id);
  const rows = written.toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
  expect(rows.map(({ key }) => key)).toEqual(order);
  const { score: name, deployment, input: given } = (await hall.store.run(id))!;

  for (let kept = 0; kept <= rows.length; kept++) {
    const after = `run_after_${kept}`;
    const run = {
      id: after,
      score: name,
      deployment,
      input: given,
      createdAt: 1,
      startedAt: 1,
      parent: null,
    };
    const taken = rows.slice(0, kept).map((row) => ({ ...row, runId: after }));
    await beginWith(hall, run, taken);
    const asked = [first, second, third].map((judge) => judge.asked.length);

    let ended = await (await hall.resume(score, after)).ending;
    if (kept < 4) {
      expect(ended).toEqual({ is: "waiting", steps: ["letter"] });
      await answer(hall, score, after, { accept: true });
      ended = await (await hall.resume(score, after)).ending;
    }

    expect(ended).toEqual({ is: "completed", output: "Ada" });
    const again = [first, second, third].map((judge, i) => judge.asked.length - asked[i]!);
    expect(again).toEqual([kept < 2 ? 1 : 0, kept < 3 ? 1 : 0, kept < 5 ? 1 : 0]);
    const letter = (await hall.store.stepsOf(after)).find(({ key }) => key === "letter");
    expect(letter).toMatchObject({ output: '{"text":"Ada"}', info: rows.at(-1)!.info });
  }
});

test('a judge of an artifact with `retry: "never"` that was interrupted is asked about, and answered by its key', async () => {
  const hall = await openHall();
  const once = judgeBy("once", () => ({ score: 1 }));
  const score = letterScore({ gates: [{ by: once.judge, min: 0.8 }], retry: "never" });
  const { ending, id } = await hall.start(score, { text: "Ada" });
  await ending;
  const rows = await hall.store.stepsOf(id);
  const [draft, judged] = ["draft", "letter/~gate0"].map((key) => rows.find((row) => row.key === key));
  const { score: name, deployment, input: given } = (await hall.store.run(id))!;
  const run = { score: name, deployment, input: given, createdAt: 1, startedAt: 1, parent: null } as const;
  const interrupted = async (after: string) => {
    const begun = { ...judged!, runId: after, status: "running", output: null, endedAt: null } as const;
    await beginWith(hall, { ...run, id: after }, [{ ...draft!, runId: after }, begun]);
    expect(await (await hall.resume(score, after)).ending).toEqual({
      is: "asking",
      steps: ["letter/~gate0"],
    });
    return after;
  };

  const redone = await hall.resume(score, await interrupted("run_redo"), { redo: ["letter/~gate0"] });
  expect(await redone.ending).toMatchObject({ is: "completed" });
  const given1 = { "letter/~gate0": { score: 0.1 } };
  const answered = await hall.resume(score, await interrupted("run_give"), { give: given1 });
  expect(await answered.ending).toMatchObject({ is: "failed", error: { code: "MR3050" } });
  await expect(
    hall.resume(score, await interrupted("run_bad"), { give: { "letter/~gate0": { score: 2 } } }),
  ).rejects.toMatchObject({ code: "MR2014" });
});

/** A letter whose every value is longer, and what was asked for each. */
function growing(onFail: "retry" | "escalate", most: number, more: object = {}) {
  const calls: string[] = [];
  const draft = task({
    input: { text: wanted.text },
    output: Letter,
    run: ({ input, attempt, escalation, idempotencyKey }) => {
      calls.push(`${attempt} ${escalation} ${idempotencyKey.slice(idempotencyKey.indexOf("/") + 1)}`);
      return { text: input.text.repeat(Number(/~(\d+)$/.exec(idempotencyKey)?.[1] ?? 1)) };
    },
  });
  const long = judgeBy("long", (said) => ({
    score: Math.min(1, said.length / 3),
    why: `${said.length} of 3`,
  }));
  const letter = artifact({
    name: "letter",
    value: draft.output,
    gates: [{ by: long.judge, min: 1, onFail }],
    retry: { attempts: most },
    ...more,
  });
  const seen: string[] = [];
  const copied = task({
    input: { text: draft.output.text },
    output: z.string(),
    run: ({ input }) => {
      seen.push(input.text);
      return input.text;
    },
  });
  const score = defineScore({
    id: "growing",
    input: wanted,
    nodes: { draft, letter, copied },
    output: { letter: letter.output.text, copied: copied.output },
  }) as never as Score<never, unknown>;
  return { score, calls, asked: long.asked, seen };
}

test("what a judge found wanting is made again until it passes; whoever else reads it waits, and reads the last value", async () => {
  const { start, store } = await openHall();
  const { score, calls, asked, seen } = growing("retry", 5);

  const { ending, id } = await start(score, { text: "a" });

  expect(await ending).toEqual({ is: "completed", output: { letter: "aaa", copied: "aaa" } });
  expect(calls).toEqual(["1 0 draft", "2 0 draft~2", "3 0 draft~3"]);
  expect(asked).toEqual(["letter/~gate0", "letter/~gate0.2", "letter/~gate0.3"]);
  expect(seen).toEqual(["aaa"]);
  const drafts = (await store.stepsOf(id)).filter(({ key }) => key === "draft");
  expect(drafts.map(({ output }) => output)).toEqual(['{"text":"a"}', '{"text":"aa"}', '{"text":"aaa"}']);
  const letter = (await store.stepsOf(id)).find(({ key }) => key === "letter")!;
  expect(JSON.parse(letter.info!)).toMatchObject({ score: 1, values: 3 });
});

test("when no value was good enough, the last judgement and their number are told", async () => {
  const { start } = await openHall();
  const { score, calls } = growing("retry", 2);

  expect(await (await start(score, { text: "a" })).ending).toMatchObject({
    is: "failed",
    step: "letter",
    error: {
      code: "MR3050",
      message: "gate 1 (long) gave 0.6666666666666666 to the last of 2 values, and 1 is the least: 2 of 3",
    },
  });
  expect(calls).toHaveLength(2);
});

test("a gate that escalates tells what makes the value how often it was not good enough", async () => {
  const { start } = await openHall();
  const { score, calls } = growing("escalate", 3);

  expect(await (await start(score, { text: "a" })).ending).toMatchObject({ is: "completed" });
  expect(calls).toEqual(["1 0 draft", "2 1 draft~2", "3 2 draft~3"]);
});

test("after a crash at any of its steps a value that is made again ends the same, and nothing is made or judged twice", async () => {
  const hall = await openHall();
  const { score, calls, asked, seen } = growing("retry", 5);
  const { ending, id } = await hall.start(score, { text: "a" });
  await ending;
  const order = [
    "draft 1",
    "letter/~gate0 1",
    "draft 2",
    "letter/~gate0.2 1",
    "draft 3",
    "letter/~gate0.3 1",
  ];
  const nameOf = ({ key, attempt }: StepRow) => `${key} ${attempt}`;
  const written = await hall.store.stepsOf(id);
  const rows = [...order, "letter 1", "copied 1"].map((name) => written.find((row) => nameOf(row) === name)!);
  expect(written).toHaveLength(rows.length);
  const { score: name, deployment, input: given } = (await hall.store.run(id))!;
  const run = { score: name, deployment, input: given, createdAt: 1, startedAt: 1, parent: null };

  for (let kept = 0; kept <= rows.length; kept++) {
    for (const isUnderWay of kept < order.length ? [false, true] : [false]) {
      const after = `run_${kept}_${isUnderWay}`;
      const taken = rows.slice(0, kept).map((row) => ({ ...row, runId: after }));
      // The next attempt had been written down as begun.
      const begun = { ...rows[kept]!, runId: after, status: "running", output: null, endedAt: null } as const;
      await beginWith(hall, { ...run, id: after }, isUnderWay ? [...taken, begun] : taken);
      const before = { calls: calls.length, asked: asked.length, seen: seen.length };

      const { ending } = await hall.resume(score, after);

      expect(await ending, after).toEqual({ is: "completed", output: { letter: "aaa", copied: "aaa" } });
      const wasMade = Math.ceil(Math.min(kept, order.length) / 2);
      expect(calls.length - before.calls, after).toBe(3 - wasMade);
      expect(asked.length - before.asked, after).toBe(3 - Math.floor(Math.min(kept, order.length) / 2));
      expect(seen.length - before.seen, after).toBe(kept < rows.length ? 1 : 0);
      for (const made of (await hall.store.stepsOf(after)).filter(({ key }) => key === "draft"))
        if (made.status === "completed" && made.output!.length > 12) expect(made.info).toContain('"round":');
    }
  }
});

test("the run of a failed artifact, begun anew, has its value made anew", async () => {
  const hall = await openHall();
  const { score, calls } = growing("retry", 2);
  const first = await hall.start(score, { text: "a" });
  expect(await first.ending).toMatchObject({ is: "failed" });
  const before = calls.length;

  await (await hall.rerun(score, first.id)).ending;

  expect(calls.slice(before)).toEqual(["1 0 draft", "2 0 draft~2"]);
});

test("an artifact keeps what it was made of, what it is and when, the same after a resume", async () => {
  const hall = await openHall();
  const schema = z.object({ all: z.string(), wish: z.string() });
  const fine = defineTask({
    id: "fine",
    input: z.object({ value: schema }),
    output: Verdict,
    run: () => ({ score: 0.9 }),
  });
  const draft = writeLetter();
  const title = derive([draft.output], ({ text }) => text.slice(0, 4));
  const kept = artifact({
    name: text`letter to ${wanted.text}`,
    value: derive([text`${title} ${draft.output.text}`, wanted.text], (all, wish) => ({ all, wish })),
    schema,
    gates: [{ by: fine, min: 0.5 }],
  });
  const score = defineScore({
    id: "kept",
    input: wanted,
    nodes: { draft, kept },
    output: kept.output,
  }) as never;
  const { ending, id } = await hall.start(score, { text: "Ada L" });
  await ending;

  const [found] = await artifactsOf(hall.store, id);

  const sha = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");
  const value = { all: "Ada  Ada L", wish: "Ada L" };
  expect(found).toMatchObject({
    name: "letter to Ada L",
    run: id,
    step: "kept",
    value,
    bytes: Buffer.byteLength(JSON.stringify(value)),
    hash: sha(value),
    inputs: { draft: sha({ text: "Ada L" }), "draft.text": sha("Ada L"), "input.text": sha("Ada L") },
    score: 0.9,
    gates: [{ by: "fine", min: 0.5, score: 0.9 }],
    values: 1,
  });
  expect(found!.schema).toMatch(/^[0-9a-f]{64}$/);
  expect(found!.createdAt).toBeGreaterThan(1_000);
  const rows = (await hall.store.stepsOf(id)).filter(({ key }) => key !== "kept");
  const { score: name, deployment, input: given } = (await hall.store.run(id))!;
  const run = {
    id: "run_again",
    score: name,
    deployment,
    input: given,
    createdAt: 1,
    startedAt: 1,
    parent: null,
  };
  await beginWith(
    hall,
    run,
    rows.map((row) => ({ ...row, runId: "run_again" })),
  );
  await (await hall.resume(score, "run_again")).ending;
  const [again] = await artifactsOf(hall.store, "run_again");
  expect({ ...again, run: id, createdAt: found!.createdAt }).toEqual(found);
});

test("a run keeps one artifact of each name: the first that is kept has it, also after a crash", async () => {
  const hall = await openHall();
  const held: (() => void)[] = [];
  let isHeld = true;
  const list = task({ input: {}, output: z.array(z.int()), run: () => [0, 1] });
  const listed = map({
    over: list.output,
    maxItems: 2,
    onItemError: "collect",
    each: (n) => {
      const draft = task({
        input: { n },
        output: z.string(),
        // The second item is the first that is kept.
        run: ({ input }) =>
          input.n === 0 && isHeld
            ? new Promise<string>((resolve) => held.push(() => resolve("0")))
            : String(input.n),
      });
      const kept = artifact({ name: "letter", value: draft.output });
      return { nodes: { draft, kept }, output: kept.output };
    },
  });
  const score = defineScore({ id: "named", nodes: { list, listed }, output: listed.output }) as never;
  const { ending, id, events } = await hall.start(score);
  await expect
    .poll(() => events.some((event) => event.type === "step.completed" && event.step === "listed/1/kept"))
    .toBe(true);
  isHeld = false;
  held[0]!();

  const message = 'this run keeps an artifact "letter" already, that of step "listed/1/kept"';
  const output = [
    { status: "failed", error: { message } },
    { status: "ok", value: "1" },
  ];
  expect(await ending).toEqual({ is: "completed", output });
  const rows = await hall.store.stepsOf(id);
  expect(rows.find(({ key }) => key === "listed/0/kept")!.error).toContain("MR3053");
  const { score: name, deployment, input: given } = (await hall.store.run(id))!;
  const run = {
    id: "run_again",
    score: name,
    deployment,
    input: given,
    createdAt: 1,
    startedAt: 1,
    parent: null,
  };
  const taken = rows.filter(({ key }) => key !== "listed" && key !== "listed/0/kept");
  await beginWith(
    hall,
    run,
    taken.map((row) => ({ ...row, runId: "run_again" })),
  );
  expect(await (await hall.resume(score, "run_again")).ending).toEqual({ is: "completed", output });
});

test("a map of 1,000 gated artifacts takes about as long per item as one of 200", async () => {
  const { start } = await openHall();
  const fine = judgeBy("fine", () => ({ score: 1 }));
  const many = input(z.object({ n: z.int() }));
  const items = task({
    input: { n: many.n },
    output: z.array(Letter),
    run: (call) => Array.from({ length: call.input.n }, (_, i) => ({ text: `letter ${i}` })),
  });
  const letters = map({
    over: items.output,
    maxItems: 1_000,
    each: (letter, index) =>
      artifact({ name: text`l${index}`, value: letter, gates: [{ by: fine.judge, min: 1 }] }),
  });
  const score = defineScore({
    id: "wide",
    input: many,
    nodes: { items, letters },
    output: letters.output[0]!.text,
  });
  const cpuPerItem = async (n: number) => {
    const before = process.cpuUsage();
    expect(await (await start(score as never, { n })).ending).toMatchObject({ is: "completed" });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / n;
  };
  await cpuPerItem(200);

  const few = Math.min(await cpuPerItem(200), await cpuPerItem(200));
  const most = Math.min(await cpuPerItem(1_000), await cpuPerItem(1_000));

  expect(most).toBeLessThan(few * 2.5);
});

type Hall = Awaited<ReturnType<typeof openHall>>;

/** A run whose process ended when it had written these rows. */
async function beginWith(
  { store }: Hall,
  run: Omit<NewRun, "status">,
  rows: readonly StepRow[],
): Promise<void> {
  await store.createRun({ ...run, status: "running" });
  await Promise.all(rows.map((row) => store.recordStep(row)));
}

/** Answers the one open checkpoint of a run. */
async function answer(hall: Hall, score: Score<never, unknown>, id: string, value: unknown): Promise<void> {
  const [open] = await openCheckpointsOf(hall.store, id);
  const row = (await hall.store.run(id))!;
  const playable = await hall.prepare(score);
  const tools = { engine: hall.engine, store: hall.store, now: systemClock.now };
  await decideCheckpoint(tools, { row, playable, step: open!.step, value, by: "ada" });
}
