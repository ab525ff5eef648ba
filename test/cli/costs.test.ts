import { expect, test } from "vitest";
import { serveModels } from "../players/model-server.ts";
import { makeCliWorkspace } from "./workspace.ts";

const AGENT = `import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "fast",
  instructions: "You write letters.",
  input: z.object({ to: z.string() }),
  output: z.object({ letter: z.string() }),
  maxTokens: 500,
  timeout: "1m",
});
`;

const SCORE = `import { agent, defineScore, input, map } from "maestro-ts";
import { z } from "zod";
import writer from "../agents/writer.ts";

const list = input(z.object({ people: z.array(z.string()).default(["Ada", "Alan", "Grace"]) }));
const drafts = map({ over: list.people, maxItems: 9, each: (to) => agent(writer, { input: { to } }) });

export default defineScore({ id: "letters", input: list, nodes: { drafts }, output: drafts.output });
`;

async function lettersWith(prices: object) {
  const server = await serveModels(() => ({
    says: { letter: "Hello" },
    usage: { input: 1_500, output: 300 },
  }));
  const workspace = makeCliWorkspace({
    "maestro.config.ts": `import { defineConfig, env, openaiCompatible } from "maestro-ts";

export default defineConfig({
  store: { durability: "process" },
  providers: { local: openaiCompatible({ baseURL: "${server.baseUrl}", apiKey: env("LOCAL_KEY") }) },
  models: { fast: "local/llama" },
  prices: ${JSON.stringify(prices)},
});
`,
    "agents/writer.ts": AGENT,
    "scores/letters.ts": SCORE,
  });
  const env = { LOCAL_KEY: "key-0123456789" };
  return { server, maestro: (words: readonly string[]) => workspace.maestro(words, { env }) };
}

test("a run says what it has cost, and maestro costs adds up all runs", async () => {
  const { maestro, server } = await lettersWith({ "local/llama": { input: 2, output: 10 } });

  const ran = await maestro(["run", "letters"]);
  expect(ran.stderr + ran.stdout).toContain("3 drafts · 5.4K tokens · $0.02 · ");
  expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(
    Array(3).fill("Bearer key-0123456789"),
  );
  await maestro(["run", "letters", "--input", 'people=["Ada"]']);

  const byScore = await maestro(["costs"]);
  expect(byScore.stdout).toMatch(/^letters +█{24} +\$0\.02 +7\.2K tokens, 4 calls\ntogether +\$0\.02\n$/);
  const { total, groups } = JSON.parse((await maestro(["costs", "--by", "model", "--json"])).stdout);
  expect(groups).toMatchObject([{ name: "local/llama", calls: 4, microUsd: 24_000, unpriced: 0 }]);
  expect(total).toMatchObject({ calls: 4, inputTokens: 6_000, outputTokens: 1_200, microUsd: 24_000 });
  expect((await maestro(["costs", "--by", "day", "--since", "2d"])).stdout).toMatch(/^\d{4}-\d\d-\d\d /);
  const [{ id }] = JSON.parse((await maestro(["runs", "--json"])).stdout) as [{ id: string }];
  expect((await maestro(["runs", "show", id])).stdout).toMatch(/✓ drafts\/0 .*1\.8K tokens · \$0\.0060?/);
});

test("a price that nobody has said is loud", async () => {
  const { maestro } = await lettersWith({});

  const ran = await maestro(["run", "letters"]);
  expect(ran.stderr + ran.stdout).toContain("3 drafts · 5.4K tokens · price of local/llama unknown · ");

  const { stdout } = await maestro(["costs"]);
  expect(stdout).toMatch(/letters +█{24} +\? +5\.4K tokens, 3 calls/);
  expect(stdout).toContain("! 3 calls are of a model whose price is unknown: say it under `prices`");
});

test("costs refuses what it cannot group by, and times that are none", async () => {
  const { maestro } = await lettersWith({});

  const by = await maestro(["costs", "--by", "colour"]);
  expect(by.code).toBe(2);
  expect(by.stderr).toContain("Allowed choices are score, orchestra, agent, model, day");
  const since = await maestro(["costs", "--since", "yesterday"]);
  expect(since.code).toBe(2);
  expect(since.stderr).toContain("--since yesterday is neither a time such as 7d or 24h nor a date");
  expect((await maestro(["costs"])).stdout).toBe("no model was asked since 30d\n");
});

test("prices that are none are found where they stand", async () => {
  const { maestro } = await lettersWith({
    llama: { input: 2, output: 10 },
    "local/llama": { input: "2", output: 10, cached: 1 },
  });

  const { code, stdout } = await maestro(["validate", "--no-types"]);
  expect(code).toBe(1);
  expect(stdout).toContain(
    '`prices.llama` of defineConfig() is "llama": a price is that of a "provider/model"',
  );
  expect(stdout).toContain("`prices.local/llama.input`");
  expect(stdout).toMatch(/no option "cached"/);
});
