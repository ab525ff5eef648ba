import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { McpServerSettings } from "../../src/players/mcp/mcp-settings.ts";
import { McpSources } from "../../src/players/mcp/mcp-sources.ts";
import { sayForEver } from "./endless-server.ts";
import { serveTools } from "./tool-server.ts";

const MIB = 1024 * 1024;
const BLOCK = "x".repeat(MIB);
const EVENTS = "text/event-stream";
function sourcesOf(server: McpServerSettings): McpSources {
  const folder = mkdtempSync(join(tmpdir(), "maestro-mcp-"));
  const sources = new McpSources({
    servers: { far: server },
    variable: () => undefined,
    root: folder,
    pinFile: join(folder, ".maestro/mcp-tools.json"),
    version: "0.0.0",
  });
  onTestFinished(async () => {
    await sources.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return sources;
}

const event = (data: unknown) => `data: ${JSON.stringify({ jsonrpc: "2.0", ...Object(data) })}\n\n`;

test.each([
  ["as JSON", "application/json", ""],
  ["as an event", EVENTS, "data: "],
])("a list of tools without an end, %s, is not read to its end", async (_how, type, start) => {
  const taken: number[] = [];
  const url = await serveTools({
    "tools/list": async (response, { id }) => {
      response.writeHead(200, { "content-type": type });
      response.write(`${start}{"jsonrpc":"2.0","id":${id},"result":{"tools":[{"name":"`);
      taken.push(await sayForEver(response, BLOCK));
    },
  });

  await expect(sourcesOf({ url, allowPrivate: true }).tools(["far/read"], "writer")).rejects.toMatchObject({
    code: "MR3083",
    message: expect.stringMatching(
      /failed: it does not say which tools it has: it sent a message of more than 16 MB\.$/,
    ),
  });
  await expect.poll(() => taken.length).toBe(1);
  // What the connection holds comes on top.
  expect(taken[0]).toBeLessThan(56 * MIB);
});

test("a stream of many messages may go on for as long as it likes", async () => {
  const url = await serveTools({
    "tools/call": (response, { id }) => {
      response.writeHead(200, { "content-type": EVENTS });
      const told = { method: "notifications/message", params: { level: "info", data: BLOCK } };
      for (let i = 0; i < 40; i++) response.write(event(told));
      response.end(event({ id, result: { content: [{ type: "text", text: "read" }] } }));
    },
  });
  const [read] = await sourcesOf({ url, allowPrivate: true }).tools(["far/read"], "writer");
  const { signal } = new AbortController();

  expect(await read!.run({ input: {}, secrets: {}, signal, idempotencyKey: "k" })).toBe("read");
});

test("what comes back of a message that asks for nothing is not gathered without an end", async () => {
  const taken: number[] = [];
  const url = await serveTools({
    "notifications/initialized": async (response) => {
      response.writeHead(200, { "content-type": EVENTS });
      taken.push(await sayForEver(response, event({ method: "notifications/message" }).repeat(1_000)));
    },
  });

  await expect(sourcesOf({ url, allowPrivate: true }).tools(["far/read"], "writer")).rejects.toMatchObject({
    code: "MR3083",
  });

  await expect.poll(() => taken.length).toBeGreaterThan(0);
  for (const bytes of taken) expect(bytes).toBeLessThan(56 * MIB);
});

test("a page with which a server answers is cut, and moves no cursor", async () => {
  const url = await serveTools({
    initialize: (response) => response.writeHead(500).end(`\u001b[2J${"no ".repeat(100_000)}`),
  });

  const refused = await sourcesOf({ url, allowPrivate: true })
    .tools(["far/read"], "writer")
    .catch((error: Error) => error.message);

  expect(refused).toContain("HTTP 500: Error POSTing to endpoint: \\u001b[2Jno no");
  expect(refused.length).toBeLessThan(800);
});

test("a program that says more than a message may have is told as that", async () => {
  const command = [process.execPath, "-e", `for (;;) require("fs").writeSync(1, "x".repeat(65536));`];

  await expect(sourcesOf({ command }).tools(["far/read"], "writer")).rejects.toMatchObject({
    code: "MR3083",
    message: expect.stringMatching(/: it sent a message of more than 16 MB\.$/),
  });
});
