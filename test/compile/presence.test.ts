import fc from "fast-check";
import { expect, test } from "vitest";
import { Presence } from "../../src/compile/graph/presence.ts";
import { type ScoreGraph, toScoreGraph } from "../../src/compile/graph/score-graph.ts";
import type { Condition, Expr, PlanNode } from "../../src/plan/index.ts";

/** One way a run can go: what the first node says, which nodes fail, and which give null. */
interface World {
  readonly kind: string;
  readonly flag: boolean;
  readonly failing: ReadonlySet<string>;
  readonly nulls: ReadonlySet<string>;
}

/** Nodes that conditions ask for: few, so that every world can be tried. */
const ASKED = ["top", "n0"];
const KINDS = ["a", "b", "c"] as const;
const output = (node: string, ...path: string[]): Expr => ({ is: "output", node, up: 0, path });
const TOP: PlanNode = {
  kind: "task",
  input: { is: "literal", value: {} },
  output: {
    type: "object",
    properties: { kind: { enum: [...KINDS] }, flag: { type: "boolean" }, n: { type: "number" } },
    additionalProperties: false,
  },
  code: 0,
};
const BASE: Record<string, PlanNode> = {
  top: TOP,
  kind: { kind: "switchOn", on: output("top", "kind") },
  flag: {
    kind: "branch",
    on: { is: "eq", left: output("top", "flag"), right: { is: "literal", value: true } },
  },
};

const simpleCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .record({ cases: fc.subarray([...KINDS], { minLength: 1 }), negate: fc.boolean() })
    .map(({ cases, negate }): Condition => ({ is: "case", node: "kind", up: 0, cases, negate })),
  fc.boolean().map((way): Condition => ({ is: "case", node: "flag", up: 0, cases: [way], negate: false })),
  fc
    .constantFrom(...KINDS)
    .chain((kind) =>
      fc
        .constantFrom("eq" as const, "ne" as const)
        .map((is): Condition => ({ is, left: output("top", "kind"), right: { is: "literal", value: kind } })),
    ),
);
const conditionOf: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: simpleCondition },
  fc
    .tuple(
      fc.constantFrom("all" as const, "any" as const),
      fc.array(simpleCondition, { minLength: 1, maxLength: 3 }),
    )
    .map(([is, of]): Condition => ({ is, of })),
  fc
    .tuple(
      fc.constantFrom("all" as const, "any" as const),
      fc.array(simpleCondition, { minLength: 1, maxLength: 3 }),
    )
    .map(([is, of]): Condition => ({ is: "not", of: { is, of } })),
);

interface Drawn {
  readonly when: Condition | undefined;
  readonly asks: boolean;
  readonly reads: readonly number[];
  readonly optionals: readonly number[];
  readonly alternatives: readonly number[];
  readonly after: readonly number[];
  readonly onSkip: boolean;
  readonly mayFail: boolean;
  readonly shape: "task" | "oneOf" | "derive" | "branch";
}
const drawn: fc.Arbitrary<Drawn> = fc.record({
  when: fc.option(conditionOf, { nil: undefined }),
  asks: fc.boolean(),
  reads: fc.array(fc.nat(20), { maxLength: 2 }),
  optionals: fc.array(fc.nat(20), { maxLength: 1 }),
  alternatives: fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }),
  after: fc.array(fc.nat(20), { maxLength: 1 }),
  onSkip: fc.boolean(),
  mayFail: fc.boolean(),
  shape: fc.constantFrom("task", "task", "task", "oneOf", "derive", "branch"),
});

/** Nodes that read nodes before them. At most three can fail, so that every world can be tried. */
function toNodes(list: readonly Drawn[]): Record<string, PlanNode> {
  const nodes: Record<string, PlanNode> = { ...BASE };
  const names = ["top"];
  let failing = 0;
  for (const [i, one] of list.entries()) {
    const earlier = (index: number) => output(names[index % names.length]!, "n");
    const input: Expr = {
      is: "array",
      items: [
        ...one.reads.map(earlier),
        ...one.optionals.map((index): Expr => ({ is: "optional", of: earlier(index), path: [] })),
      ],
    };
    const asked: Condition = {
      is: "isPresent",
      of: output(ASKED[one.alternatives[0]! % Math.min(names.length, ASKED.length)]!, "n"),
    };
    const when = one.asks && one.when ? ({ is: "all", of: [one.when, asked] } as const) : one.when;
    const order = {
      ...(when ? { when } : {}),
      ...(one.after.length > 0 ? { after: one.after.map((index) => names[index % names.length]!) } : {}),
      ...(one.onSkip ? { onSkip: "run" as const } : {}),
    };
    const name = `n${i}`;
    if (one.shape === "oneOf") nodes[name] = { kind: "oneOf", of: one.alternatives.map(earlier) };
    else if (one.shape === "derive") nodes[name] = { kind: "derive", of: one.reads.map(earlier), code: 0 };
    else if (one.shape === "branch") nodes[name] = { kind: "branch", on: asked, ...order };
    else
      nodes[name] = {
        kind: "task",
        input,
        code: 0,
        ...order,
        ...(one.mayFail && failing++ < 3 ? { onFailure: "skip" as const } : {}),
      };
    names.push(name);
  }
  return nodes;
}

function graphOf(nodes: Record<string, PlanNode>): ScoreGraph {
  const body = { nodes, output: { is: "literal", value: null } } as const;
  return toScoreGraph({
    id: "drawn",
    file: "",
    sites: {},
    inputs: {},
    agents: [],
    definitions: {},
    reached: [],
    plan: { format: 1, score: "drawn", body, concurrency: 1 },
  });
}

function worldsOf(nodes: Record<string, PlanNode>): World[] {
  const fragile = Object.keys(nodes).filter((name) => "onFailure" in nodes[name]!);
  const sets = Array.from(
    { length: 2 ** fragile.length },
    (_, bits) => new Set(fragile.filter((_name, i) => bits & (1 << i))),
  );
  const nulls = [[], ["top"], ["n0"], ASKED].map((names) => new Set(names));
  return KINDS.flatMap((kind) =>
    [true, false].flatMap((flag) =>
      nulls.flatMap((nulls) => sets.map((failing) => ({ kind, flag, failing, nulls }))),
    ),
  );
}

type There = ReadonlySet<string>;

/** As the engine evaluates: `undefined` is absent. What a branch of presence took is what its condition says. */
function evaluate(
  condition: Condition,
  world: World,
  there: There,
  nodes: Record<string, PlanNode>,
): boolean | undefined {
  switch (condition.is) {
    case "all":
    case "any": {
      const parts = condition.of.map((part) => evaluate(part, world, there, nodes));
      const decisive = condition.is === "any";
      return parts.includes(decisive) ? decisive : parts.includes(undefined) ? undefined : !decisive;
    }
    case "not": {
      const of = evaluate(condition.of, world, there, nodes);
      return of === undefined ? undefined : !of;
    }
    case "isPresent":
      return (
        condition.of.is === "output" && there.has(condition.of.node) && !world.nulls.has(condition.of.node)
      );
    case "case": {
      const value = condition.node === "kind" ? world.kind : world.flag;
      return (condition.cases as readonly unknown[]).includes(value) !== condition.negate;
    }
    default: {
      const is = condition.right.is === "literal" && condition.right.value === world.kind;
      return is === (condition.is === "eq");
    }
  }
}

/** What the compiler says, and what trying every world says, about each read: does it have to be reported? */
function judge(nodes: Record<string, PlanNode>): { readonly said: string[]; readonly true: string[] } {
  const graph = graphOf(nodes);
  const presence = new Presence(graph);
  const said = graph.nodes.flatMap((node) =>
    presence.unproved(node).map(({ read }) => `${node.name} reads ${read.target.name}`),
  );
  const worlds = worldsOf(nodes).map((world) => ({ world, there: new Set(["top", "kind", "flag"]) }));
  const found: string[] = [];
  for (const node of graph.nodes.filter(({ name }) => /^n\d/.test(name))) {
    const { plan } = node;
    const guard = ({ world, there }: (typeof worlds)[number]) =>
      ("onSkip" in plan || node.after.every((other) => there.has(other.name))) &&
      (!("when" in plan) || !plan.when || evaluate(plan.when, world, there, nodes) === true);
    const needed =
      plan.kind === "oneOf" ? [] : node.reads.filter((read) => !read.acceptsAbsence && !read.isGuard);
    const isValue = plan.kind === "oneOf" || plan.kind === "derive";
    const doubted = needed.filter(({ target }) => {
      const played = worlds.filter(guard);
      return (
        !isValue &&
        played.some(({ there }) => !there.has(target.name)) &&
        played.some(({ there }) => there.has(target.name))
      );
    });
    found.push(...doubted.map(({ target }) => `${node.name} reads ${target.name}`));
    for (const one of worlds) {
      const isThere =
        plan.kind === "oneOf"
          ? node.reads.some(({ target }) => one.there.has(target.name))
          : guard(one) &&
            needed.every((read) => doubted.includes(read) || one.there.has(read.target.name)) &&
            !one.world.failing.has(node.name);
      if (isThere) one.there.add(node.name);
    }
  }
  return { said: [...new Set(said)].sort(), true: [...new Set(found)].sort() };
}

test("a read is reported exactly when some run would find the value absent and play the reader all the same", () => {
  fc.assert(
    fc.property(fc.array(drawn, { minLength: 2, maxLength: 7 }), (list) => {
      const { said, true: expected } = judge(toNodes(list));

      expect(said).toEqual(expected);
    }),
    { numRuns: 3_000 },
  );
});

type Order = "gt" | "gte" | "lt" | "lte" | "eq" | "ne";
const HOLDS: Record<Order, (value: number, literal: number) => boolean> = {
  gt: (value, literal) => value > literal,
  gte: (value, literal) => value >= literal,
  lt: (value, literal) => value < literal,
  lte: (value, literal) => value <= literal,
  eq: (value, literal) => value === literal,
  ne: (value, literal) => value !== literal,
};
const TURNED: Record<Order, Order> = { gt: "lt", gte: "lte", lt: "gt", lte: "gte", eq: "eq", ne: "ne" };
/** A condition on one number, and what it says of each. */
interface Ordered {
  readonly condition: Condition;
  readonly holds: (value: number) => boolean;
}
const simpleOrder = (literals: readonly number[]): fc.Arbitrary<Ordered> =>
  fc
    .record({
      is: fc.constantFrom<Order>("gt", "gte", "lt", "lte", "eq", "ne"),
      literal: fc.constantFrom(...literals),
      isTurned: fc.boolean(),
    })
    .map(({ is, literal, isTurned }) => {
      const [value, other]: Expr[] = [output("top", "n"), { is: "literal", value: literal }];
      const condition: Condition = isTurned
        ? { is: TURNED[is], left: other!, right: value! }
        : { is, left: value!, right: other! };
      return { condition, holds: (n) => HOLDS[is](n, literal) };
    });
const orderOf = (literals: readonly number[]): fc.Arbitrary<Ordered> =>
  fc.oneof(
    { weight: 3, arbitrary: simpleOrder(literals) },
    fc
      .record({
        is: fc.constantFrom("all" as const, "any" as const),
        of: fc.array(simpleOrder(literals), { minLength: 1, maxLength: 2 }),
        isNot: fc.boolean(),
      })
      .map(({ is, of, isNot }): Ordered => {
        const joined: Condition = { is, of: of.map(({ condition }) => condition) };
        const holds = (n: number) =>
          is === "all" ? of.every((one) => one.holds(n)) : of.some((one) => one.holds(n));
        return isNot
          ? { condition: { is: "not", of: joined }, holds: (n) => !holds(n) }
          : { condition: joined, holds };
      }),
  );

test.each([
  ["number", [3, 4, 5.5], [2, 3, 3.5, 4, 5, 5.5, 6]],
  ["integer", [3, 4, 6], [2, 3, 4, 5, 6, 7]],
] as const)(
  "guards that compare one %s with literals are compared with each other",
  (type, literals, values) => {
    fc.assert(
      fc.property(orderOf(literals), orderOf(literals), (of, by) => {
        const top = { ...TOP, output: { type: "object", properties: { n: { type } } } } as PlanNode;
        const nodes: Record<string, PlanNode> = {
          top,
          read: { kind: "task", input: { is: "literal", value: {} }, when: of.condition, code: 0 },
          reader: { kind: "task", input: output("read"), when: by.condition, code: 0 },
        };
        const graph = graphOf(nodes);

        const said =
          new Presence(graph).unproved(graph.nodes.find(({ name }) => name === "reader")!).length > 0;

        const played = values.filter(by.holds);
        // A reader that is never played together with what it reads is a finding of another kind.
        expect(said).toBe(!played.every(of.holds) && played.some(of.holds));
      }),
      { numRuns: 3_000 },
    );
  },
);

test("with very many literals nothing is claimed, and it takes no longer", () => {
  const nodes: Record<string, PlanNode> = { top: TOP };
  for (let i = 0; i < 5_000; i++) {
    const when: Condition = { is: "gt", left: output("top", "n"), right: { is: "literal", value: i } };
    const input = i === 0 ? ({ is: "literal", value: {} } as const) : output(`n${i - 1}`);
    nodes[`n${i}`] = { kind: "task", input, when, code: 0 };
  }
  const graph = graphOf(nodes);
  const startedAt = performance.now();

  const presence = new Presence(graph);

  expect(graph.nodes.flatMap((node) => presence.unproved(node))).toEqual([]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
