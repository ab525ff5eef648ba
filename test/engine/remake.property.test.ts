import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { z } from "zod";
import {
  artifact,
  defineScore,
  defineTask,
  derive,
  fallback,
  input,
  map,
  oneOf,
  optional,
  task,
  text,
} from "../../src/index.ts";
import { compileScore, playPurely } from "./pure-run.ts";

/** A score around one artifact whose value may be made anew. */
interface Shape {
  /** What stands between the task that makes the value and the artifact. */
  readonly between: "nothing" | "derive" | "text" | "oneOf" | "two";
  /** Which of its values the task fails at, for good or the first time. */
  readonly breaks: readonly ("no" | "once" | "always")[];
  readonly onFailure: "fail" | "skip" | "value" | "node";
  /** What the judges say of each value: those of the first gate, then those of the second. */
  readonly verdicts: readonly (readonly boolean[])[];
  readonly onFail: readonly ("fail" | "retry" | "escalate")[];
  readonly artifactFails: "fail" | "skip" | "node";
  readonly attempts: number;
  readonly readers: readonly ("maker" | "between" | "guard" | "map" | "after" | "oneOf")[];
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  between: fc.constantFrom("nothing", "derive", "text", "oneOf", "two"),
  breaks: fc.array(fc.constantFrom("no", "no", "no", "once", "always"), { minLength: 4, maxLength: 4 }),
  onFailure: fc.constantFrom("fail", "skip", "value", "node"),
  verdicts: fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 2 }),
  onFail: fc.array(fc.constantFrom("fail", "retry", "escalate"), { minLength: 2, maxLength: 2 }),
  artifactFails: fc.constantFrom("fail", "skip", "node"),
  attempts: fc.integer({ min: 2, max: 4 }),
  readers: fc.array(fc.constantFrom("maker", "between", "guard", "map", "after", "oneOf"), { maxLength: 4 }),
});

/** Without its stack, which says where the test stands. */
const broken = (message: string) => Object.assign(new Error(message), { stack: "" });

/** `v2` of the second value, whoever has made it. */
const numberOf = (value: unknown) => Number(/\d+/.exec(String(value))?.[0] ?? 0);

function compile({ between, breaks, onFailure, verdicts, onFail, artifactFails, attempts, readers }: Shape) {
  const start = input(z.object({ n: z.number() }));
  const spare = task({ input: {}, output: z.string(), run: () => "v0" });
  const made = task({
    input: { n: start.n },
    output: z.string(),
    retry: { attempts: 2, backoff: "1s" },
    ...(onFailure === "node"
      ? { onFailure: fallback(spare) }
      : onFailure === "value"
        ? { onFailure: fallback("v0") }
        : { onFailure }),
    run: (call) => {
      const { value, attempt } = call as never as { value: number; attempt: number };
      const breaking = breaks[value - 1] ?? "no";
      if (breaking === "always") throw broken(`no ${value}`);
      if (breaking === "once" && isFirst(value, attempt)) throw broken(`not yet ${value}`);
      return `v${value}`;
    },
  });
  // Which attempts of a value came first is read from the attempt's number, so that it does not depend on a crash.
  const firsts = new Map<number, number>();
  const isFirst = (value: number, attempt: number) => {
    if (!firsts.has(value)) firsts.set(value, attempt);
    return firsts.get(value) === attempt;
  };
  const source = made.output;
  const derived = derive([source], (value) => `d${value}`);
  const texted = text`t${source}`;
  const value =
    between === "nothing"
      ? source
      : between === "derive"
        ? derived
        : between === "text"
          ? texted
          : between === "oneOf"
            ? oneOf(source, "v9")
            : derive([derived, texted], (a, b) => `${a} ${b}`);
  const judges = verdicts.map((said, i) =>
    defineTask({
      id: `judge-${i}`,
      input: z.object({ value: z.string() }),
      output: z.object({ score: z.number() }),
      run: (call) => ({ score: (said[numberOf(call.input.value) % 4] ?? true) ? 1 : 0 }),
    }),
  );
  const other = task({ input: { v: optional(source) }, output: z.string(), run: () => "other" });
  const kept = artifact({
    name: "kept",
    value: value as never as typeof source,
    gates: judges.map((by, i) => ({ by, min: 1, onFail: onFail[i]! })),
    retry: { attempts },
    onFailure: artifactFails === "node" ? fallback(other) : artifactFails,
  });
  const nodes: Record<string, never> = { made, kept } as never;
  if (onFailure === "node") nodes.spare = spare as never;
  if (artifactFails === "node") nodes.other = other as never;
  const read: unknown[] = [];
  for (const [i, reader] of readers.entries()) {
    const from = reader === "between" ? value : source;
    const echo = (bound: object, more: object = {}) =>
      task({ input: bound as { v: never }, ...more, output: z.any(), run: (call) => call.input.v });
    const node =
      reader === "guard"
        ? echo({ v: optional(source) }, { when: undefined })
        : reader === "map"
          ? map({
              over: optional(derive([optional(source)], (v) => [v ?? "none"])) as never,
              maxItems: 2,
              each: (item) => echo({ v: { item, whole: optional(source) } }),
            })
          : reader === "after"
            ? echo({ v: optional(from) }, { after: [made], onSkip: "run" })
            : reader === "oneOf"
              ? echo({ v: oneOf(source, "none") })
              : echo({ v: optional(from) });
    nodes[`r${i}`] = node as never;
    read.push(optional(node.output as never));
  }
  const output = { made: optional(source), kept: optional(kept.output), read };
  return compileScore(defineScore({ id: "remade", input: start, nodes, output }) as never);
}

type Ended = {
  readonly is: string;
  readonly output: { readonly made?: string; readonly kept?: string; readonly read: readonly unknown[] };
};

/** What the rules say of a score of this shape, without its graph: the value, what is kept, and how many were made. */
function expected({ between, breaks, onFailure, verdicts, onFail, artifactFails, attempts }: Shape) {
  const failed = { is: "failed" as const };
  let values = 0;
  for (let round = 1; ; round++) {
    const isBroken = breaks[round - 1] === "always";
    if (isBroken && onFailure === "fail") return { ...failed, values };
    const isGap = isBroken && onFailure === "skip";
    if (isGap && between !== "oneOf") return { is: "completed", made: undefined, kept: undefined, values };
    if (!isBroken) values++;
    const made = isGap ? undefined : isBroken ? 0 : round;
    const judged = made ?? 9;
    const gate = verdicts.findIndex((said) => !(said[judged % 4] ?? true));
    if (gate < 0) return { is: "completed", made, kept: judged, values };
    // A gap has nothing that could be played again.
    if (onFail[gate] !== "fail" && round < attempts && !isGap) continue;
    if (artifactFails === "fail") return { ...failed, values };
    return { is: "completed", made, kept: artifactFails === "skip" ? undefined : "other", values };
  }
}

describe("an artifact whose value may be made anew", () => {
  test.prop([shapes, fc.array(fc.nat(), { minLength: 1, maxLength: 40 })], { numRuns: 400 })(
    "ends the same in whatever order steps end, and everybody has read the same value",
    (shape, picks) => {
      const straight = playPurely(compile(shape), { input: { n: 1 } });
      let i = 0;
      const shuffled = playPurely(compile(shape), {
        input: { n: 1 },
        pick: (count) => picks[i++ % picks.length]! % count,
      });

      expect(shuffled.outcome).toEqual(straight.outcome);
      expect(shuffled.played.toSorted()).toEqual(straight.played.toSorted());
      const { is, made, kept, values } = expected(shape);
      const rounds = (straight.journal.get("made") ?? []).filter(({ status }) => status === "completed");
      expect(rounds.length).toBe(values);
      const ended = straight.outcome as Ended;
      expect(ended.is).toBe(is);
      if (ended.is !== "completed") return;
      expect(ended.output.made).toBe(made === undefined ? undefined : `v${made}`);
      expect(typeof kept === "number" ? numberOf(ended.output.kept) : ended.output.kept).toBe(kept);
      if (made === undefined) return;
      // Everybody has read the value that was made last.
      expect(ended.output.read).toHaveLength(shape.readers.length);
      for (const seen of ended.output.read.flat()) {
        expect(seen).not.toBeUndefined();
        expect(numberOf(JSON.stringify(seen))).toBe(made);
      }
    },
  );

  test.prop([shapes, fc.nat(30), fc.array(fc.nat(), { minLength: 1, maxLength: 40 })], { numRuns: 400 })(
    "resumed from any point of its journal ends the same, and makes and judges no value twice",
    (shape, results, picks) => {
      const straight = playPurely(compile(shape), { input: { n: 1 } });
      let i = 0;
      const score = compile(shape);
      const before = playPurely(score, {
        input: { n: 1 },
        results,
        pick: (count) => picks[i++ % picks.length]! % count,
      });

      const after = playPurely(score, { input: { n: 1 }, past: before.journal });

      expect(after.outcome).toEqual(straight.outcome);
      const once = (journal: typeof after.journal) =>
        [...journal].flatMap(([key, past]) =>
          past.filter(({ status }) => status === "completed").map(({ round }) => `${key} ${round ?? 1}`),
        );
      for (const past of after.journal.values()) {
        const attempts = past.map(({ attempt }) => attempt);
        expect(attempts).toEqual([...new Set(attempts)].sort((a, b) => a - b));
      }
      expect(new Set(once(after.journal)).size).toBe(once(after.journal).length);
      // A run that fails leaves the rest where it stands.
      if (after.outcome!.is === "failed") return;
      expect(once(after.journal).toSorted()).toEqual(once(straight.journal).toSorted());
    },
  );
});
