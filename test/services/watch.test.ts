import { expect, test } from "vitest";
import { z } from "zod";
import { defineScore, input, map, task } from "../../src/index.ts";
import { performRequest } from "../../src/services/perform-request.ts";
import { openHall } from "../engine/hall.ts";

const start = input(z.object({ names: z.array(z.string()) }));
const first = task({
  input: { names: start.names },
  output: z.object({ text: z.string() }),
  run: ({ log }) => {
    log("at work");
    return { text: "first" };
  },
});
const letters = map({
  over: start.names,
  maxItems: 10,
  onItemError: "collect",
  each: (name) =>
    task({
      input: { name },
      output: z.string(),
      run: ({ input }) => {
        if (input.name === "Bob") throw new Error("nobody is called that");
        return input.name;
      },
    }),
});
// What ends in the same millisecond stands by its name.
const sent = task({ input: {}, after: [letters], output: z.string(), run: () => "sent" });
const made = defineScore({ id: "watched", input: start, nodes: { first, letters, sent } });

test("who watches a run is given its own steps, counts of what is inside of them, and the output of the step that is looked at", async () => {
  const hall = await openHall();
  const play = await hall.start(made, { names: ["Ada", "Bob", "Grace"] });
  await play.ending;
  await hall.store.settled();
  const playableOf = () => hall.prepare(made);
  const owned = { ...hall, clock: { now: Date.now }, isHost: true, playableOf };
  const watch = (step?: string) =>
    performRequest(owned, { op: "watch", run: play.id, ...(step === undefined ? {} : { step }) });

  const { run, steps, inside, logs, spent, stepping } = await watch("first");

  expect(run.status).toBe("completed");
  expect(steps.map(({ key, output }) => [key, output])).toEqual([
    ["first", { text: "first" }],
    ["letters", null],
    ["sent", null],
  ]);
  expect(inside).toEqual({ letters: { done: 3, failed: 1, startedAt: expect.any(Number) } });
  expect(logs).toMatchObject([{ step: "first", message: "at work" }]);
  expect([spent, stepping]).toEqual([{}, undefined]);
  expect((await watch("sent")).steps.map(({ output }) => output)).toEqual([null, null, "sent"]);
  expect((await watch()).steps.map(({ output }) => output)).toEqual([null, null, null]);
});

test("an item that is under way has begun, and is not counted as one that is over", async () => {
  const gate = Promise.withResolvers<void>();
  const slow = map({
    over: start.names,
    maxItems: 10,
    each: (name) =>
      task({
        input: { name },
        output: z.string(),
        // It is written down before it begins.
        retry: "never",
        run: async ({ input }) => {
          if (input.name === "Grace") await gate.promise;
          return input.name;
        },
      }),
  });
  const underWay = defineScore({ id: "under-way", input: start, nodes: { slow } });
  const hall = await openHall();
  const play = await hall.start(underWay, { names: ["Grace", "Ada", "Bob"] });
  const owned = { ...hall, clock: { now: Date.now }, isHost: true, playableOf: () => hall.prepare(underWay) };
  const inside = async () => (await performRequest(owned, { op: "watch", run: play.id })).inside;
  const statuses = async () => (await hall.store.stepsOf(play.id)).map(({ status }) => status).sort();
  await expect.poll(statuses).toEqual(["completed", "completed", "running"]);

  const during = await inside();
  gate.resolve();
  await play.ending;
  await hall.store.settled();

  expect(during).toEqual({ slow: { done: 2, failed: 0, startedAt: expect.any(Number) } });
  expect(await inside()).toEqual({ slow: { done: 3, failed: 0, startedAt: during.slow!.startedAt } });
});
