import { expect, test } from "vitest";
import { serveModels } from "../players/model-server.ts";
import { makeCliWorkspace } from "./workspace.ts";

const AGENT = `import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  tiers: ["local/small", "local/large"],
  instructions: "You write letters.",
  input: z.object({}),
  output: z.object({ letter: z.string() }),
  maxTokens: 500,
  timeout: "1m",
});
`;
const SCORE = `import { agent, artifact, defineScore, defineTask } from "maestro-ts";
import { z } from "zod";
import writer from "../agents/writer.ts";

const judge = defineTask({
  id: "judge",
  input: z.object({ value: z.object({ letter: z.string() }) }),
  output: z.object({ score: z.number(), why: z.string() }),
  run: ({ input }) => ({ score: input.value.letter === "Dear Ada" ? 1 : 0, why: "it is curt" }),
});

const draft = agent(writer, { input: {} });
const kept = artifact({ name: "letter", value: draft.output, gates: [{ by: judge, min: 0.5, onFail: "escalate" }], retry: { attempts: 2 } });

export default defineScore({ id: "letters", nodes: { draft, kept }, output: kept.output.letter });
`;

test("a run says which models were asked and why, and policies of the configuration's own are asked", async () => {
  const server = await serveModels(({ body }) => ({
    says: { letter: body.model === "large" ? "Dear Ada" : "Hi" },
  }));
  const workspace = makeCliWorkspace({
    "maestro.config.ts": `import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  store: { durability: "process" },
  providers: { local: openaiCompatible({ name: "local", baseURL: "${server.baseUrl}" }) },
  routing: { policies: { largest: (candidates) => candidates.map(({ model }) => model).reverse() } },
});
`,
    "agents/writer.ts": AGENT,
    "scores/letters.ts": SCORE,
  });

  const played = await workspace.maestro(["run", "letters"]);

  expect(played.stderr).toBe("");
  expect(server.asked.map(({ body }) => body.model)).toEqual(["small", "large"]);
  const run = /run_[0-9a-f-]+/.exec(played.stdout)![0];
  const shown = await workspace.maestro(["runs", "show", run]);
  expect(shown.stdout).toContain("attempt 1: economy routing asked local/small, then local/large");
  expect(shown.stdout).toContain("attempt 2: economy routing asked local/large, then local/small");
  expect(shown.stdout).toContain("judge gave the value before 0, and 0.5 is the least: it is curt");
  const { stdout } = await workspace.maestro(["runs", "show", run, "--json"]);
  const { steps } = JSON.parse(stdout) as { steps: { key: string; info: { route?: object } }[] };
  expect(steps.find(({ key }) => key === "draft")!.info.route).toMatchObject({
    policy: "economy",
    models: ["local/large", "local/small"],
    answered: "local/large",
  });

  workspace.write("agents/writer.ts", AGENT.replace("instructions:", 'routing: "largest",\n  instructions:'));
  const again = await workspace.maestro(["run", "letters"]);

  expect(again.stderr).toBe("");
  expect(server.asked.slice(2).map(({ body }) => body.model)).toEqual(["large"]);
});
