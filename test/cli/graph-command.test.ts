import { expect, test, vi } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { MaestroError } from "../../src/diagnostics/index.ts";
import type { Plan, PlanNode } from "../../src/plan/index.ts";
import { fakeIo } from "./fake-io.ts";

const first: PlanNode = { kind: "branch", on: { is: "all", of: [] } };
const when = { is: "case", node: "first", up: 0, cases: [true], negate: false } as const;
const inner: PlanNode = { kind: "task", code: 0, input: { is: "item", up: 0, path: [] } };
const each: PlanNode = {
  kind: "map",
  over: { is: "literal", value: [] },
  maxItems: 1,
  onItemError: "fail",
  body: { nodes: { each: inner }, output: { is: "output", node: "each", up: 0, path: [] }, single: true },
  when,
};
const PLAN: Plan = {
  format: 1,
  score: "small",
  concurrency: 1,
  body: { nodes: { first, list: each }, output: { is: "literal", value: {} } },
};

vi.mock("../../src/cli/compile-score.ts", () => ({
  compileForGraph: async (_io: Io, score: string) => {
    if (score === "small") return PLAN;
    throw new MaestroError("MR2001", { score, known: ["small"], guess: "small" });
  },
}));

async function graph(words: string[], options: { format?: "ascii" | "mermaid" | "json" } = {}) {
  const { run } = await import("../../src/cli/commands/graph.ts");
  const io = fakeIo("/");
  const exitCode = await run(io, words, options);
  return { exitCode, output: io.written.join("") };
}

test("graph draws for the terminal unless another format is asked for", async () => {
  const { exitCode, output } = await graph(["small"]);

  expect(exitCode).toBe(0);
  expect(output).toContain("◇");
  expect((await graph(["small"], { format: "mermaid" })).output).toMatch(/^flowchart TD\n/);
});

test("--format json gives nodes by name, with the frame they stand in, and edges between names", async () => {
  const { output } = await graph(["small"], { format: "json" });

  expect(JSON.parse(output)).toEqual({
    nodes: [
      { name: "first", kind: "branch" },
      { name: "list", kind: "map" },
      { name: "list/each", kind: "task", inside: "list" },
    ],
    edges: [{ from: "first", to: "list", kind: "guard", label: "yes" }],
  });
});

test("a score there is none of is the error of whoever loads it", async () => {
  await expect(graph(["smal"])).rejects.toMatchObject({
    code: "MR2001",
    hint: expect.stringContaining("small"),
  });
});
