import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  artifact,
  defineScore,
  defineTask,
  fallback,
  harmony,
  map,
  optional,
  task,
  wait,
} from "../../src/index.ts";
import { openHall } from "./hall.ts";
import { compileScore, playPurely } from "./pure-run.ts";

const PHASES = ["draft", "review", "publish"] as const;

interface Shape {
  readonly phase: number | undefined;
  readonly reads: readonly number[];
  readonly does: "work" | "flaky" | "gap" | "map" | "spared" | "wait";
}

const shapes = fc.array(
  fc.record({
    phase: fc.option(fc.nat(2), { nil: undefined }),
    reads: fc.array(fc.nat(30), { maxLength: 2 }),
    does: fc.constantFrom("work", "work", "flaky", "gap", "map", "spared", "wait"),
  }),
  { minLength: 2, maxLength: 14 },
) as fc.Arbitrary<readonly Shape[]>;

/** A score of these shapes, which read nothing of a later phase, and what is heard while it is played. */
function toScore(list: readonly Shape[]) {
  const heard: string[] = [];
  const nodes: Record<string, never> = {};
  const outputs: unknown[] = [];
  const latest: number[] = [];
  for (const [i, { phase, reads, does }] of list.entries()) {
    const sources =
      i === 0
        ? []
        : reads.map((read) => read % i).filter((at) => phase === undefined || latest[at]! <= phase);
    latest.push(phase ?? Math.max(-1, ...sources.map((at) => latest[at]!)));
    const own = { input: { from: sources.map((at) => optional(outputs[at] as never)) }, output: z.number() };
    const when = phase === undefined ? {} : { phase: PHASES[phase]! };
    const ends = (call: { readonly attempt: number }) => {
      if (does === "flaky" && call.attempt < 2) throw new Error("not yet");
      heard.push(`ended n${i}`);
      if (does === "gap" || does === "spared") throw new Error("never");
      return i;
    };
    if (does === "spared") {
      const spare = task({ ...own, ...when, run: () => 7 });
      nodes[`s${i}`] = spare as never;
      nodes[`n${i}`] = task({ ...own, ...when, onFailure: fallback(spare), run: ends }) as never;
    } else if (does === "wait") {
      nodes[`n${i}`] = wait({ for: "3s", ...when }) as never;
    } else if (does === "map") {
      const each = (item: never) => task({ input: { item }, output: z.number(), run: ends });
      nodes[`n${i}`] = map({ over: [1, 2], maxItems: 2, each, ...when } as never) as never;
    } else {
      const policy =
        does === "flaky" ? { retry: { attempts: 3 } } : does === "gap" ? { onFailure: "skip" as const } : {};
      nodes[`n${i}`] = task({ ...own, ...when, ...policy, run: ends }) as never;
    }
    outputs.push((nodes[`n${i}`] as unknown as { output: unknown }).output);
  }
  return { heard, score: defineScore({ id: "phased", phases: PHASES, nodes }) };
}

property.prop([shapes, fc.nat()])(
  "no node of a phase begins before every node of those before has ended, and the run comes to its end",
  (list, seed) => {
    const { heard, score } = toScore(list);
    let next = seed;
    const pick = (count: number) => {
      next = (next * 31 + 7) % 1_000_003;
      return next % count;
    };
    const { outcome } = playPurely(compileScore(score as never), {
      pick,
      onBegin: (key) => heard.push(`began ${key.split("/")[0]}`),
    });

    expect(outcome?.is).toBe("completed");
    const phaseOf = (line: string) => list[Number(/\d+/.exec(line)![0])]!.phase;
    for (const [at, line] of heard.entries()) {
      const phase = phaseOf(line);
      if (phase === undefined || !line.startsWith("began")) continue;
      const later = heard
        .slice(at + 1)
        .filter((other) => (phaseOf(other) ?? Number.POSITIVE_INFINITY) < phase);
      expect(later, `${line} in ${heard.join(", ")}`).toEqual([]);
    }
  },
);

test("a phase without nodes holds nobody, and a gap in one ends it as well as a result", async () => {
  const { start } = await openHall();
  const order: string[] = [];
  const note =
    (name: string, isGood = true) =>
    () => {
      order.push(name);
      if (!isGood) throw new Error("no");
      return name;
    };
  const output = z.string();
  const last = task({ phase: "publish", output, run: note("last") });
  const first = task({ phase: "draft", output, run: note("first", false), onFailure: "skip" });
  const free = task({ output, run: note("free") });
  const score = defineScore({ id: "gaps", phases: PHASES, nodes: { last, first, free } });

  const ending = await (await start(score as never)).ending;

  expect(ending.is).toBe("completed");
  expect(order).toEqual(["first", "free", "last"]);
});

test("what an artifact has made anew is made before its phase is over", async () => {
  const { start } = await openHall();
  const order: string[] = [];
  const judge = defineTask({
    id: "judge",
    input: z.object({ value: z.string() }),
    output: z.object({ score: z.number() }),
    run: ({ input }) => ({ score: input.value === "draft 2" ? 1 : 0 }),
  });
  let count = 0;
  const note = (text: string) => {
    order.push(text);
    return text;
  };
  const draft = task({
    phase: "draft",
    output: z.string(),
    run: () => note(`draft ${++count}`),
  });
  const letter = artifact({
    phase: "draft",
    name: "letter",
    value: draft.output,
    gates: [{ by: judge as never, min: 0.5, onFail: "retry" }],
    retry: { attempts: 3 },
  });
  const review = task({ phase: "review", output: z.string(), run: () => note("review") });
  const score = defineScore({ id: "anew", phases: PHASES, nodes: { review, draft, letter } });

  const ending = await (await start(score as never)).ending;

  expect(ending.is).toBe("completed");
  expect(order).toEqual(["draft 1", "draft 2", "review"]);
});

/** A letter and an offer, each made anew until its judge is content, and a step of the next phase that reads neither. */
function drafted({ sums, check }: { readonly sums: readonly number[]; readonly check: Check }) {
  const order: string[] = [];
  const note = (text: string) => void order.push(text);
  const judge = defineTask({
    id: "judge",
    input: z.object({ value: z.object({ sum: z.number() }) }),
    output: z.object({ score: z.number() }),
    run: ({ input }) => ({ score: input.value.sum > 2 ? 1 : 0 }),
  });
  const made = (name: string, last: number) => {
    let attempts = 0;
    const draft = task({
      phase: "draft",
      output: z.object({ sum: z.number() }),
      run: () => {
        note(`${name} ${++attempts}`);
        return { sum: attempts === 3 ? last : attempts };
      },
    });
    const value = draft.output;
    const gates = [{ by: judge as never, min: 0.5, onFail: "retry" as const }];
    return { draft, kept: artifact({ phase: "draft", name, value, gates, retry: { attempts: 5 } }) };
  };
  const [letter, offer] = [made("letter", sums[0]!), made("offer", sums[1]!)];
  const review = task({ phase: "review", output: z.number(), run: () => order.push("review") });
  const agree = harmony([letter.kept.output, offer.kept.output], ({ sum: a }, { sum: b }) => {
    note(`compared ${a} ${b}`);
    return check(a, b);
  });
  const nodes = { review, a: letter.draft, b: offer.draft, letter: letter.kept, offer: offer.kept };
  return { order, score: defineScore({ id: "deal", phases: PHASES, nodes, harmony: [agree] }) as never };
}

type Check = (a: number, b: number) => boolean;

test("a phase is over when what it has made anew agrees, and only its last values are compared", async () => {
  const { start } = await openHall();
  const { order, score } = drafted({ sums: [7, 7], check: (a, b) => a === b });

  const ending = await (await start(score)).ending;

  expect(ending.is).toBe("completed");
  expect(order.filter((what) => what.startsWith("compared"))).toEqual(["compared 7 7"]);
  expect(order.slice(-2)).toEqual(["compared 7 7", "review"]);
  expect(order.filter((what) => what.startsWith("letter"))).toEqual(["letter 1", "letter 2", "letter 3"]);
});

test("a phase whose artifacts were made anew and do not agree is not left: nothing of the next one begins", async () => {
  const { start } = await openHall();
  const { order, score } = drafted({ sums: [7, 8], check: (a, b) => a === b });

  const ending = await (await start(score)).ending;

  expect(ending).toMatchObject({ is: "failed", error: { code: "MR3055" } });
  expect(order.at(-1)).toBe("compared 7 8");
  expect(order).not.toContain("review");
});

test("no phase begins before the artifacts of those before are known to agree, wherever that is computed", () => {
  const { order, score } = drafted({ sums: [7, 7], check: (a, b) => a === b });

  playPurely(compileScore(score), {
    isElsewhere: true,
    pick: (count) => count - 1,
    onBegin: (key) => void order.push(`began ${key}`),
  });

  expect(order.indexOf("began review")).toBeGreaterThan(order.indexOf("compared 7 7"));
  expect(order).toContain("compared 7 7");
});

test("phases add an edge for each node, and nothing where there are none", () => {
  const edges = (phases: readonly string[]) => {
    const nodes: Record<string, never> = {};
    for (let i = 0; i < 300; i++) {
      const phase = phases.length > 0 ? { phase: phases[i % 2]! } : {};
      nodes[`n${i}`] = task({ ...phase, output: z.number(), run: () => i }) as never;
    }
    const named = phases.length > 0 ? { phases } : {};
    const { graph } = compileScore(defineScore({ id: "many", nodes, ...named }) as never);
    return {
      nodes: graph.nodes.length,
      edges: graph.nodes.reduce((sum, { sources }) => sum + sources.length, 0),
    };
  };

  expect(edges([])).toEqual({ nodes: 300, edges: 0 });
  expect(edges(["draft", "review"])).toEqual({ nodes: 301, edges: 300 });
});
