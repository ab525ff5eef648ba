import { expect, test } from "vitest";
import { z } from "zod";
import {
  artifact,
  branch,
  defineScore,
  eq,
  fallback,
  harmony,
  input,
  optional,
  type Ref,
  task,
} from "../../src/index.ts";
import { openHall } from "./hall.ts";

const Money = z.object({ total: z.number() });
const given = input(z.object({ letter: z.number(), offer: z.number() }));

/** A letter and an offer, which are to name one sum. */
function scoreOf(check: (letter: number, offer: number) => unknown, options: object = {}, isGuarded = false) {
  const read: number[] = [];
  const make = (n: typeof given.letter, more: object = {}) =>
    task({ input: { n }, output: Money, ...more, run: (call) => ({ total: call.input.n }) });
  const isHigh = branch(eq(given.offer, 9));
  const [first, second] = [make(given.letter), make(given.offer, isGuarded ? { when: isHigh.yes } : {})];
  const letter = artifact({ name: "letter", value: first.output });
  const offer = artifact({ name: "offer", value: second.output });
  const sent = task({
    input: { letter: letter.output.total, offer: optional(offer.output.total) },
    output: z.number(),
    run: (call) => {
      read.push(call.input.letter);
      return call.input.letter;
    },
  });
  const agree = harmony([letter.output, offer.output], (a, b) => check(a.total, b.total) as boolean, options);
  const nodes = { isHigh, first, second, letter, offer, sent };
  const score = defineScore({ id: "deal", input: given, nodes, output: sent.output, harmony: [agree] });
  return { score: score as never, read };
}

const sameSum = (a: number, b: number) =>
  a === b || { conflict: `${a} is not ${b}`, paths: ["total", "total"] };

test("artifacts that agree are read as ever, and the run says that they agree", async () => {
  const { start, store } = await openHall();

  const { ending, id } = await start(scoreOf(sameSum).score, { letter: 3, offer: 3 });

  expect(await ending).toEqual({ is: "completed", output: 3 });
  const row = (await store.stepsOf(id)).find(({ kind }) => kind === "harmony");
  expect(row).toMatchObject({ key: "~harmony1", status: "completed", output: '{"agrees":true}' });
  expect(JSON.parse(row!.info!)).toEqual({ artifacts: ["letter", "offer"] });
});

test("a conflict fails the run with both places, and nothing that reads the artifacts begins", async () => {
  const { start, store } = await openHall();
  const { score, read } = scoreOf(sameSum);

  const { ending, id, events } = await start(score, { letter: 3, offer: 4 });

  expect(await ending).toMatchObject({
    is: "failed",
    error: { code: "MR3055", message: '"letter.total" and "offer.total": 3 is not 4' },
  });
  expect(read).toEqual([]);
  expect(events.find(({ type }) => type === "harmony.conflict")).toMatchObject({
    artifacts: ["letter", "offer"],
    places: ["letter.total", "offer.total"],
    conflict: "3 is not 4",
  });
  expect((await store.stepsOf(id)).find(({ kind }) => kind === "harmony")).toMatchObject({
    status: "failed",
  });
});

test("who reads one artifact waits for those it has to agree with, unless one of them is made of what it does", async () => {
  const { start } = await openHall();
  const begun: string[] = [];
  const step = (name: string, n: Ref<number>, more: object = {}) =>
    task({
      input: { n },
      output: Money,
      ...more,
      run: ({ input }) => {
        begun.push(name);
        return { total: input.n };
      },
    });
  const first = step("first", given.letter);
  const letter = artifact({ name: "letter", value: first.output });
  const reader = step("reader", letter.output.total);
  const spare = step("spare", letter.output.total);
  const second = task({
    input: { n: letter.output.total },
    output: Money,
    onFailure: fallback(spare),
    run: (): { total: number } => {
      begun.push("second");
      throw new Error("no");
    },
  });
  const offer = artifact({ name: "offer", value: second.output });
  const bill = artifact({ name: "bill", value: reader.output });
  // The bill is made of the letter, and the letter has to agree with both.
  const agree = [
    harmony([letter.output, offer.output], (a, b) => a.total === b.total),
    harmony([letter.output, bill.output], (a, b) => a.total === b.total),
  ];
  const nodes = { first, letter, reader, spare, second, offer, bill };
  const score = defineScore({ id: "made", input: given, nodes, output: bill.output, harmony: agree });

  expect(await (await start(score as never, { letter: 3, offer: 3 })).ending).toEqual({
    is: "completed",
    output: { total: 3 },
  });
  expect(begun).toEqual(["first", "second", "spare", "reader"]);
});

test("a conflict that is only to be reported is, and the run goes on", async () => {
  const { start, store } = await openHall();
  const { score } = scoreOf(sameSum, { onConflict: "report" });

  const { ending, id, events } = await start(score, { letter: 3, offer: 4 });

  expect(await ending).toEqual({ is: "completed", output: 3 });
  expect(events.filter(({ type }) => type === "harmony.conflict")).toHaveLength(1);
  const row = (await store.stepsOf(id)).find(({ kind }) => kind === "harmony")!;
  expect(JSON.parse(row.info!)).toEqual({
    artifacts: ["letter", "offer"],
    conflict: "3 is not 4",
    places: ["letter.total", "offer.total"],
    onConflict: "report",
  });
});

test("false says that they do not agree; what is neither true, false nor a conflict is an error", async () => {
  const { start } = await openHall();
  const endingOf = async (said: unknown) =>
    (await start(scoreOf(() => said).score, { letter: 3, offer: 4 })).ending;

  expect(await endingOf(false)).toMatchObject({
    error: { code: "MR3055", message: '"letter" and "offer": they do not agree' },
  });
  for (const said of [undefined, null, "no", { paths: [] }, { conflict: 3 }, Promise.resolve(true)])
    expect(await endingOf(said)).toMatchObject({
      is: "failed",
      error: { code: expect.stringMatching(/^MR30(?:56|04)$/) },
    });
  expect(await endingOf({ conflict: "sums", paths: [undefined, "total"] })).toMatchObject({
    error: { message: '"letter" and "offer.total": sums' },
  });
});

test("nothing is compared while one of the artifacts is not there", async () => {
  const { start } = await openHall();
  const { score } = scoreOf(() => false, {}, true);

  expect(await (await start(score, { letter: 3, offer: 4 })).ending).toEqual({ is: "completed", output: 3 });
  expect(await (await start(score, { letter: 3, offer: 9 })).ending).toMatchObject({ is: "failed" });
});

test("after a crash at any of its steps a run finds the same conflict", async () => {
  const hall = await openHall();
  const { score, read } = scoreOf(sameSum);
  const { ending, id } = await hall.start(score, { letter: 3, offer: 4 });
  const ended = await ending;
  const order = ["first", "second", "letter", "offer", "~harmony1"];
  const written = await hall.store.stepsOf(id);
  const rows = order.map((key) => written.find((row) => row.key === key)!);
  const { score: name, deployment, input: text } = (await hall.store.run(id))!;

  for (let kept = 0; kept <= rows.length; kept++) {
    const after = `run_after_${kept}`;
    const run = { id: after, score: name, deployment, input: text, createdAt: 1, startedAt: 1, parent: null };
    await hall.store.createRun({ ...run, status: "running" });
    await Promise.all(rows.slice(0, kept).map((row) => hall.store.recordStep({ ...row, runId: after })));

    expect(await (await hall.resume(score, after)).ending).toEqual(ended);
  }
  expect(read).toEqual([]);
});
