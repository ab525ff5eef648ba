import { expect, test } from "vitest";
import { serveModels } from "../players/model-server.ts";
import { makeCliWorkspace } from "./workspace.ts";

const AGENT = `import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "fast",
  instructions: "You write letters.",
  input: z.object({ to: z.string().max(30) }),
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

export default defineScore({ id: "letters", input: list, nodes: { drafts }, output: drafts.output, budget: { perRunUsd: 0.014 } });
`;

const ORCHESTRA = `import { defineOrchestra } from "maestro-ts";
import letters from "../scores/letters.ts";

export default defineOrchestra({
  id: "mailing",
  plays: letters,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Etc/UTC" },
  budget: { perRunUsd: 0.01 },
});
`;

/** A secret in all that a model is told and says. */
const CANARY = "sk-canary-0123456789abcdef";

async function openWorkspace() {
  const server = await serveModels(() => ({
    says: { letter: `Hello ${CANARY}` },
    usage: { input: 1_500, output: 300 },
  }));
  const workspace = makeCliWorkspace({
    "maestro.config.ts": `import { defineConfig, env, openaiCompatible } from "maestro-ts";

export default defineConfig({
  store: { durability: "process" },
  providers: { local: openaiCompatible({ baseURL: "${server.baseUrl}", apiKey: env("LOCAL_KEY") }) },
  models: { fast: "local/llama" },
  prices: "prices.json",
});
`,
    "prices.json": `{ "local/llama": [{ "input": 1, "output": 5 }, { "from": "2024-01-01", "input": 2, "output": 10, "source": "a page" }] }`,
    "agents/writer.ts": AGENT,
    "scores/letters.ts": SCORE,
  });
  const env = { LOCAL_KEY: CANARY, USER: "ada" };
  return { server, workspace, maestro: (words: readonly string[]) => workspace.maestro(words, { env }) };
}

test("a run that reaches its budget waits for a person, and goes on when that is raised", async () => {
  const { maestro, server } = await openWorkspace();

  // Each letter costs 1,500 × $2 and 300 × $10 a million: $0.006.
  const ran = await maestro(["run", "letters"]);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/… drafts\/\d +waits: \$0\.012? of the \$0\.01 for this run is spent/);
  expect(ran.stderr).toContain('waiting for a decision: "budget"');
  expect(server.asked).toHaveLength(2);

  const asked = await maestro(["checkpoints"]);
  expect(asked.stdout).toContain("Raise the budget? $0.01 of the $0.01 for this run is spent");
  const [, id] = /maestro decide (run_\w+) budget/.exec(asked.stdout)!;
  const less = await maestro(["decide", id!, "budget", "--input", "limitUsd=0.001"]);
  expect(less.code).not.toBe(0);
  expect(less.stderr).toContain("limitUsd: the limit is $0.01 already");
  const decided = await maestro(["decide", id!, "--input", "limitUsd=0.05", "--by", "grace"]);
  expect(decided.code).toBe(0);
  expect(server.asked).toHaveLength(3);
  const shown = await maestro(["runs", "show", id!]);
  expect(shown.stdout).toMatch(/budget/);

  const { stdout } = await maestro(["costs", "--by", "day", "--since", "1d"]);
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\d +█{24} +\$0\.02 +5\.4K tokens, 3 calls\n/);
  const ledger = await maestro(["costs", "--by", "model", "--json"]);
  expect(ledger.stdout).not.toContain(CANARY);
});

test("prices are listed, set by people, and taken back; runs cost what counts when they ask", async () => {
  const { maestro } = await openWorkspace();

  const before = (await maestro(["prices"])).stdout;
  expect(before).toMatch(
    /✓ +local\/llama +from 2024-01-01 +2\.00 +2\.00 +10\.00 +10\.00 +the configuration \(a page\)/,
  );
  expect(before).toMatch(/ {2,}local\/llama +always +1\.00/);
  const set = await maestro([
    "prices",
    "set",
    "fast",
    "--input",
    "4",
    "--output",
    "20",
    "--source",
    "contract",
  ]);
  expect(set.stdout).toBe("local/llama costs $4 in and $20 out for a million tokens\n");
  const after = JSON.parse((await maestro(["prices", "--json"])).stdout) as {
    isUsed: boolean;
    setBy: string;
  }[];
  expect(after.find(({ isUsed }) => isUsed)).toMatchObject({ layer: "set", input: 4_000_000, setBy: "ada" });
  await maestro(["run", "letters", "--input", 'people=["Ada"]']);
  const costs = JSON.parse((await maestro(["costs", "--json"])).stdout);
  expect(costs.total.microUsd).toBe(12_000);

  expect((await maestro(["prices", "unset", "fast"])).stdout).toBe("took back the price of local/llama\n");
  expect((await maestro(["prices"])).stdout).toBe(before);
  expect((await maestro(["prices", "--all"])).stdout).toMatch(/ada, .* \(contract\); taken back by ada/);
});

test.each([
  [["prices", "set", "fast", "--input", "x", "--output", "1"], "--input x is no number of US dollars"],
  [["prices", "set", "fsat", "--input", "1", "--output", "1"], 'did you mean "fast"?'],
  [["prices", "set", "locl/llama", "--input", "1", "--output", "1"], 'did you mean "local/llama"?'],
  [["prices", "set", "fast", "--input", "1", "--output", "1", "--from", "2026-02-30"], "it has to be a day"],
  [["prices", "unset", "fast"], "change that in maestro.config.ts"],
  [["forecast", "letters", "--max-usd", "much"], "--max-usd much is no number above 0"],
])("%s is refused in a sentence, and nothing changes", async (words, sentence) => {
  const { maestro } = await openWorkspace();

  const { code, stderr } = await maestro(words);

  expect(code).not.toBe(0);
  expect(stderr).toContain(sentence);
});

test("a forecast says what a run can cost and what past ones did, and fails where that is too much", async () => {
  const { maestro, workspace } = await openWorkspace();
  const cut = (file: string, text: string) => workspace.write(file, workspace.read(file).replace(text, ""));
  cut("scores/letters.ts", ", budget: { perRunUsd: 0.014 }");

  const bound = await maestro(["forecast", "letters"]);
  expect(bound.stdout).toMatch(/^agent +steps +calls +tokens of a call +at most/);
  expect(bound.stdout).toMatch(/writer +≤ 9 +≤ 27 +[\d.]+K in, 500 out +\$0\.\d\d\n/);
  expect(bound.stdout).toContain("no run of it has been completed yet");
  await maestro(["run", "letters"]);
  const { bound: facts, history } = JSON.parse((await maestro(["forecast", "letters", "--json"])).stdout);
  expect(facts.microUsd).toBeGreaterThan(27 * 500 * 10);
  expect(history).toMatchObject({ runs: 1, p50MicroUsd: 18_000, p95MicroUsd: 18_000 });

  workspace.write("orchestras/mailing.ts", ORCHESTRA);
  const planned = await maestro(["plan"]);
  expect(planned.stdout).toMatch(
    /cost of a run {6}at most \$0\.01; as runs so far, \$0\.02 \(p50\) to \$0\.02 \(p95\)\n/,
  );
  expect(planned.stdout).toMatch(
    /of 30 days {9}at most \$0\.30; as .* \$0\.54 \(p50\) .*, with 30 runs\n {23}from the last run of/,
  );

  const over = await maestro(["forecast", "letters", "--max-usd", "0.05"]);
  expect([over.code, over.stdout]).toEqual([1, expect.stringContaining("over $0.05: a run can cost $0.")]);
  const within = await maestro(["forecast", "letters", "--max-usd", "0.05", "--by", "history"]);
  expect([within.code, within.stdout]).toEqual([0, expect.stringContaining("within $0.05: 95 of 100 runs")]);
  cut("agents/writer.ts", ".max(30)");
  const endless = await maestro(["forecast", "letters", "--max-usd", "5"]);
  expect([endless.code, endless.stdout]).toEqual([
    1,
    expect.stringContaining('! agent "writer": `input.to` is a text without a longest length'),
  ]);
  expect((await maestro(["forecast", "letters", "--max-usd", "5", "--input-tokens", "4000"])).code).toBe(0);
});
