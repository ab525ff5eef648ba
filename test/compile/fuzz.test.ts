import { defineScore, derive, task } from "maestro-ts";
import { expect, test } from "vitest";
import { z } from "zod";
import type { ScoreRecord } from "../../src/define/define-score.ts";
import { toPlan } from "../../src/define/to-plan.ts";
import { runFuzz } from "./fuzz/run-fuzz.ts";

test("whatever is changed in a definition, it is compiled or told about: no crash, no hang, no stack", async () => {
  expect(await runFuzz({ count: 600, seed: 1 })).toEqual([]);
});

test("a hole in the list of what a value is computed from is nothing, and no hole in the plan", () => {
  const one = task({ input: {}, output: z.number(), run: () => 1 });
  const parts = [one.output, one.output, one.output];
  delete parts[1];
  const sum = derive(parts, (...all) => all.length);
  const score = defineScore({ id: "holes", nodes: { one, sum }, output: sum });

  const { sum: planned } = toPlan(score as unknown as ScoreRecord).plan.body.nodes;

  expect(Object.keys((planned as unknown as { of: unknown[] }).of)).toEqual(["0", "1", "2"]);
});
