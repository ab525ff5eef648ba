import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const KEPT = `import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const given = input(z.object({ n: z.number().default(1) }));
const drawn = task({ input: { n: given.n }, output: z.number(), cache: { ttl: "1h" }, run: () => Math.random() });

export default defineScore({ id: "kept", input: given, nodes: { drawn }, output: { drawn: drawn.output } });
`;

test("a kept result is taken by the next command, unless that says --no-cache; it can be listed and cleared", async () => {
  const { maestro } = makeCliWorkspace({ "scores/kept.ts": KEPT });
  const drawn = async (...words: string[]) =>
    JSON.parse((await maestro(["run", "kept", "--quiet", ...words])).stdout).drawn;

  const first = await drawn();
  expect(await drawn()).toBe(first);
  expect(await drawn("--input", "n=2")).not.toBe(first);
  const anew = await drawn("--no-cache");
  expect(anew).not.toBe(first);
  expect(await drawn()).toBe(anew);
  const { stdout: shown } = await maestro(["run", "kept"]);
  expect(shown).toMatch(/✓ drawn +cached/);
  const id = /run_[0-9a-f]+/.exec(shown)![0];
  expect((await maestro(["runs", "show", id])).stdout).toMatch(/✓ drawn .*cached: from run_[0-9a-f]{32}/);

  const rows = JSON.parse((await maestro(["cache", "list", "--json"])).stdout);
  expect(rows).toMatchObject([
    { score: "kept", node: "drawn" },
    { score: "kept", node: "drawn" },
  ]);
  expect((await maestro(["cache", "list", "--limit", "1"])).stdout).toMatch(
    /^kept\/drawn .* left .* bytes .*run_[0-9a-f]{32}\n$/,
  );
  const asked = await maestro(["cache", "clear", "--score", "kept"]);
  expect(asked).toMatchObject({ code: 2, stdout: "" });
  expect(asked.stderr).toBe(
    '2 results of score "kept" would be deleted; runs and their steps stay as they are\nto delete: maestro cache clear --score kept --yes\n',
  );
  expect((await maestro(["cache", "clear", "--score", "other", "--yes"])).stdout).toBe(
    'deleted 0 results of score "other"\n',
  );
  expect((await maestro(["cache", "clear", "--yes", "--json"])).stdout).toBe('{"deleted":2}\n');
  expect((await maestro(["cache", "list"])).stdout).toContain("nothing is kept");
  expect(await drawn()).not.toBe(anew);
});

test("a number of results that is none is refused", async () => {
  const { maestro } = makeCliWorkspace({ "scores/kept.ts": KEPT });

  expect(await maestro(["cache", "list", "--limit", "many"])).toMatchObject({ code: 2 });
});
