import { existsSync, readdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { serveModels } from "../players/model-server.ts";
import { makeCliWorkspace } from "./workspace.ts";

/** Writes down what a process loads, from its first line on. */
const LISTENER = `import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";

registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.LOADED_FILE, url + "\\n");
    return next(url, context);
  },
});
`;

const AGENT = `import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "local/llama",
  instructions: "You write letters.",
  input: z.object({}),
  output: z.object({ letter: z.string() }),
  maxTokens: 500,
  timeout: "1m",
});
`;
const ASKING = `import { agent, defineScore } from "maestro-ts";
import writer from "../agents/writer.ts";

const letter = agent(writer, { input: {} });

export default defineScore({ id: "asking", nodes: { letter }, output: letter.output });
`;
const COUNTING = `import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const counted = task({ input: {}, output: z.number(), run: () => 3 });

export default defineScore({ id: "counting", nodes: { counted }, output: counted.output });
`;

const DIST = new URL("../../dist/", import.meta.url);

test("no part of the program has what asks models in it but the one that is loaded to ask one: all of it is read at a start", () => {
  const programs = readdirSync(DIST).filter((file) => file.endsWith(".cjs"));
  expect(programs).toContain("play.cjs");
  const having = programs.filter((file) =>
    readFileSync(new URL(file, DIST), "utf8").includes("OpenAICompatibleChatLanguageModel"),
  );
  expect(having).toEqual([]);
  expect(readFileSync(new URL("play-agent.js", DIST), "utf8")).toContain("OpenAICompatibleChatLanguageModel");
});

describe("the packages that ask models", () => {
  test("are loaded by commands that ask one, and by no other", async () => {
    const server = await serveModels(() => ({ says: { letter: "Dear Ada" } }));
    const workspace = makeCliWorkspace({
      "listener.mjs": LISTENER,
      "maestro.config.ts": `import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  store: { durability: "process" },
  providers: { local: openaiCompatible({ name: "local", baseURL: "${server.baseUrl}" }) },
});
`,
      "agents/writer.ts": AGENT,
      "scores/asking.ts": ASKING,
      "scores/counting.ts": COUNTING,
    });
    let nth = 0;
    const loadedBy = async (...words: string[]) => {
      const file = workspace.path(`loaded-${++nth}`);
      const env = {
        LOADED_FILE: file,
        NODE_OPTIONS: `--import=${pathToFileURL(workspace.path("listener.mjs")).href}`,
      };
      const { code, stderr } = await workspace.maestro(words, { env });
      expect(`${code} ${stderr}`).toBe("0 ");
      const loaded = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
      return { loaded, models: loaded.filter((url) => /play-agent|node_modules\/(@ai-sdk|ai)\//.test(url)) };
    };

    const asking = await loadedBy("run", "asking", "--quiet");
    const others = [
      await loadedBy("--help"),
      await loadedBy("validate", "--no-types"),
      await loadedBy("run", "counting", "--quiet"),
      await loadedBy("costs"),
    ];

    expect(asking.models).toEqual([expect.stringMatching(/dist\/play-agent\.js$/)]);
    expect(others.map(({ models }) => models)).toEqual(others.map(() => []));
    // The listener has heard what they loaded.
    expect(others.every(({ loaded }) => loaded.some((url) => url.includes("bin.cjs")))).toBe(true);
  });
});
