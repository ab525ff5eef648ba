import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const scoreOf = (inner: string) => `import { defineScore, map, task } from "maestro-ts";
import { z } from "zod";

const m = map({ over: [[1, 2], [3, 4]], maxItems: 5, onItemError: "collect", each: (row) =>
  map({ over: row, maxItems: 5,${inner} each: (cell) =>
    task({ input: { cell }, output: z.number(), run: ({ input }) => { if (input.cell === 1 || input.cell === 2) throw new Error("no"); return input.cell; } }) }) });

export default defineScore({ id: "rows", nodes: { m }, output: m.output });
`;

test.each([
  ["", "✓ m                      2 items, 1 failed"],
  [' onItemError: "collect",', "✓ m                      2 items  "],
])(
  "the line of a map counts items that failed, not what failed inside of them: a map inside with%s",
  async (inner, line) => {
    const { maestro } = makeCliWorkspace({ "scores/rows.ts": scoreOf(inner) });

    const { stdout } = await maestro(["run", "rows"]);

    expect(stdout).toContain(line);
  },
);

test("an item of several steps that failed counts once", async () => {
  const { maestro } = makeCliWorkspace({
    "scores/rows.ts": `import { defineScore, map, task } from "maestro-ts";
import { z } from "zod";

const m = map({ over: [1, 2, 3], maxItems: 5, onItemError: "collect", each: (n) => {
  const one = task({ input: { n }, output: z.number(), run: ({ input }) => { if (input.n < 3) throw new Error("no"); return input.n; } });
  const two = task({ input: { n }, output: z.number(), run: ({ input }) => { if (input.n === 1) throw new Error("no"); return input.n; } });
  return { nodes: { one, two }, output: { one: one.output, two: two.output } };
} });

export default defineScore({ id: "rows", nodes: { m }, output: m.output });
`,
  });

  expect((await maestro(["run", "rows"])).stdout).toContain("✓ m                      3 items, 2 failed");
});
