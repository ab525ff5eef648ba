import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineScore, task } from "../../src/index.ts";
import { openHall } from "./hall.ts";

const said = task({ input: {}, output: z.string(), run: async () => "hello" });
const greet = defineScore({ id: "greet", nodes: { said }, output: said.output });

/** A hall with the orchestra "mornings", which plays the score. */
async function openWithOrchestra() {
  const hall = await openHall();
  const { hash } = await hall.prepare(greet as never);
  await hall.store.orchestras.deploy({
    deployments: [],
    put: [
      {
        id: "mornings",
        score: "greet",
        deployment: hash,
        definition: "{}",
        hash: "a".repeat(64),
        createdAt: 1,
        deployedAt: 1,
      },
    ],
    destroyed: [],
    audit: [],
  });
  return hall;
}

describe("a run of an orchestra", () => {
  test("that an instant of its schedule began is written with that instant, which is decided with it", async () => {
    const { store, start } = await openWithOrchestra();

    const { id, ending } = await start(greet as never, {}, { of: { orchestra: "mornings", dueAt: 60_000 } });
    await ending;

    expect(await store.run(id)).toMatchObject({ orchestra: "mornings", dueAt: 60_000, status: "completed" });
    expect(await store.orchestras.occurrences({ orchestra: "mornings", limit: 9 })).toEqual([
      { orchestra: "mornings", instant: 60_000, status: "fired", reason: null, run: id },
    ]);
    expect(await store.orchestras.find("mornings")).toMatchObject({ cursor: 60_000 });
  });

  test("that somebody began decides nothing of its schedule", async () => {
    const { store, start } = await openWithOrchestra();

    const { id, ending } = await start(greet as never, {}, { of: { orchestra: "mornings" } });
    await ending;

    expect(await store.run(id)).toMatchObject({ orchestra: "mornings", dueAt: null });
    expect(await store.orchestras.occurrences({ orchestra: "mornings", limit: 9 })).toEqual([]);
    expect(await store.orchestras.find("mornings")).toMatchObject({ cursor: null });
  });

  test("is refused for an instant that has its run, and nothing of it is there", async () => {
    const { store, start } = await openWithOrchestra();
    const { ending } = await start(greet as never, {}, { of: { orchestra: "mornings", dueAt: 60_000 } });
    await ending;

    const second = start(greet as never, {}, { of: { orchestra: "mornings", dueAt: 60_000 } });

    await expect(second).rejects.toMatchObject({ code: "MR1009" });
    expect(await store.listRuns({ limit: 9 })).toHaveLength(1);
  });
});
