import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

test("a step that has failed and is tried again says so, and when, until its run is over", async () => {
  const server = createServer((_, response) => response.writeHead(503, { "retry-after": "7200" }).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { maestro } = makeCliWorkspace({
    "maestro.config.ts": `import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ http: { allowHosts: ["${host}"], allowPrivate: true }, store: { durability: "process" } });\n`,
    "scores/get.ts": `import { defineScore, http } from "maestro-ts";
import { z } from "zod";

const got = http({ url: "http://${host}/", response: z.object({}), retry: { attempts: 2, backoff: "1ms" } });

export default defineScore({ id: "get", nodes: { got }, output: got.output });
`,
  });
  const run = maestro(["run", "get", "--json"]);
  await run.said('"retryAt"');
  run.child.kill("SIGINT");
  const id = /run_\w+/.exec((await run).stdout)![0];

  const shown = (await maestro(["runs", "show", id])).stdout;
  expect(shown).toMatch(/^ {2}↻ got .*503.* \(again in [12] h \d+ min\)$/m);

  await maestro(["cancel", id, "--yes"]);
  const over = (await maestro(["runs", "show", id])).stdout;
  expect(over).toMatch(/^ {2}✗ got .*503/m);
  expect(over).not.toContain("again in");
});
