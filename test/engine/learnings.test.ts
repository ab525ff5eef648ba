import { join } from "node:path";
import Database from "libsql";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { toPattern } from "../../src/engine/learner.ts";
import { defineScore, input, map, task } from "../../src/index.ts";
import { mendLearnings } from "../../src/operations/mend-learnings.ts";
import { MIGRATIONS } from "../../src/paths.ts";
import { openStore } from "../../src/store/open-store.ts";
import { closestLearnings } from "../../src/views/closest-learnings.ts";
import { openHall } from "./hall.ts";

/** Fails until its attempt `passes`. */
const failing = (id: string, passes: number) => {
  const order = input(z.object({ order: z.string() }));
  const sent = task({
    input: { order: order.order },
    output: z.string(),
    retry: { attempts: 3, backoff: "1ms" },
    run: ({ input, attempt }) => {
      if (attempt < passes) throw new Error(`the CRM refused order ${input.order} after 1,204 ms`);
      return "ok";
    },
  });
  return defineScore({ id, input: order, nodes: { sent } });
};

describe("what a run teaches", () => {
  test("is what went wrong, once a run and without what differs each time, and what let it pass", async () => {
    const { start, store } = await openHall();

    for (const order of ["0199f2ab44", "0199f2ab45"])
      await (await start(failing("letters", 3), { order })).ending;

    const learnt = await store.learnings.find({ limit: 10 });
    const pattern = "the CRM refused order # after # ms";
    expect(learnt).toHaveLength(2);
    expect(learnt).toContainEqual(
      expect.objectContaining({
        kind: "failure",
        pattern,
        appliesTo: "letters/sent",
        times: 2,
        step: "sent",
      }),
    );
    expect(learnt).toContainEqual(
      expect.objectContaining({ kind: "fix", pattern, text: "attempt 3 passed", times: 2 }),
    );
    expect(learnt[0]!.deployment).toBe("deployment-letters");
  });

  test("of a rehearsal is nothing", async () => {
    const { start, store } = await openHall();

    await (await start(failing("letters", 9), { order: "a" }, { source: { is: "rehearsal", seed: 1 } }))
      .ending;

    expect(await store.learnings.find({ limit: 10 })).toEqual([]);
  });

  test("of a run in which all goes well is nothing", async () => {
    const { start, store } = await openHall();

    await (await start(failing("letters", 1), { order: "a" })).ending;

    expect(await store.learnings.find({ limit: 10 })).toEqual([]);
  });

  test("is one thing of all the items that fail alike, and at most a hundred of those that do not", async () => {
    const { start, store } = await openHall();
    const words = Array.from(
      { length: 300 },
      (_, i) => `w${String.fromCharCode(97 + (i % 26)).repeat(1 + Math.floor(i / 26))}`,
    );
    const given = input(z.object({ words: z.array(z.string()).max(300) }));
    const each = map({
      over: given.words,
      maxItems: 300,
      onItemError: "collect",
      each: (word) =>
        task({
          input: { word },
          output: z.string(),
          run: ({ input }) => {
            throw new Error(
              input.word.length < 3 ? `no answer to ${Math.random()}` : `no such word: ${input.word}`,
            );
          },
        }),
    });

    await (await start(defineScore({ id: "words", input: given, nodes: { each } }), { words })).ending;

    const learnt = await store.learnings.find({ limit: 1_000 });
    expect(learnt).toHaveLength(100);
    expect(learnt.filter(({ pattern }) => pattern === "no answer to #")).toHaveLength(1);
  });

  test.each([
    ["run_0199f2aa11bb of 2026-11-20T10:00:00", "# of #T#"],
    ["GET https://api.example.com/v2/items/41: 503", "GET https://api.example.com/v#/items/# #"],
    ["  two\nlines ", "two lines"],
  ])("%j is %j", (message, pattern) => {
    expect(toPattern(message)).toBe(pattern);
  });
});

describe("the closest learnings of a failure", () => {
  test("are notes and fixes of the place, then what helped elsewhere; its own failure alone is none", async () => {
    const { start, store } = await openHall();
    const { learnings } = store;
    const note = (text: string, appliesTo: string) =>
      learnings.add({
        kind: "note",
        pattern: text,
        appliesTo,
        text,
        context: "{}",
        at: 1,
        runId: null,
        step: null,
        deployment: null,
        by: "ada",
      });
    await (await start(failing("others", 2), { order: "x" })).ending;
    const own = await start(failing("letters", 9), { order: "x" });
    await own.ending;
    const message = "the CRM refused order x after 3 ms";
    const of = { place: "letters/sent", message, run: own.id };

    expect(
      (await closestLearnings(learnings, of)).map(({ appliesTo, kind }) => `${kind} ${appliesTo}`),
    ).toEqual(["fix others/sent"]);

    await note("The CRM refuses everything on Sundays", "letters/sent");
    await note("Ask ops for a CRM key", "*");
    await note("Nothing in common", "letters/sent");

    expect((await closestLearnings(learnings, of)).map(({ text }) => text)).toEqual([
      "The CRM refuses everything on Sundays",
      "Ask ops for a CRM key",
      "attempt 2 passed",
    ]);
  });

  test("are found whatever stands in the message", async () => {
    const { store } = await openHall();

    for (const message of ['" OR *', "NEAR(a b)", "a:b^2 -c", "", "\u{1f3bc}", "x".repeat(50_000)])
      expect(await closestLearnings(store.learnings, { place: "a/b", message, run: "r" })).toEqual([]);
  });
});

describe("the index of the learnings", () => {
  test("is made anew when it is damaged, in slices, and nothing is lost", async () => {
    const { start, store, folder } = await openHall();
    await (await start(failing("letters", 2), { order: "x" })).ending;
    expect(await mendLearnings(store.learnings, () => {})).toBe(false);
    await store.close();
    const file = join(folder, "m.db");
    const db = new Database(file);
    db.exec("INSERT INTO learnings_index (learnings_index) VALUES ('delete-all')");
    for (let i = 0; i < 1_200; i++)
      db.exec(
        `INSERT INTO learnings (kind, pattern, applies_to, text, context, first_at, last_at) VALUES ('note', 'p${i}', '*', 'number${i}', '{}', 1, 1)`,
      );
    db.exec("INSERT INTO learnings_index (learnings_index) VALUES ('delete-all')");
    db.close();
    const again = await openStore({ file, durability: "process", migrations: MIGRATIONS });
    const slices: number[] = [];

    expect(await again.learnings.find({ limit: 5, words: "number7" })).toEqual([]);
    expect(await mendLearnings(again.learnings, (done) => slices.push(done))).toBe(true);

    expect(slices).toEqual([500, 1_000, 1_202]);
    expect(await again.learnings.find({ limit: 5, words: "number7" })).toMatchObject([{ text: "number7" }]);
    expect(await again.learnings.find({ limit: 5, words: "CRM refused" })).toHaveLength(2);
    expect(await mendLearnings(again.learnings, () => {})).toBe(false);
    await again.close();
  });
});
