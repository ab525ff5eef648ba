import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { sayForEver, serve } from "../players/endless-server.ts";
import { makeCliWorkspace } from "./workspace.ts";

const BLOCK = "x".repeat(1024 * 1024);
/** So little that what is not bounded ends the process soon, and not the machine's memory. */
const SMALL = { NODE_OPTIONS: "--max-old-space-size=300" };
/** More than there is room for. */
const MOST_BYTES = 3 * 1024 ** 3;

const SCORE = `import { agent, defineAgent, defineScore } from "maestro-ts";
import { z } from "zod";
const writer = defineAgent({
  id: "writer", model: "local/m", instructions: "You write.", input: z.object({}), output: z.object({ said: z.string() }),
  timeout: "20s", maxTokens: 100,
});
const asked = agent(writer, { input: {} });
export default defineScore({ id: "asking", nodes: { asked }, output: asked.output });
`;

function endless(response: ServerResponse, start: string) {
  response.writeHead(200, { "content-type": "application/json" });
  response.write(start);
  return sayForEver(response, BLOCK, MOST_BYTES);
}

test("an answer of a model without an end fails its step, and not the process", async () => {
  const url = await serve((_asked, response) => endless(response, '{"id":"'));
  const workspace = makeCliWorkspace({ "scores/asking.ts": SCORE });
  workspace.write(
    "maestro.config.ts",
    `import { defineConfig, openaiCompatible } from "maestro-ts";
export default defineConfig({
  store: { durability: "process" },
  providers: { local: openaiCompatible({ baseURL: "${url}/v1" }) },
});
`,
  );

  const { code, signal, stderr } = await workspace.maestro(["run", "asking"], { env: SMALL });

  expect([code, signal]).toEqual([1, null]);
  expect(stderr).toContain(
    'step "asked": Model "local/m" could not be asked (HTTP 200): its answer has more than 16 MB, and was not read further',
  );
});

test("an answer of an MCP server without an end is told in a sentence", async () => {
  const url = await serve((asked, response) => {
    const { id } = JSON.parse(asked || "{}") as { id?: number };
    return endless(response, `{"jsonrpc":"2.0","id":${id},"result":{"tools":[{"name":"`);
  });
  const workspace = makeCliWorkspace();
  workspace.write(
    "maestro.config.ts",
    `import { defineConfig } from "maestro-ts";
export default defineConfig({ mcp: { far: { url: "${url}/mcp", allowPrivate: true } } });
`,
  );

  expect(await workspace.maestro(["mcp", "tools", "far"], { env: SMALL })).toMatchObject({
    code: 3,
    signal: null,
    stderr: expect.stringMatching(
      /^error MR3083: MCP server "far" \(\S+\) failed: it could not be connected to: it sent a message of more than 16 MB\.\n {2}hint: /,
    ),
  });
});
