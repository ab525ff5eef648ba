import { expect, test } from "vitest";
import { z } from "zod";
import { branch, checkpoint, defineScore, gt, input, map, optional, task, text } from "../../src/index.ts";
import { openHall } from "./hall.ts";

const Text = z.object({ title: z.string(), words: z.number() });

/** A chain that counts how often each of its steps is played. */
function letters(more: { readonly output?: z.ZodType; readonly broken?: () => boolean } = {}) {
  const played: string[] = [];
  const start = input(
    z.object({ topic: z.string(), max: z.number().default(5), tone: z.string().default("dry") }),
  );
  const read = task({
    input: { topic: start.topic },
    output: Text,
    run: ({ input }) => {
      played.push("read");
      return { title: input.topic, words: 3 };
    },
  });
  const rank = task({
    input: { max: start.max },
    output: z.number(),
    run: ({ input }) => {
      played.push("rank");
      return input.max * 2;
    },
  });
  const subject = text`About ${read.output.title}`;
  const write = task({
    input: { subject, rank: rank.output },
    output: (more.output ?? z.object({ body: z.string() })) as z.ZodType<{ body: string }>,
    run: ({ input }) => {
      played.push("write");
      if (more.broken?.()) throw new Error("no ink");
      return { body: `${input.subject} (${input.rank})` };
    },
  });
  const send = task({
    input: { body: write.output.body, tone: start.tone },
    output: z.string(),
    run: ({ input }) => {
      played.push("send");
      return `${input.tone}: ${input.body}`;
    },
  });
  const score = defineScore({
    id: "letters",
    input: start,
    nodes: { read, rank, write, send },
    output: { sent: send.output },
  });
  return { score: score as never, flush: () => played.splice(0).sort() };
}

const set = (node: string, value: unknown, ...path: string[]) => ({ node, path, value });

test("an edited output is read by everything after it, and the run says what was edited and by whom", async () => {
  const hall = await openHall();
  const { score, flush } = letters();
  const first = await hall.start(score, { topic: "rain" });
  await first.ending;
  flush();

  const second = await hall.rerun(score, first.id, [], {
    set: [set("read", "snow", "title"), set("rank", 1)],
    by: "ada",
  });

  expect(await second.ending).toEqual({ is: "completed", output: { sent: "dry: About snow (1)" } });
  expect(flush()).toEqual(["send", "write"]);
  const [read] = (await hall.store.stepsOf(second.id)).filter(({ key }) => key === "read");
  expect(JSON.parse(read!.output!)).toEqual({ title: "snow", words: 3 });
  expect(JSON.parse(read!.info!)).toEqual({ edited: true, by: "ada", takenFrom: first.id });
  const [event] = (await hall.store.eventsOf(second.id)).filter(({ type }) => type === "run.derived");
  expect(JSON.parse(event!.data!)).toEqual({ of: first.id, edited: ["read.title", "rank"], by: "ada" });
});

test("an edited input is read again by those nodes alone that read what has changed", async () => {
  const hall = await openHall();
  const { score, flush } = letters();
  const first = await hall.start(score, { topic: "rain" });
  await first.ending;
  flush();

  const second = await hall.rerun(score, first.id, [], { set: [set("input", "warm", "tone")] });
  expect(await second.ending).toEqual({ is: "completed", output: { sent: "warm: About rain (10)" } });
  expect(flush()).toEqual(["send"]);

  const third = await hall.rerun(score, second.id, [], { set: [set("input", 1, "max")] });
  expect(await third.ending).toEqual({ is: "completed", output: { sent: "warm: About rain (2)" } });
  expect(flush()).toEqual(["rank", "send", "write"]);
});

test("a node that failed can be given its output instead of being played again", async () => {
  const hall = await openHall();
  const { score, flush } = letters({ broken: () => true });
  const first = await hall.start(score, { topic: "rain" });
  expect(await first.ending).toMatchObject({ is: "failed", step: "write" });
  flush();

  const second = await hall.rerun(score, first.id, [], { set: [set("write", "by hand", "body")] });

  expect(await second.ending).toEqual({ is: "completed", output: { sent: "dry: by hand" } });
  expect(flush()).toEqual(["send"]);
});

test.each([
  [[set("raed", 1)], "MR2023", 'did you mean "read"?'],
  [[set("read", "x", "titel")], "MR2023", 'did you mean "title"?'],
  [[set("input", "x", "topik")], "MR2023", 'did you mean "topic"?'],
  [[set("read", "x", "title", "first")], "MR2023", undefined],
  [[set("read", "x", "__proto__")], "MR2023", undefined],
  [[set("read", 3, "title")], "MR2014", undefined],
  [[set("rank", 2), set("read", 3, "title")], "MR2014", undefined],
  [[set("input", "many", "max")], "MR2002", undefined],
  [[set("subject", "x")], "MR2023", undefined],
])("an edit that does not fit is refused before anything is written: %j is %s", async (edits, code, hint) => {
  const hall = await openHall();
  const { score } = letters();
  const first = await hall.start(score, { topic: "rain" });
  await first.ending;

  const refused = await hall.rerun(score, first.id, [], { set: edits }).catch((error: unknown) => error);

  expect(refused).toMatchObject({ code });
  if (hint !== undefined) expect(refused).toMatchObject({ hint });
  expect(await hall.store.listRuns({ limit: 9 })).toHaveLength(1);
});

test.each(["01", "00", "-1", "5", "1.", " 1", ""])(
  "a list has no place %j: nothing is written",
  async (place) => {
    const hall = await openHall();
    const start = input(z.object({ list: z.array(z.object({ x: z.number() })) }));
    const last = task({ input: start.list, output: z.number(), run: ({ input }) => input.at(-1)!.x });
    const score = defineScore({ id: "lists", input: start, nodes: { last }, output: last.output }) as never;
    const first = await hall.start(score, { list: [{ x: 1 }, { x: 2 }] });
    await first.ending;

    const refused = hall.rerun(score, first.id, [], { set: [set("input", 9, "list", place, "x")] });

    await expect(refused).rejects.toMatchObject({ code: "MR2023" });
    expect(await hall.store.listRuns({ limit: 9 })).toHaveLength(1);
  },
);

test("an output is given or played again, not both, and a map has none of its own", async () => {
  const hall = await openHall();
  const each = map({
    over: [1, 2] as never,
    maxItems: 3,
    each: (n) => task({ input: { n }, output: z.number(), run: ({ input }) => Number(input.n) }),
  });
  const score = defineScore({ id: "mapped", nodes: { each }, output: { all: each.output } }) as never;
  const first = await hall.start(score);
  expect(await first.ending).toMatchObject({ is: "completed" });

  await expect(hall.rerun(score, first.id, [], { set: [set("each", [])] })).rejects.toMatchObject({
    code: "MR2023",
  });
  const letter = letters();
  const second = await hall.start(letter.score, { topic: "x" });
  await second.ending;
  await expect(
    hall.rerun(letter.score, second.id, ["rank"], { set: [set("rank", 1)] }),
  ).rejects.toMatchObject({
    code: "MR2023",
  });
});

test("an edit can turn a branch: what the old way did is left behind", async () => {
  const hall = await openHall();
  const played: string[] = [];
  const play = (name: string) => ({
    input: {},
    output: z.string(),
    run: () => `${name} ${played.push(name)}`,
  });
  const count = task({ input: {}, output: z.number(), run: () => 1 });
  const isBig = branch(gt(count.output, 10));
  const small = task({ ...play("small"), when: isBig.no });
  const big = task({ ...play("big"), when: isBig.yes });
  const score = defineScore({
    id: "turn",
    nodes: { count, isBig, small, big },
    output: { small: optional(small.output), big: optional(big.output) },
  }) as never;
  const first = await hall.start(score);
  expect(await first.ending).toEqual({ is: "completed", output: { small: "small 1" } });

  const second = await hall.rerun(score, first.id, [], { set: [set("count", 11)] });

  expect(await second.ending).toEqual({ is: "completed", output: { big: "big 2" } });
  expect(played).toEqual(["small", "big"]);
});

function asking() {
  const review = checkpoint({
    title: "ok?",
    decision: z.object({ ok: z.boolean() }),
    timeout: "never",
    onTimeout: "reject",
  });
  let counted = 0;
  const count = task({ input: {}, output: z.number(), run: () => ++counted });
  const score = defineScore({
    id: "asking",
    nodes: { count, review },
    output: { ok: review.output.ok, count: count.output },
  });
  return score as never;
}

test("a fork of a run that waits asks anew, and both go their own way", async () => {
  const hall = await openHall();
  const score = asking();
  const first = await hall.start(score);
  expect(await first.ending).toMatchObject({ is: "waiting" });
  await expect(hall.rerun(score, first.id)).rejects.toMatchObject({ code: "MR2018" });

  const fork = await hall.rerun(score, first.id, [], { isFork: true });
  await expect.poll(() => hall.store.run(fork.id)).toMatchObject({ status: "waiting" });
  const yes = { status: "completed", output: JSON.stringify({ ok: true }), endedAt: Date.now() } as const;
  for (const [run, ok] of [
    [fork.id, false],
    [first.id, true],
  ] as const) {
    const [open] = (await hall.store.stepsOf(run)).filter(({ key }) => key === "review");
    await hall.store.recordStep({ ...open!, ...yes, output: JSON.stringify({ ok }) });
  }

  expect(await (await hall.resume(score, fork.id)).ending).toEqual({
    is: "completed",
    output: { ok: false, count: 1 },
  });
  expect(await (await hall.resume(score, first.id)).ending).toEqual({
    is: "completed",
    output: { ok: true, count: 1 },
  });
});

test("a fork of a run that is being played leaves that alone, and plays what is under way itself", async () => {
  const hall = await openHall();
  const release: (() => void)[] = [];
  let counted = 0;
  const count = task({ input: {}, output: z.number(), run: () => ++counted });
  const slow = task({
    input: { count: count.output },
    output: z.number(),
    run: ({ input }) => new Promise<number>((resolve) => release.push(() => resolve(input.count))),
  });
  const score = defineScore({ id: "slow", nodes: { count, slow }, output: { slow: slow.output } }) as never;
  const first = await hall.start(score);
  await expect.poll(() => release.length).toBe(1);

  const fork = await hall.rerun(score, first.id, [], { isFork: true });
  await expect.poll(() => release.length).toBe(2);
  for (const one of release) one();

  expect(await fork.ending).toEqual({ is: "completed", output: { slow: 1 } });
  expect(await first.ending).toEqual({ is: "completed", output: { slow: 1 } });
  expect(fork.id).not.toBe(first.id);
});

test("with another revision, what fits is taken over as the new schema gives it back", async () => {
  const hall = await openHall();
  const old = letters({ broken: () => true });
  const first = await hall.start(old.score, { topic: "rain" });
  expect(await first.ending).toMatchObject({ is: "failed" });
  const edited = letters();
  const playable = await hall.prepare(edited.score, "deployment-2");

  const second = await hall.rerun(edited.score, first.id, [], { playable });

  expect(await second.ending).toEqual({ is: "completed", output: { sent: "dry: About rain (10)" } });
  expect(edited.flush()).toEqual(["send", "write"]);
  expect(await hall.store.run(second.id)).toMatchObject({ deployment: "deployment-2" });
  const [event] = (await hall.store.eventsOf(second.id)).filter(({ type }) => type === "run.derived");
  expect(JSON.parse(event!.data!)).toEqual({ of: first.id, from: "deployment-letters", to: "deployment-2" });
});

/** What `letters` may become: `read` is called otherwise, and `rank` gives something else. */
function changed(rank: z.ZodType = z.object({ n: z.number() })) {
  const played: string[] = [];
  const start = input(z.object({ topic: z.string(), lang: z.string() }));
  const fetch = task({
    input: { topic: start.topic },
    output: Text,
    run: ({ input }) => {
      played.push("fetch");
      return { title: input.topic, words: 3 };
    },
  });
  const rankNode = task({
    input: {},
    output: rank,
    run: () => {
      played.push("rank");
      return { n: 1 };
    },
  });
  const score = defineScore({
    id: "letters",
    input: start,
    nodes: { fetch, rank: rankNode },
    output: { rank: rankNode.output, title: fetch.output.title, lang: start.lang },
  });
  return { score: score as never, flush: () => played.splice(0).sort() };
}

test("everything that does not fit another revision is told at once, and nothing is written", async () => {
  const hall = await openHall();
  const old = letters();
  const first = await hall.start(old.score, { topic: "rain" });
  await first.ending;
  const next = changed();
  const playable = await hall.prepare(next.score, "deployment-2");
  const before = await hall.store.listRuns({ limit: 9 });
  let isDeployed = false;
  const deploy = async () => {
    isDeployed = true;
  };

  const refused = (await hall
    .rerun(next.score, first.id, ["fetch"], { playable, deploy })
    .catch((error: unknown) => error)) as Error & { hint: string };

  expect(refused).toMatchObject({ code: "MR2022" });
  for (const words of [
    "input.lang: ",
    "read: the score has no such node any more",
    "rank: output: ",
    "write: ",
    "send: ",
  ])
    expect(refused.message).toContain(words);
  const named = refused.hint.slice(refused.hint.indexOf("--from fetch ")).split(" ").slice(1);
  expect(named.sort()).toEqual(["fetch", "rank", "read", "send", "write"]);
  expect(await hall.store.listRuns({ limit: 9 })).toEqual(before);
  expect(isDeployed).toBe(false);

  const done = await hall.rerun(next.score, first.id, ["read", "rank", "write", "send"], {
    playable,
    deploy,
    set: [set("input", "en", "lang")],
  });
  expect(await done.ending).toEqual({
    is: "completed",
    output: { rank: { n: 1 }, title: "rain", lang: "en" },
  });
  expect(next.flush()).toEqual(["fetch", "rank"]);
  expect(isDeployed).toBe(true);
});

test("what a schema has made of an output is not made of it twice by the same schema of another revision", async () => {
  const hall = await openHall();
  const made = (broken: boolean) => {
    const count = task({
      input: {},
      output: z.preprocess((n) => Number(n) + 1, z.number()),
      run: () => 1,
    });
    const last = task({
      input: { n: count.output },
      output: z.number(),
      run: ({ input }) => {
        if (broken) throw new Error("broken");
        return input.n;
      },
    });
    return defineScore({ id: "made", nodes: { count, last }, output: { n: last.output } }) as never;
  };
  const first = await hall.start(made(true));
  expect(await first.ending).toMatchObject({ is: "failed" });

  const playable = await hall.prepare(made(false), "deployment-2");
  const second = await hall.rerun(made(false), first.id, [], { playable });

  expect(await second.ending).toEqual({ is: "completed", output: { n: 2 } });
});
