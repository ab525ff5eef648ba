import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import {
  Admission,
  fairly,
  OVERTAKEN_PER_POINT,
  strictly,
  type Ticket,
} from "../../src/engine/core/admission.ts";

const CAPACITIES = new Map([
  ["gpu", 3],
  ["db", 2],
  ["crane", 1],
]);

type Act =
  | { readonly is: "ask"; readonly needs: readonly (readonly [string, number])[]; readonly priority: number }
  | { readonly is: "giveBack"; readonly which: number };

const needs = fc
  .record({ gpu: fc.nat(3), db: fc.nat(2), crane: fc.nat(1), unlimited: fc.nat(9) })
  .map((counts) => Object.entries(counts).filter(([, count]) => count > 0));
const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    fc.record({
      is: fc.constant("ask" as const),
      needs,
      priority: fc.constantFrom(-100, -1, 0, 0, 0, 1, 100),
    }),
    fc.record({ is: fc.constant("giveBack" as const), which: fc.nat(1_000) }),
  ),
  { maxLength: 120 },
);

/** Does all of it, and calls `look` after each act. */
function perform(list: readonly Act[], look: (all: readonly Ticket<number>[]) => void) {
  const admission = new Admission<number>(fairly, CAPACITIES);
  const all: Ticket<number>[] = [];
  for (const act of list) {
    if (act.is === "ask")
      all.push(admission.ask(new Map(act.needs), { priority: act.priority, order: admission.asked }));
    else if (all.length > 0) admission.giveBack(all[act.which % all.length]!);
    look(all);
  }
  return { admission, all };
}

const isIn = (state: Ticket<number>["is"]) => (ticket: Ticket<number>) => ticket.is === state;

function inUse(all: readonly Ticket<number>[], name: string): number {
  return all.filter(isIn("granted")).reduce((sum, { needs }) => sum + (needs.get(name) ?? 0), 0);
}

function share(a: Ticket<number>, b: Ticket<number>): boolean {
  return [...a.needs.keys()].some((name) => b.needs.has(name));
}

test.prop([acts], { numRuns: 500 })("of nothing more is in use than there is", (list) => {
  perform(list, (all) => {
    for (const [name, capacity] of CAPACITIES) expect(inUse(all, name)).toBeLessThanOrEqual(capacity);
  });
});

test.prop([acts], { numRuns: 500 })(
  "nobody waits for what is free, and nobody passes by another who comes first and needs the same",
  (list) => {
    perform(list, (all) => {
      const waiting = all.filter(isIn("waiting"));
      for (const ticket of waiting) {
        const isFree = [...ticket.needs].every(
          ([name, count]) => inUse(all, name) + count <= CAPACITIES.get(name)!,
        );
        const isFirst = !waiting.some((other) => fairly(other, ticket) && share(other, ticket));
        expect(isFree && isFirst).toBe(false);
      }
    });
  },
);

test.prop([acts], { numRuns: 500 })(
  "everything is given back, once, however often it is given back; then nobody is left waiting",
  (list) => {
    const { admission, all } = perform(list, () => {});

    for (let turn = 0; turn <= all.length; turn++)
      for (const ticket of all.filter(isIn("granted"))) {
        admission.giveBack(ticket);
        admission.giveBack(ticket);
      }

    expect(all.filter(isIn("waiting"))).toEqual([]);
    const whole = admission.ask(CAPACITIES, { priority: 0, order: admission.asked });
    expect(whole.is).toBe("granted");
  },
);

test.prop([fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 60 })])(
  "among equals the first who asked comes first, however much the others need",
  (sizes) => {
    const admission = new Admission<number>(fairly, [["gpu", 3]]);
    const begun: number[] = [];
    const open: Ticket<number>[] = [];
    for (const [i, size] of sizes.entries()) {
      const ticket = admission.ask(new Map([["gpu", size]]), { priority: 0, order: admission.asked });
      if (ticket.is === "granted") begun.push(i);
      ticket.onSettled = () => begun.push(i);
      open.push(ticket);
    }

    for (const ticket of open) admission.giveBack(ticket);

    expect(begun).toEqual(sizes.map((_, i) => i));
  },
);

test("a stream of others of a higher priority passes by so many times, and not for ever", () => {
  const admission = new Admission<number>(fairly, [["gpu", 2]]);
  const one = new Map([["gpu", 1]]);
  let running = [0, 1].map(() => admission.ask(one, { priority: 1, order: admission.asked }));
  const large = admission.ask(new Map([["gpu", 2]]), { priority: 0, order: admission.asked });
  let passed = 0;
  for (; large.is === "waiting" && passed < OVERTAKEN_PER_POINT * 3; passed++) {
    const next = admission.ask(one, { priority: 1, order: admission.asked });
    admission.giveBack(running[0]!);
    running = [running[1]!, next];
    if (next.is === "waiting") admission.giveBack(running[0]!);
  }

  expect(large.is).toBe("granted");
  expect(passed).toBeGreaterThan(OVERTAKEN_PER_POINT / 2);
  expect(passed).toBeLessThan(OVERTAKEN_PER_POINT * 1.5);
});

test("who says what it waits for, says how much is in use, and whether others come first", () => {
  const admission = new Admission<number>(fairly, [["gpu", 2]]);
  admission.ask(new Map([["gpu", 1]]), { priority: 0, order: 1 });
  const large = admission.ask(new Map([["gpu", 2]]), { priority: 0, order: 2 });
  const small = admission.ask(new Map([["gpu", 1]]), { priority: 0, order: 3 });

  const gpu = { is: "resource", name: "gpu", inUse: 1, capacity: 2 };
  expect(admission.shortagesOf(large)).toEqual([{ ...gpu, isBehind: false }]);
  expect(admission.shortagesOf(small)).toEqual([{ ...gpu, isBehind: true }]);
  admission.giveBack(large);
  expect([small.is, admission.shortagesOf(small)]).toEqual(["granted", []]);
});

test("a queue of 10,000 keeps its order, and each takes no more comparisons than a heap needs", () => {
  let comparisons = 0;
  const admission = new Admission<string>(
    (a, b) => {
      comparisons++;
      return strictly(a, b);
    },
    [["@score", 1]],
  );
  const need = new Map([["@score", 1]]);
  const ids = Array.from({ length: 10_000 }, (_, i) => `run_${String(i).padStart(6, "0")}`);
  const first = admission.ask(need, { priority: 100, order: "run_" });
  const begun: Ticket<string>[] = [];
  // Youngest first: the worst order for a list, and none for a heap.
  for (const order of ids.toReversed()) {
    const ticket = admission.ask(need, { priority: Number(order.at(-1)) % 3, order });
    ticket.onSettled = () => begun.push(ticket);
  }
  admission.giveBack(first);
  for (let i = 0; i < begun.length; i++) admission.giveBack(begun[i]!);

  // One way up and one way down.
  expect(comparisons / ids.length).toBeLessThan(3 * Math.log2(ids.length));
  const sorted = begun.toSorted((a, b) => (strictly(a, b) ? -1 : 1));
  expect(begun.map(({ order }) => order)).toEqual(sorted.map(({ order }) => order));
  expect(begun).toHaveLength(10_000);
});
