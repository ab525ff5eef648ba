import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { agent, defineAgent, defineScore, env, input, map, openaiCompatible, task } from "../../src/index.ts";
import { toProviders } from "../../src/operations/to-providers.ts";
import type { ModelSettings, ProviderSettings } from "../../src/players/models/model-settings.ts";
import { serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const companies = input(z.object({ companies: z.array(z.string()) }));
const LETTER = { letter: "Dear Ada" };

function lettersBy(model: string, { timeout = "10s", maxItems = 100 } = {}) {
  const writer = defineAgent({
    id: "writer",
    model,
    instructions: "You write letters.",
    input: z.object({ company: z.string() }),
    output: z.object({ letter: z.string() }),
    timeout: timeout as "10s",
  });
  const letters = map({
    over: companies.companies,
    maxItems,
    onItemError: "collect",
    each: (company) => agent(writer, { input: { company } }),
  });
  return defineScore({
    id: "letters",
    input: companies,
    nodes: { letters },
    output: letters.output,
    concurrency: maxItems,
  });
}

interface Playing {
  readonly model: string;
  readonly providers: Record<string, ProviderSettings>;
  readonly variables?: Record<string, string>;
  readonly root?: string;
  readonly items?: number;
  readonly timeout?: string;
}

/** Plays a run of `items` letters, and gives what each came to, in the order in which they ended. */
async function play({ model, providers, variables = {}, root = REPOSITORY, items = 1, timeout }: Playing) {
  const models: ModelSettings = {
    providers,
    aliases: {},
    prices: {},
    variable: (name) => variables[name],
    root,
  };
  const hall = await openHall(undefined, { models });
  const list = Array.from({ length: items }, (_, i) => `Company ${i}`);
  const run = await hall.start(lettersBy(model, { timeout }) as never, { companies: list });
  await run.ending;
  const steps = (await hall.store.stepsOf(run.id)).filter(({ kind }) => kind === "agent");
  const results = steps.map(({ output, error }) => ({
    output: output === null ? undefined : JSON.parse(output),
    error: error === null ? undefined : JSON.parse(error),
  }));
  return { results, run, hall };
}

/** A folder with one package in its node_modules. */
function folderWith(name: string, source: string): string {
  const root = mkdtempSync(join(tmpdir(), "maestro-providers-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "node_modules", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name, version: "1.0.0", type: "module", exports: "./index.js" }),
  );
  writeFileSync(join(folder, "index.js"), source);
  mkdirSync(join(root, "node_modules/@ai-sdk"), { recursive: true });
  symlinkSync(
    join(REPOSITORY, "node_modules/@ai-sdk/openai-compatible"),
    join(root, "node_modules/@ai-sdk/openai-compatible"),
  );
  return root;
}

describe("a provider", () => {
  test.each([
    ["by its name", "groq", {}],
    ["that the configuration names", "quick", { package: "@ai-sdk/groq" }],
  ])("is the installed package %s, with its options and its key", async (_what, name, named) => {
    const server = await serveModels(() => ({ says: LETTER }));
    const options = { baseURL: server.baseUrl };

    const { results } = await play({
      model: `${name}/llama`,
      providers: { [name]: { ...named, options, apiKey: "KEY" } },
      variables: { KEY: "gsk-0123456789" },
    });

    expect(results[0]!.output).toEqual(LETTER);
    expect(server.asked[0]!.headers.authorization).toBe("Bearer gsk-0123456789");
    expect(server.asked[0]!.body.model).toBe("llama");
  });

  test("without the key that its package looks for is named with the variable, and asked once", async () => {
    const { results, hall, run } = await play({ model: "groq/llama", providers: { groq: {} } });

    expect(results[0]!.error).toMatchObject({
      code: "MR3094",
      message: 'The key for model "groq/llama" is missing: GROQ_API_KEY is not set.',
    });
    expect(await hall.store.modelCallsOf(run.id)).toHaveLength(1);
  });

  test.each([
    ["a package that is not installed", "@ai-sdk/mistral", /cannot be loaded: Cannot find module/],
    ["a package of something else", "zod", /cannot be loaded: it is no package of a provider/],
  ])("that is %s is told in a sentence", async (_what, name, message) => {
    const { results } = await play({ model: "one/large", providers: { one: { package: name } } });

    expect(results[0]!.error).toMatchObject({ code: "MR3093", message: expect.stringMatching(message) });
  });

  test("made for another version of `ai` is told as that", async () => {
    const root = folderWith(
      "@acme/models",
      "export const createAcme = () => (id) => ({ specificationVersion: 'v2', id });",
    );

    const { results } = await play({
      model: "acme/x",
      providers: { acme: { package: "@acme/models" } },
      root,
    });

    expect(results[0]!.error).toMatchObject({
      code: "MR3093",
      message: expect.stringContaining("it is made for another version of `ai` (v2, and v4 is needed)"),
    });
  });

  test("is never asked more at once than its `concurrency`", async () => {
    let underWay = 0;
    let most = 0;
    const server = await serveModels(() => {
      most = Math.max(most, ++underWay);
      return {
        raw: (response) =>
          setTimeout(() => {
            underWay--;
            response.writeHead(400).end("{}");
          }, 10),
      };
    });

    await play({
      model: "local/llama",
      providers: { local: { baseUrl: server.baseUrl, concurrency: 3 } },
      items: 12,
    });

    expect(server.asked).toHaveLength(12);
    expect(most).toBe(3);
  });

  test("is not asked more often than `requestsPerMinute`: the next call waits, as long as its step may", async () => {
    const server = await serveModels(() => ({ says: LETTER }));

    const { results } = await play({
      model: "local/llama",
      providers: { local: { baseUrl: server.baseUrl, requestsPerMinute: 2 } },
      items: 3,
      timeout: "300ms",
    });

    expect(server.asked).toHaveLength(2);
    expect(results.map(({ error }) => error?.code)).toEqual([undefined, undefined, "MR3002"]);
  });

  test("that fails ten times in a row is left alone for a while: nobody asks it again at once", async () => {
    const server = await serveModels(() => ({ status: 500, message: "overloaded" }));

    const { results } = await play({
      model: "local/llama",
      providers: { local: { baseUrl: server.baseUrl } },
      items: 12,
    });

    const errors = results.map(({ error }) => (error as { message: string }).message);
    expect(errors).toHaveLength(12);
    expect(errors.filter((message) => message.includes("it is left alone for some seconds"))).not.toEqual([]);
    // Without that each would have been tried three times.
    expect(server.asked.length).toBeLessThan(20);
  });

  test("is asked by many at once only after the process was told, once, to make itself small", async () => {
    const toldAfter: number[] = [];
    const server = await serveModels(() => ({ status: 400 }));
    const models: ModelSettings = {
      providers: { local: { baseUrl: server.baseUrl, concurrency: 200 } },
      aliases: {},
      prices: {},
      variable: () => undefined,
      root: REPOSITORY,
      onMany: () => toldAfter.push(server.asked.length),
    };
    const hall = await openHall(undefined, { models });
    const score = lettersBy("local/llama", { maxItems: 200 });
    const list = Array.from({ length: 200 }, (_, i) => `Company ${i}`);

    await (await hall.start(score as never, { companies: list })).ending;

    expect(server.asked).toHaveLength(200);
    expect(toldAfter).toEqual([0]);
  });

  test("is loaded before the first step that asks it, when a plan will", async () => {
    const server = await serveModels(() => ({ says: LETTER }));
    const root = folderWith(
      "@acme/models",
      `import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
      export const createAcme = (options) => {
        const provider = createOpenAICompatible({ name: "acme", ...options });
        return (id) => {
          globalThis.acmeClients = (globalThis.acmeClients ?? 0) + 1;
          return provider.chatModel(id);
        };
      };`,
    );
    const seen = globalThis as { acmeClients?: number };
    const models: ModelSettings = {
      providers: { acme: { package: "@acme/models", options: { baseURL: server.baseUrl } } },
      aliases: {},
      prices: {},
      variable: () => undefined,
      root,
    };
    const waits = task({
      input: {},
      output: z.object({ ready: z.int(), asked: z.int() }),
      timeout: "5s",
      run: async ({ signal }) => {
        while (!seen.acmeClients && !signal.aborted) await new Promise(setImmediate);
        return { ready: seen.acmeClients ?? 0, asked: server.asked.length };
      },
    });
    const writer = defineAgent({
      id: "writer",
      model: "acme/small",
      instructions: "You write.",
      input: z.object({ ready: z.int() }),
      output: z.object({ letter: z.string() }),
    });
    const letter = agent(writer, { input: { ready: waits.output.ready } });
    const score = defineScore({ id: "late", nodes: { waits, letter }, output: waits.output });
    const hall = await openHall(undefined, { models });

    const run = await hall.start(score as never);

    expect(await run.ending).toEqual({ is: "completed", output: { ready: 1, asked: 0 } });
  });
});

describe("the configuration of providers", () => {
  test("is what is asked by, whichever kind they are", () => {
    const providers = toProviders({
      local: openaiCompatible({
        name: "local",
        baseURL: "http://127.0.0.1:1/v1",
        apiKey: env("KEY"),
        concurrency: 4,
      }),
      groq: { options: { project: "x" }, requestsPerMinute: 30, tokensPerMinute: 6_000 },
      ours: { package: "@acme/models", models: ["small"] },
    });

    expect(providers).toEqual({
      local: { baseUrl: "http://127.0.0.1:1/v1", apiKey: "KEY", concurrency: 4 },
      groq: { options: { project: "x" }, requestsPerMinute: 30, tokensPerMinute: 6_000 },
      ours: { package: "@acme/models" },
    });
  });

  test("is refused with a limit that is none", () => {
    expect(() => toProviders({ groq: { concurrency: 0 } })).toThrow("providers.groq.concurrency is 0");
  });
});
