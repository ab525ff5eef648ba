import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { toDeploymentHash } from "../../src/plan/index.ts";
import { compile, makeWorkspace, scoreSource } from "./workspace.ts";

const OK = fileURLToPath(new URL("./ok", import.meta.url));

const CONFIG = `import { defineConfig, env, openaiCompatible } from "maestro-ts";
export default defineConfig({
  providers: { anthropic: { apiKey: env("ANTHROPIC_API_KEY") }, local: openaiCompatible({ baseURL: "http://127.0.0.1:11434/v1", models: ["llama"] }) },
  models: { fast: "anthropic/claude-haiku" },
  prices: {
    "anthropic/claude-sonnet": { input: 3, output: 15 },
    "anthropic/claude-haiku": { input: 1, output: 5 },
    "local/llama": { input: 0, output: 0 },
  },
  mcp: { github: { command: ["github-mcp"], tools: ["search"] } },
  http: { allowHosts: ["*.example.com"] },
});
`;

test("valid scores of every shape give plans and no findings", async () => {
  using workspace = makeWorkspace({ "maestro.config.ts": CONFIG });
  const { cpSync } = await import("node:fs");
  cpSync(OK, workspace.path("scores"), { recursive: true });

  const { scores, diagnostics } = await compile(workspace);

  expect(diagnostics).toEqual([]);
  expect(scores.map(({ id }) => `${id}.ts`).sort()).toEqual(readdirSync(OK).sort());
  for (const { plan } of scores) expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test("a workspace without scores, agents and orchestras is valid", async () => {
  using workspace = makeWorkspace({});

  const compilation = await compile(workspace);

  expect(compilation).toMatchObject({
    scores: [],
    agents: [],
    orchestras: [],
    diagnostics: [],
    loader: "strip",
  });
});

test("a chain of 10,000 nodes is compiled within 15 s", async () => {
  using workspace = makeWorkspace({
    "scores/chain.ts": `import { type AnyNode, branch, defineScore, gte, type Node, optional, task, text } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number() });
const run = () => ({ n: 1 });
const nodes: Record<string, AnyNode> = {};
let last: Node<{ n: number }> = task({ output: out, run });
nodes.n0 = last;
const good = branch(gte(last.output.n, 1));
nodes.good = good;
let words = text\`\${last.output.n}\`;
for (let i = 1; i < 10_000; i++) {
  last = task({ when: good.yes, input: { n: last.output.n }, output: out, run });
  nodes["n" + i] = last;
  words = text\`\${words}.\`;
}
export default defineScore({ id: "chain", nodes, output: { n: optional(last.output.n), words } });
`,
  });

  const { scores, diagnostics, durationMs } = await compile(workspace);

  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ["MS2010", '"chain" has 10,001 nodes; up to 200 can be read as one graph.'],
  ]);
  expect(Object.keys(scores[0]!.plan.body.nodes)).toHaveLength(20_001);
  expect(durationMs).toBeLessThan(15_000);
});

test("10,000 nodes that are each ordered after two others are compiled within 15 s", async () => {
  using workspace = makeWorkspace({
    "scores/order.ts": `import { type AnyNode, defineScore, task } from "maestro-ts";
import { z } from "zod";
const list = [task({ output: z.number(), run: () => 0 })];
for (let i = 1; i < 10_000; i++) list.push(task({ after: [list[i - 1]!, list[i >> 1]!], output: z.number(), run: () => i }));
const nodes: Record<string, AnyNode> = Object.fromEntries(list.map((node, i) => ["n" + i, node]));
export default defineScore({ id: "order", nodes });
`,
  });

  const { diagnostics, durationMs } = await compile(workspace);

  const redundant = diagnostics.filter(({ code }) => code === "MS2008");
  expect(redundant).toHaveLength(9_999);
  expect(durationMs).toBeLessThan(15_000);
});

test("comments and formatting do not move the hash of a plan, behaviour does", async () => {
  const hashOf = async (source: string) => {
    using workspace = makeWorkspace({ "scores/letters.ts": source });
    const { scores } = await compile(workspace);
    return toDeploymentHash(scores[0]!.plan, "");
  };
  const source = scoreSource("letters");

  const hash = await hashOf(source);

  expect(await hashOf(`// A comment.\n\n${source.replaceAll(", ", ",\n    ")}`)).toBe(hash);
  expect(await hashOf(source.replace("n: 1", "n: 2"))).not.toBe(hash);
  expect(await hashOf(source.replace("output: z", 'retry: "never", output: z'))).not.toBe(hash);
});
