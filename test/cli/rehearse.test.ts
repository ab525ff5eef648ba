import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const FILES = {
  "maestro.config.ts": `import { defineConfig, env, openaiCompatible } from "maestro-ts";

export default defineConfig({
  store: { durability: "process" },
  providers: { cloud: openaiCompatible({ name: "cloud", baseURL: "http://127.0.0.1:9/v1", apiKey: env("CLOUD_KEY") }) },
});
`,
  "agents/writer.ts": `import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "cloud/large",
  instructions: "You write letters.",
  input: z.object({ to: z.string() }),
  output: z.object({ letter: z.string(), mail: z.email() }),
  maxTokens: 500,
  timeout: "1m",
});
`,
  "scores/letters.ts": `import { agent, defineScore, input, map } from "maestro-ts";
import { z } from "zod";
import writer from "../agents/writer.ts";

const list = input(z.object({ people: z.array(z.string()).default(["Ada", "Alan"]) }));
const drafts = map({ over: list.people, maxItems: 9, each: (to) => agent(writer, { input: { to } }) });

export default defineScore({ id: "letters", input: list, nodes: { drafts }, output: drafts.output });
`,
};

test("any score can be tried without a key, and everything that shows the run says that it was a rehearsal", async () => {
  const { maestro } = makeCliWorkspace(FILES);

  const ran = await maestro(["run", "letters", "--rehearse"]);
  expect(ran.stderr).toBe("");
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(
    /^letters {2}run_\w+ {2}rehearsal\n {2}! nobody outside is asked: .*; tasks are performed\n/,
  );
  expect(ran.stdout).toMatch(/2 drafts · rehearsal · /);
  const [{ id, source }] = JSON.parse((await maestro(["runs", "--json"])).stdout);
  expect(JSON.parse(source)).toEqual({ is: "rehearsal", seed: 0 });
  expect((await maestro(["runs"])).stdout).toMatch(/letters .* rehearsal\n$/);
  const shown = (await maestro(["runs", "show", id])).stdout;
  expect(shown).toContain("source    rehearsal, seed 0: nobody outside is asked");
  expect(shown).toMatch(/✓ drafts\/0 .* not asked: rehearsal/);
  expect((await maestro(["costs"])).stdout).toBe("no model was asked since 30d\n");
});

test("a rehearsal that prints nothing but its output says so beside it, and its seed chooses the samples", async () => {
  const { maestro } = makeCliWorkspace(FILES);
  const outputs = [];

  for (const seed of ["1", "1", "2"]) {
    const { stdout, stderr } = await maestro(["run", "letters", "--rehearse", "--seed", seed, "--quiet"]);
    expect(stderr).toMatch(/^rehearsal: nobody outside is asked/);
    outputs.push(stdout);
  }

  expect(outputs[0]).toBe(outputs[1]);
  expect(outputs[0]).not.toBe(outputs[2]);
  expect(JSON.parse(outputs[0]!)).toHaveLength(2);
});

test("a seed that is none, or without a rehearsal, is refused and nothing is stored", async () => {
  const { maestro, has } = makeCliWorkspace(FILES);

  const alone = await maestro(["run", "letters", "--seed", "7"]);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain("--seed says which samples a rehearsal gives");
  const wrong = await maestro(["run", "letters", "--rehearse", "--seed", "seven"]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("--seed seven is not a whole number");
  expect(has(".maestro/maestro.db")).toBe(false);
});
