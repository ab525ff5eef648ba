import { request } from "node:http";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect, onTestFinished, test } from "vitest";
import { BIN, makeCliWorkspace } from "./workspace.ts";

const SCORES = {
  "scores/greet.ts": `import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const to = input(z.object({ name: z.string() }));
const greeting = task({ input: { name: to.name }, output: z.string(), run: ({ input }) => {
  console.log("author code prints");
  if (input.name === "nobody") throw new Error("nobody is there");
  return "Hello " + input.name;
} });

/**
 * Greets somebody.
 * @see nothing
 */
export default defineScore({ id: "greet", title: "Greeting", input: to, nodes: { greeting }, output: { said: greeting.output } });
`,
  "scores/ask.ts": `/** Asks a person. */
import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const review = checkpoint({ title: "Send it?", decision: z.object({ send: z.boolean() }), timeout: "1h", onTimeout: "reject" });
export default defineScore({ id: "ask", nodes: { review }, output: { send: review.output.send } });
`,
  "scores/slow.ts": `import { defineScore, task } from "maestro-ts";
import { existsSync } from "node:fs";
import { z } from "zod";

const waited = task({ input: {}, output: z.number(), run: async ({ signal }) => {
  while (!existsSync("go") && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 20));
  return 1;
} });
export default defineScore({ id: "slow", nodes: { waited }, output: { n: waited.output } });
`,
};

type Result = { readonly structuredContent?: unknown; readonly isError?: boolean };
const given = (result: unknown) => (result as Result).structuredContent as Record<string, never>;

async function connect(workspace: ReturnType<typeof makeCliWorkspace>, words: readonly string[] = []) {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BIN, "mcp", "--by", "ada", ...words],
    cwd: workspace.root,
    stderr: "pipe",
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  const call = (name: string, input: object = {}, options: object = {}) =>
    client.callTool({ name, arguments: input as never }, { timeout: 60_000, ...options });
  return { client, call };
}

test("offers nothing of another workspace around its own when its configuration is gone", async () => {
  const around = makeCliWorkspace({
    ...SCORES,
    "inner/maestro.config.ts":
      'import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({});\n',
    "inner/package.json": '{ "name": "inner", "private": true, "type": "module" }\n',
  });
  const { call } = await connect({ ...around, root: around.path("inner") });
  around.remove("inner/maestro.config.ts");

  expect(await call("greet", { name: "Ada" })).toMatchObject({
    isError: true,
    structuredContent: { code: "MR2076" },
  });
});

test("offers scores as tools, plays them, and says what became of them", async () => {
  const workspace = makeCliWorkspace(SCORES);
  const { client, call } = await connect(workspace, ["--wait", "20s"]);

  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).toSorted()).toEqual([
    "approve",
    "ask",
    "checkpoints",
    "greet",
    "runs_cancel",
    "runs_show",
    "slow",
  ]);
  expect(tools.find(({ name }) => name === "greet")).toMatchObject({
    title: "Greeting",
    description: "Greets somebody.",
    inputSchema: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
  });
  expect(tools.find(({ name }) => name === "ask")!.description).toBe("Asks a person.");

  const heard: string[] = [];
  const onprogress = ({ message = "" }: { message?: string }) => void heard.push(message);
  const greeted = given(await call("greet", { name: "Ada" }, { onprogress }));
  expect(greeted).toEqual({
    run: expect.stringMatching(/^run_/),
    status: "completed",
    output: { said: "Hello Ada" },
  });
  // The last one can come with the result, after which the library listens no more.
  expect(heard).toContain("greeting began");
  expect(given(await call("runs_show", { run: greeted.run }))).toMatchObject({
    score: "greet",
    status: "completed",
    output: { said: "Hello Ada" },
    steps: [{ step: "greeting", status: "completed" }],
  });

  expect(await call("greet", { name: 3 })).toMatchObject({
    isError: true,
    structuredContent: { code: "MR2002", error: expect.stringContaining("name") },
  });
  expect(await call("greet", { name: "nobody" })).toMatchObject({
    isError: true,
    structuredContent: {
      status: "failed",
      step: "greeting",
      error: { message: expect.stringContaining("nobody is there") },
    },
  });
  expect(await call("gret", { name: "Ada" })).toMatchObject({
    isError: true,
    structuredContent: { code: "MR2001", hint: expect.stringContaining("greet") },
  });

  const asked = given(await call("ask"));
  expect(asked).toMatchObject({ status: "waiting", checkpoints: ["review"] });
  expect(given(await call("checkpoints"))).toMatchObject({
    checkpoints: [{ run: asked.run, key: "review", title: "Send it?" }],
  });
  expect(await call("approve", { run: asked.run, decision: { send: "yes" } })).toMatchObject({
    isError: true,
  });
  expect(given(await call("approve", { run: asked.run, decision: { send: true } }))).toEqual({
    run: asked.run,
    status: "completed",
    output: { send: true },
  });
  // Between calls the store is free for others.
  expect((await workspace.maestro(["runs", "--json"])).code).toBe(0);
});

test("leaves a run going that takes longer than a call, and works while another process owns the store", async () => {
  const workspace = makeCliWorkspace(SCORES);
  const { call } = await connect(workspace, ["--wait", "300ms"]);

  const slow = given(await call("slow"));
  expect(slow).toMatchObject({ status: "running" });
  // Through this process, which owns the store.
  const other = await connect(workspace, ["--wait", "300ms"]);
  expect(given(await other.call("runs_show", { run: slow.run }))).toMatchObject({
    status: "running",
    isPlayed: true,
  });
  expect(await other.call("greet", { name: "Ada" })).toMatchObject({
    isError: true,
    structuredContent: { code: "MR2048", error: expect.stringContaining("maestro mcp") },
  });
  workspace.write("go", "");
  await expect
    .poll(async () => given(await call("runs_show", { run: slow.run })).status, { timeout: 20_000 })
    .toBe("completed");
  workspace.remove("go");

  const ended = given(await call("slow"));
  expect(given(await other.call("runs_cancel", { run: ended.run, reason: "enough" }))).toEqual({
    cancelled: [ended.run],
  });
  expect(given(await call("runs_show", { run: ended.run }))).toMatchObject({ status: "cancelled" });
});

test("serves over HTTP to this machine alone, and to whoever has the token", async () => {
  const workspace = makeCliWorkspace(SCORES);
  const port = 20_000 + (process.pid % 20_000);
  const again = workspace.maestro(["mcp", "--http", String(port), "--wait", "20s"]);
  await again.said("Authorization");
  onTestFinished(() => void again.child.kill("SIGKILL"));
  const token = workspace.read(".maestro/mcp-token").trim();
  const ask = (headers: Record<string, string | string[]>, body = "{}") =>
    new Promise<number>((resolve, reject) => {
      const asked = request(
        { host: "127.0.0.1", port, method: "POST", path: "/mcp", setHost: false, headers },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode!);
        },
      );
      asked.on("error", reject);
      asked.end(body);
    });
  const right = {
    host: `127.0.0.1:${port}`,
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  };

  expect(await ask({ ...right, host: `evil.com:${port}` })).toBe(421);
  expect(await ask({ ...right, origin: "http://evil.com" })).toBe(403);
  expect(await ask({ ...right, "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await ask({ ...right, authorization: `Bearer ${"0".repeat(64)}` })).toBe(401);
  expect(await ask({ ...right, authorization: "" })).toBe(401);
  expect(await ask({ ...right, "content-type": "text/plain" })).toBe(415);
  expect(await ask(right, `{"a":"${"x".repeat(1_100_000)}"}`)).toBe(413);
  expect(await ask(right, '{"__proto__":{"a":1}}')).toBe(400);
  expect(await ask(right, "[".repeat(100) + "]".repeat(100))).toBe(400);

  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  );
  const result = await client.callTool({ name: "greet", arguments: { name: "Ada" } });
  expect(given(result)).toMatchObject({ status: "completed", output: { said: "Hello Ada" } });
  await client.close();
  again.child.kill("SIGTERM");
  expect(await again).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`serving on http://127.0.0.1:${port}/mcp; clients send the token in `),
  });

  expect(await workspace.maestro(["mcp", "--http", "70000"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("is no port"),
  });
});
