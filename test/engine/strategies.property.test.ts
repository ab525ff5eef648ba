import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { z } from "zod";
import { auto, defineScore, defineTask, fallback, optional, reconstruct, task } from "../../src/index.ts";
import { compileScore, playPurely } from "./pure-run.ts";

const Counted = z.object({ n: z.number() });
const build = defineTask({
  id: "build",
  input: Counted,
  output: Counted,
  run: ({ input }) => ({ n: -input.n }),
});
const rebuilt = { from: "later", with: build };

const WAYS = {
  fail: "fail",
  skip: "skip",
  auto: "auto",
  value: fallback({ n: 100 }),
  rebuilt: reconstruct(rebuilt),
  chosenSkip: auto({ skip: true }),
  chosenAll: auto({ skip: true, fallback: { n: 100 }, reconstruct: rebuilt }),
  chosenValue: auto({ fallback: { n: 100 } }),
} as const;
type Way = keyof typeof WAYS;

/** What a node may come to that fails for good: its run fails, it is left out, a value stands in, or it is rebuilt. */
const ENDINGS: Readonly<Record<Way, readonly ("failed" | "gap" | "value" | "rebuilt")[]>> = {
  fail: ["failed"],
  skip: ["gap"],
  auto: ["gap", "failed"],
  value: ["value"],
  rebuilt: ["rebuilt", "failed"],
  chosenSkip: ["gap", "failed"],
  chosenAll: ["gap", "value", "rebuilt", "failed"],
  chosenValue: ["value", "failed"],
};

/** A stack says where this test has called, too. */
const withoutStacks = (value: unknown) =>
  JSON.stringify(value, (key, inner) => (key === "stack" ? undefined : inner));

const drawn = fc.record({
  way: fc.constantFrom(...(Object.keys(WAYS) as Way[])),
  attempts: fc.integer({ min: 1, max: 4 }),
  failures: fc.integer({ min: 0, max: 6 }),
  importance: fc.constantFrom("critical", "high", "normal", "low"),
  risk: fc.constantFrom("low", "normal", "high"),
  isGiven: fc.boolean(),
  stopAfter: fc.nat(8),
});

test.prop([drawn])(
  "random failures end, with each strategy, in one of its endings, also after a crash",
  (given) => {
    const { way, attempts, failures, importance, risk, isGiven, stopAfter } = given;
    const node = task({
      output: Counted,
      retry: { attempts, backoff: "1s", jitter: false },
      importance: importance as "low",
      onFailure: WAYS[way],
      run: ({ attempt }) => {
        if (attempt <= failures) throw new Error(`no ${attempt}`);
        return { n: attempt };
      },
    });
    const later = task({ input: { n: optional(node.output.n) }, output: Counted, run: () => ({ n: 7 }) });
    const output = { n: optional(node.output.n) };
    const score = compileScore(
      defineScore({ id: "drawn", nodes: { node, later }, output, risk: risk as "low" }),
    );
    const have = isGiven ? { given: new Map([["later", { n: 7 }]]) } : {};

    const { outcome } = playPurely(score, have);
    const before = playPurely(score, { ...have, results: stopAfter });
    const after = playPurely(score, { ...have, past: before.journal });

    expect(withoutStacks(after.outcome)).toBe(withoutStacks(outcome));
    if (failures < attempts) {
      expect(outcome).toEqual({ is: "completed", output: { n: failures + 1 } });
      return;
    }
    const ending =
      outcome!.is === "failed"
        ? "failed"
        : outcome!.is === "completed" && outcome!.gaps
          ? "gap"
          : { "100": "value", "-7": "rebuilt" }[String((outcome as { output: { n: number } }).output.n)];
    // The one attempt more that was chosen may be the one that goes well.
    if (ending === undefined) {
      expect(outcome).toEqual({ is: "completed", output: { n: attempts + 1 } });
      return;
    }
    expect(ENDINGS[way]).toContain(ending);
    if (way === "rebuilt") expect(ending).toBe(isGiven ? "rebuilt" : "failed");
    if (ending === "rebuilt") expect(isGiven).toBe(true);
    if (ending === "gap" && way !== "skip") expect(importance).not.toBe("critical");
  },
);
