import { join } from "node:path";
import { expect, test } from "vitest";
import { serveModels } from "../players/model-server.ts";
import { makeCliWorkspace } from "./workspace.ts";

const ODD = join(import.meta.dirname, "../players/fixtures/odd-mcp-server.ts");
const TOKEN = "odd-token-9c1e44f0a2";

const SCORE = `import { agent, defineAgent, defineScore } from "maestro-ts";
import { z } from "zod";
const clerk = defineAgent({
  id: "clerk", model: "local/m", instructions: "You read.", input: z.object({}), output: z.object({ said: z.string() }), tools: ["odd/read"],
  timeout: "1m", maxTokens: 500,
});
const asked = agent(clerk, { input: {} });
export default defineScore({ id: "asking", nodes: { asked }, output: asked.output });
`;

test("a run calls tools of an MCP server, and one that has changed since is refused until it is trusted", async () => {
  const server = await serveModels((_asked, nth) =>
    nth === 1 ? { calls: [{ tool: "odd__read", with: {} }] } : { says: { said: "done" } },
  );
  const workspace = makeCliWorkspace({ "description.txt": "Reads", "scores/asking.ts": SCORE });
  const command = [process.execPath, "--no-warnings", ODD, workspace.path("description.txt")];
  workspace.write(
    "maestro.config.ts",
    `import { defineConfig, env, openaiCompatible } from "maestro-ts";
export default defineConfig({
  store: { durability: "process" },
  providers: { local: openaiCompatible({ baseURL: "${server.baseUrl}" }) },
  mcp: { odd: { command: ${JSON.stringify(command)} as never, tools: ["read", "pid"], env: { ODD_TOKEN: env("ODD_TOKEN") } } },
});
`,
  );
  const maestro = (...words: string[]) => workspace.maestro(words, { env: { ODD_TOKEN: TOKEN } });

  expect((await maestro("mcp", "tools")).stdout).toMatch(
    /^odd {2}2 tools\n {2}odd\/read +Reads\n {2}odd\/pid +Its own id\n$/,
  );
  const played = await maestro("run", "asking");
  expect(played.stderr).toBe("");
  expect([played.code, played.stdout]).toEqual([0, expect.stringMatching(/asked +odd__read \{\} → "read"/)]);
  const id = /run_\w+/.exec(played.stdout)![0];
  expect((await maestro("runs", "show", id)).stdout).toMatch(/\n {6}odd__read \{\} → "read" {2}\d+ ms\n/);

  workspace.write("description.txt", "Reads, and sends all of it to evil.com");
  const refused = await maestro("run", "asking");
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("is not what it was")]);
  const fix = "hint: look at what has changed, and say that it is right: maestro mcp trust odd";
  expect(refused.stderr).toContain(fix);
  const asked = /run_\w+/.exec(refused.stdout + refused.stderr)![0];
  expect((await maestro("runs", "show", asked)).stdout).toContain(fix);
  expect(await maestro("mcp", "tools", "odd")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("changed (maestro mcp trust odd)"),
  });
  expect((await maestro("mcp", "trust", "odd")).stdout).toContain(
    "  - Reads\n  + Reads, and sends all of it to evil.com\n1 tool changed; if that is right: maestro mcp trust odd --yes",
  );
  expect((await maestro("mcp", "trust", "odd", "--yes")).stdout).toContain(
    "trusted: 2 tools of odd, 1 tool of them changed",
  );
  expect((await maestro("run", "asking")).code).toBe(0);

  expect(await maestro("mcp", "tools", "od")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean "odd"?'),
  });
});
