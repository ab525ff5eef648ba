import { expect, test } from "vitest";
import { runFuzz, runHoles } from "../compile/fuzz/run-fuzz.ts";

const COUNT = Number(process.env.MUTANTS ?? 50_000);
const SEED = Number(process.env.SEED ?? 1_000_000);

test(`${COUNT} changed definitions are each compiled or told about: no crash, no hang, no stack`, async () => {
  expect(await runFuzz({ count: COUNT, seed: SEED })).toEqual([]);
});

test("something left out of a list, in every place of every list, is no crash", async () => {
  expect(await runHoles()).toEqual([]);
});
