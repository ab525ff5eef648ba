import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const score = (by: string) => `import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const steady = task({ output: z.number(), run: () => 1 });
const other = task({ input: { by: ${by} }, output: z.number(), run: ({ input }) => input.by });

export default defineScore({ id: "hello", nodes: { steady, other } });
`;

test("--strict evaluates twice and names the node that is not the same; without it that goes unseen", async () => {
  const workspace = makeCliWorkspace({ "scores/hello.ts": score("process.pid") });

  const once = await workspace.maestro(["validate"]);
  const twice = await workspace.maestro(["validate", "--strict"]);

  expect([once.code, twice.code]).toEqual([0, 1]);
  expect(twice.stdout).toContain("scores/hello.ts:5:7  error MS1009 evaluation-differs");
  expect(twice.stdout).toContain('Node "other" of score "hello" comes out differently');
});

test("what --strict finds is not remembered: each time it evaluates anew", async () => {
  const workspace = makeCliWorkspace({ "scores/hello.ts": score("1") });
  const strictly = async () => (await workspace.maestro(["validate", "--strict"])).code;
  const first = await strictly();
  workspace.write("scores/hello.ts", score("process.pid"));

  const second = await strictly();
  const remembered = await workspace.maestro(["validate"]);

  expect([first, second, remembered.code]).toEqual([0, 1, 0]);
  expect(workspace.has(".maestro/cache/findings.json")).toBe(true);
});
