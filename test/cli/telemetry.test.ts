import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

test("a run sends its trace where the configuration says, with what it wants to hear", async () => {
  const heard: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    heard.push(request.headers.authorization);
    request.resume().on("end", () => response.writeHead(200).end("{}"));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const workspace = makeCliWorkspace({
    "maestro.config.ts": `import { defineConfig, env } from "maestro-ts";
export default defineConfig({ telemetry: { endpoint: "${endpoint}", headers: { authorization: env("OTLP_AUTH") } } });
`,
    "scores/one.ts": `import { defineScore, task } from "maestro-ts";
import { z } from "zod";
const one = task({ input: {}, output: z.number(), run: () => 1 });
export default defineScore({ id: "one", nodes: { one }, output: { n: one.output } });
`,
  });

  const { code, stderr } = await workspace.maestro(["run", "one"], { env: { OTLP_AUTH: "Bearer t0ken" } });

  expect([code, stderr]).toEqual([0, ""]);
  expect(heard).toEqual(["Bearer t0ken"]);
});
