import { expect, test } from "vitest";
import { z } from "zod";
import { branch, defineScore, gt, input, task } from "../../src/index.ts";
import type { SteppingCommand } from "../../src/operations/stepping-command.ts";
import { readRequest } from "../../src/services/control-request.ts";
import { performRequest } from "../../src/services/perform-request.ts";
import { openHall } from "../engine/hall.ts";

const start = input(z.object({ n: z.number() }));
const first = task({ input: { n: start.n }, output: z.number(), run: ({ input }) => input.n + 1 });
const big = branch(gt(first.output, 10));
const more = task({
  when: big.yes,
  input: { n: first.output },
  output: z.number(),
  run: ({ input }) => input.n,
});
const less = task({
  when: big.no,
  input: { n: first.output },
  output: z.number(),
  run: ({ input }) => -input.n,
});
const made = defineScore({ id: "stepped", input: start, nodes: { first, big, more, less } });

/** A run that is played step by step by an owner, who is asked as screens and other processes ask. */
async function openStepped(isStepped = true) {
  const hall = await openHall();
  const playable = await hall.prepare(made);
  const changes: string[] = [];
  const host = { changed: () => changes.push("changed"), watch: () => {} } as never;
  const owned = { ...hall, clock: { now: Date.now }, isHost: true, host, playableOf: async () => playable };
  const play = await hall.engine.start(playable, { n: 1 }, { isStepped });
  const say = (command: SteppingCommand) =>
    performRequest(owned, { op: "step", run: play.id, command, by: "ada" });
  const held = async () => {
    await play.stepping?.pending();
    const { stepping } = await performRequest(owned, { op: "watch", run: play.id });
    return stepping?.map(({ step }) => step);
  };
  return { owned, play, say, held, changes };
}

test("who looks at a run that is played step by step sees what is ready, and lets it go on, gives it or takes the other case", async () => {
  const { owned, play, say, held, changes } = await openStepped();
  expect(await held()).toEqual(["first"]);
  const form = await performRequest(owned, { op: "step form", run: play.id, step: "first" });
  expect(form.schema).toMatchObject({ type: "number" });

  expect(await say({ do: "override", step: "first", value: 3 })).toMatchObject({
    is: "completed",
    output: 3,
  });
  expect(await held()).toEqual(["big"]);
  expect(await performRequest(owned, { op: "step form", run: play.id, step: "big" })).toEqual({
    cases: [true, false],
  });
  expect(await say({ do: "branch", step: "big" })).toMatchObject({ is: "completed", output: true });
  expect(await held()).toEqual(["more"]);
  expect(await say({ do: "next" })).toMatchObject({ step: "more", is: "completed", output: 3 });

  expect((await play.ending).is).toBe("completed");
  expect(changes).toHaveLength(3);
});

test("a run that is let go on is played to its end, and is none that is played step by step any more", async () => {
  const { play, say, held } = await openStepped();
  expect(await held()).toEqual(["first"]);

  expect(await say({ do: "continue" })).toBeNull();

  expect((await play.ending).is).toBe("completed");
  await expect(say({ do: "next" })).rejects.toMatchObject({ code: "MR2097" });
});

test("an output that does not fit, a step that is not ready and a run that is played straight are refused, and nothing is played", async () => {
  const { say, held } = await openStepped();
  await held();
  await expect(say({ do: "override", step: "first", value: "three" })).rejects.toMatchObject({
    code: "MR2014",
  });
  await expect(say({ do: "next", step: "more" })).rejects.toMatchObject({ code: "MR2025" });
  await expect(say({ do: "branch", step: "first" })).rejects.toMatchObject({ code: "MR2026" });
  expect(await held()).toEqual(["first"]);

  const straight = await openStepped(false);
  await expect(straight.say({ do: "next" })).rejects.toMatchObject({ code: "MR2097" });
});

test("a run that is held goes on step by step when that is asked for", async () => {
  const { owned, play, held, say } = await openStepped();
  await held();
  await performRequest(owned, { op: "pause", run: play.id, by: "ada" });
  await play.ending;

  await performRequest(owned, { op: "resume", run: play.id, isStepped: true });

  await owned.engine.playOf(play.id)!.stepping!.pending();
  expect(await say({ do: "next" })).toMatchObject({ step: "first", is: "completed", output: 2 });
  await say({ do: "continue" });
});

test.each([
  { do: "next", value: 1 },
  { do: "override", step: "first" },
  { do: "branch" },
  { do: "branch", step: "" },
  { do: "continue", step: "first" },
  { do: "jump" },
  { do: "next", step: 1 },
  { do: "next", more: true },
  null,
])("%j is nothing that can be said of such a run", (command) => {
  const line = JSON.stringify({ v: 1, op: "step", run: "run_1", by: "ada", command });

  expect(readRequest(line)).toEqual({ problem: 'step has no usable "command"' });
});
