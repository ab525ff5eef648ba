import { expect, test } from "vitest";
import { Labels } from "../../src/cli/draw/labels.ts";
import { toAscii } from "../../src/cli/draw/to-ascii.ts";
import { toDrawing } from "../../src/cli/draw/to-drawing.ts";
import { toList } from "../../src/cli/draw/to-list.ts";
import { toMermaid } from "../../src/cli/draw/to-mermaid.ts";
import type { Plan, PlanNode } from "../../src/plan/index.ts";

/** A plan as nobody writes it: `names` in a row, each reading the one before. */
function chain(names: readonly string[]): Plan {
  const nodes = names.map((name, i): [string, PlanNode] => {
    const before = names[i - 1];
    const from =
      before === undefined ? { is: "literal", value: null } : { is: "output", node: before, up: 0, path: [] };
    return [name, { kind: "task", code: 0, input: from } as PlanNode];
  });
  const output = { is: "output", node: names.at(-1)!, up: 0, path: [] } as const;
  return { format: 1, score: "chain", concurrency: 1, body: { nodes: Object.fromEntries(nodes), output } };
}

const rowOf = (length: number) => Array.from({ length }, (_, i) => `n${i}`);

const HOSTILE = [
  'end"] --> x[(',
  "a|b",
  "<script>alert(1)</script>",
  "%% c\n\u001b[31mred",
  "**bold** `md` #35;",
  "end",
  "__proto__x",
];

test("no name can become a part of the Mermaid source", () => {
  const lines = toMermaid(chain(HOSTILE)).trimEnd().split("\n");

  const shape = /^ {2}(n\d+(\["[^"<>|`[\](){}\\%*]+"\]|\(\["output"\]\))|n\d+ --> n\d+)$/;
  expect(lines[0]).toBe("flowchart TD");
  expect(lines.slice(1).filter((line) => !shape.test(line))).toEqual([]);
  expect(lines).toHaveLength(1 + HOSTILE.length + 1 + HOSTILE.length);
  expect(lines[1]).toBe('  n0["end#34;#93; --#62; x#91;#40;"]');
});

test("a name stands in the terminal's drawing as it is, and a terminal obeys none", async () => {
  const drawing = await toAscii(chain(HOSTILE));

  for (const name of HOSTILE)
    expect(drawing).toContain(name.replace("\n", "\\n").replace("\u001b", "\\u001b"));
  expect(drawing).not.toContain("\u001b");
  expect(drawing.match(/─{3}/g)?.length).toBeGreaterThan(2 * HOSTILE.length);
});

test("a name whose letters fill two cells makes it a list, in straight columns", async () => {
  expect(await toAscii(chain(["first", "次の段階"]))).toBe(
    [
      "chain: 3 nodes",
      "level 0",
      "  first     task",
      "level 1",
      "  次の段階  task  ← first",
      "level 2",
      "  output          ← 次の段階",
      "",
    ].join("\n"),
  );
});

test.each([
  ["more than 60 nodes", chains(20, 3)],
  ["more levels than the renderer has room for", chain(rowOf(24))],
  ["more than 100 columns", wide(30)],
])("a plan of %s is a list", async (_what, plan) => {
  expect(await toAscii(plan)).toBe(toList(toDrawing(plan)));
});

test.each([
  ["deepest", chain(rowOf(23))],
  ["widest", wide(10)],
  ["largest", chains(8, 3)],
])("the %s plan that fits is drawn", async (_what, plan) => {
  const drawing = await toAscii(plan);

  expect(drawing).toContain("│");
  expect(drawing).not.toMatch(/NaN|undefined/);
  expect(Math.max(...drawing.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
});

/** `count` rows of `length` nodes, side by side. */
function chains(count: number, length: number): Plan {
  const rows = rowOf(count).map((name) => chain(Array.from({ length }, (_, i) => `${name}${"abc"[i]}`)).body);
  const nodes = Object.assign({}, ...rows.map((body) => body.nodes)) as Plan["body"]["nodes"];
  return {
    ...chain(["a"]),
    body: { nodes, output: { is: "array", items: rows.map((body) => body.output) } },
  };
}

function wide(count: number): Plan {
  const plan = chain(["root"]);
  const leaves = rowOf(count).map((name): [string, PlanNode] => [
    name,
    { kind: "task", code: 0, input: { is: "output", node: "root", up: 0, path: [] } },
  ]);
  return { ...plan, body: { ...plan.body, nodes: { ...plan.body.nodes, ...Object.fromEntries(leaves) } } };
}

test("a plan with a cycle is drawn all the same", async () => {
  const plan = chain(["a", "b"]);
  const looped = { ...plan.body.nodes.a!, input: { is: "output", node: "b", up: 0, path: [] } } as PlanNode;
  const cyclic = { ...plan, body: { ...plan.body, nodes: { ...plan.body.nodes, a: looped } } };

  expect(await toAscii(cyclic)).toMatch(/│a│/);
  expect(toList(toDrawing(cyclic))).toContain("a       task  ← b");
});

const read = (node: string, up = 0) => ({ is: "output", node, up, path: [] }) as const;

test("hidden nodes that read one another end, and so does a map that reads itself", () => {
  const task: PlanNode = { kind: "task", code: 0, input: read("~a") };
  const own: PlanNode = { kind: "task", code: 0, input: read("list", 1) };
  const list: PlanNode = {
    kind: "map",
    over: { is: "literal", value: [] },
    maxItems: 1,
    onItemError: "fail",
    body: { nodes: { own }, output: read("own") },
  };
  const nodes: Record<string, PlanNode> = {
    task,
    list,
    "~a": { kind: "text", strings: ["", "", ""], values: [read("~b"), read("list")] },
    "~b": { kind: "derive", of: [read("~a")], code: 0 },
  };
  const { edges } = toDrawing({ ...chain(["a"]), body: { nodes, output: { is: "literal", value: {} } } });

  expect(edges).toEqual([{ from: "list", to: "task", kind: "data" }]);
});

test("the ranks of alternatives are not drawn in the terminal, nor one that others imply", async () => {
  const plan = chain(["a", "b"]);
  const nodes: Record<string, PlanNode> = {
    ...plan.body.nodes,
    pick: { kind: "oneOf", of: [read("b"), read("a")] },
  };
  const drawing = await toAscii({ ...plan, body: { nodes, output: read("pick") } });

  expect(drawing).not.toMatch(/[12]/);
  expect(drawing).toContain("Not drawn: an edge that follows from others");
});

test("a label is intact when all of it is there, and a box when it has its four corners", () => {
  const labels = new Labels();
  const [name, edge] = [labels.hide("name"), labels.hide("yes")];
  const box = `┌────┐\n│${name}│\n└────┘`;

  expect(labels.areIntactIn(`${box}─${edge}`, 1)).toBe(true);
  expect(labels.areIntactIn(`${box}─${edge.slice(1)}`, 1)).toBe(false);
  expect(labels.areIntactIn(`${box.replace("┐", "┬")}─${edge}`, 1)).toBe(false);
});
