import { expect, test } from "vitest";
import { z } from "zod";
import { checkpoint, defineScore, derive, input, map, type Ref, task } from "../../src/index.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import { openHall } from "./hall.ts";
import { compileScore, playPurely } from "./pure-run.ts";

const given = input(z.object({ ids: z.array(z.number()) }));
const add = (n: Ref<number>) => task({ input: { n }, output: z.number(), run: ({ input }) => input.n + 1 });

test("what was begun is brought to its end before more is begun, also where maps stand in maps", () => {
  const list = { over: given.ids, maxItems: 9 };
  const all = map({
    ...list,
    each: () =>
      map({
        ...list,
        each: (n) => {
          const one = add(n);
          const two = add(one.output);
          return { nodes: { one, two }, output: two.output };
        },
      }),
  });
  const score = compileScore(
    defineScore({ id: "order", input: given, nodes: { all }, output: all.output, concurrency: 2 }) as never,
  );

  const { played, outcome } = playPurely(score, { input: { ids: [1, 2] } });

  expect(outcome).toEqual({
    is: "completed",
    output: [
      [3, 4],
      [3, 4],
    ],
  });
  expect(played.map((key) => key.replace("all/", ""))).toEqual([
    "0/0/one",
    "0/1/one",
    "0/0/two",
    "0/1/two",
    "1/0/one",
    "1/1/one",
    "1/0/two",
    "1/1/two",
  ]);
});

test("maps beside one another have their turns", () => {
  const side = () => map({ over: given.ids, maxItems: 9, each: add });
  const [left, right] = [side(), side()];
  const score = compileScore(
    defineScore({ id: "beside", input: given, nodes: { left, right }, output: 1, concurrency: 2 }) as never,
  );

  const { played } = playPurely(score, { input: { ids: [1, 2, 3] } });

  expect(played).toEqual(["left/0", "right/0", "left/1", "right/1", "left/2", "right/2"]);
});

test("what a resumed map had asked can be decided, although there is no room for another step", async () => {
  const hall = await openHall();
  const begun: number[] = [];
  const asked = map({
    over: given.ids,
    maxItems: 9,
    concurrency: 3,
    each: (n) => {
      const ask = checkpoint({
        title: "Go on?",
        decision: z.object({ ok: z.boolean() }),
        timeout: "never",
        onTimeout: "reject",
      });
      const after = task({
        input: { n, ok: ask.output.ok },
        output: z.number(),
        run: ({ input, signal }) => {
          begun.push(input.n);
          return new Promise<number>((_, reject) =>
            signal.addEventListener("abort", () => reject(signal.reason)),
          );
        },
      });
      return { nodes: { ask, after }, output: after.output };
    },
  });
  const score = defineScore({
    id: "asked",
    input: given,
    nodes: { asked },
    output: derive([asked.output], (all) => all.length),
    concurrency: 1,
  }) as never;
  const first = await hall.start(score, { ids: [0, 1, 2] });
  expect(await first.ending).toMatchObject({ is: "waiting" });
  const row = (await hall.store.run(first.id))!;
  const playable = await hall.prepare(score);
  const { engine, store } = hall;
  const step = (await openCheckpointsOf(store, first.id)).find(({ key }) => key === "asked/0/ask")!.step;
  const deciding = { row, playable, step, value: { ok: true }, by: "ada" };
  await decideCheckpoint({ engine, store, now: Date.now }, deciding);

  const play = await hall.resume(score, first.id);
  await expect.poll(() => begun).toEqual([0]);
  const isDecided = await play.decide("asked/2/ask", { value: { ok: true } });
  play.stop(new Error("over"));
  await play.ending;

  expect(isDecided).toBe(true);
});
