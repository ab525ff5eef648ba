import { artifact, defineScore, defineTask, derive, task } from "maestro-ts";
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

test("a hole in a list of gates, of changes or of a union's schemas is told about", () => {
  const size = defineTask({
    id: "size",
    input: z.object({}),
    output: z.object({ score: z.number() }),
    run: () => ({ score: 1 }),
  });
  const gates = [0.5, 0.5].map((min) => ({ by: size as never, min }));
  const vary = [{}, {}, {}];
  const options = [z.string(), z.number(), z.null()] as const;
  for (const list of [gates, vary, options]) delete (list as unknown[])[1];
  const one = task({ input: {}, output: z.union(options), run: () => "", retry: { attempts: 9, vary } });
  const kept = artifact({ name: "kept", value: one.output, gates });
  const score = defineScore({ id: "holes", nodes: { one, kept } });

  const { findings } = toPlan(score as unknown as ScoreRecord);

  expect(findings.map(({ code, path }) => [code, path?.join(".")])).toEqual([
    ["MS2109", "output"],
    ["MS3001", "retry.vary.1"],
    ["MS3001", "gates.1.by"],
    ["MS3001", "gates.1.min"],
  ]);
});
