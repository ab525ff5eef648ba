import { describe, expect, test } from "vitest";
import type { ExitCode } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";
import { modelNamed } from "../../src/cli/models/model-named.ts";
import { goodModel } from "../players/good-model.ts";
import { type Asked, serveModels } from "../players/model-server.ts";
import { fakeIo } from "./fake-io.ts";
import { makeCliWorkspace } from "./workspace.ts";

const AGENT = `import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "fast",
  fallback: ["local/large"],
  instructions: "You write letters.",
  input: z.object({}),
  output: z.object({ letter: z.string() }),
  maxTokens: 500,
  timeout: "1m",
});
`;

const configOf = (
  baseUrl: string,
  more = "",
) => `import { defineConfig, env, openaiCompatible } from "maestro-ts";

export default defineConfig({
  store: { durability: "process" },
  providers: {
    local: openaiCompatible({ name: "local", baseURL: "${baseUrl}" }),
    keyed: openaiCompatible({ name: "keyed", baseURL: "${baseUrl}", apiKey: env("NO_SUCH_KEY"), models: ["m"] }),
    groq: { models: ["llama"] },
  },
  models: { fast: "local/small" },
  prices: { "local/small": { input: 1, output: 4 } },${more}
});
`;

const ASKING = `import { agent, defineScore } from "maestro-ts";
import writer from "../agents/writer.ts";

const letter = agent(writer, { input: {} });

export default defineScore({ id: "asking", nodes: { letter }, output: letter.output });
`;

const MAILING = `import { defineScore, score } from "maestro-ts";
import asking from "./asking.ts";

const sent = score(asking, { input: {} });

export default defineScore({ id: "mailing", nodes: { sent }, output: sent.output });
`;

const DAILY = `import { defineOrchestra } from "maestro-ts";
import mailing from "../scores/mailing.ts";

export default defineOrchestra({ id: "daily", plays: mailing, schedule: { cron: "0 9 * * *", timezone: "UTC" } });
`;

/** A workspace, and `maestro` in this process with what a person types on its terminal, if they have one. */
function workspaceFor(baseUrl: string) {
  const workspace = makeCliWorkspace({ "maestro.config.ts": configOf(baseUrl), "agents/writer.ts": AGENT });
  const maestro = async (words: string, typed?: string) => {
    const warned: string[] = [];
    const io = fakeIo(workspace.root, {
      env: { USER: "ada" },
      warn: (line) => void warned.push(line),
      isTerminal: typed !== undefined,
      onInterrupt: () => () => {},
      async *lines() {
        yield typed!;
      },
    });
    const code = (await main(words.split(" "), io)) as ExitCode;
    return { code, stdout: io.written.join(""), stderr: warned.join("\n") };
  };
  return { ...workspace, maestro, start: workspace.maestro };
}

/** The large model's key is refused. */
const TWO_MODELS = (asked: Asked) =>
  asked.body.model === "large" ? ({ status: 401, message: "Incorrect API key" } as const) : goodModel(asked);

describe("maestro models test", () => {
  test("says what it may cost at most, and asks nobody before somebody agrees", async () => {
    const server = await serveModels(TWO_MODELS);
    const { maestro } = workspaceFor(server.baseUrl);

    const unasked = await maestro("models test fast");
    const refused = await maestro("models test fast", "no");
    const limited = await maestro("models test fast --yes --max-usd 0.10");
    const unpriced = await maestro("models test local/large --yes --max-usd 1");
    const odd = await maestro("models test fast --calls 0");

    expect(unasked).toMatchObject({
      code: 2,
      stdout: "local/small: at most 45 calls, 155K tokens in and 45K out; $0.33 at most\n",
      stderr: "nothing was asked; to do it: maestro models test local/small --yes",
    });
    expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining("Type yes: ") });
    expect(limited).toMatchObject({
      code: 1,
      stderr: "nothing was asked: it may cost $0.33, and --max-usd is $0.10",
    });
    expect(unpriced.stderr).toContain('Nobody has said what "local/large" costs');
    expect(odd).toMatchObject({ code: 2, stderr: expect.stringContaining("no whole number from 1 to 500") });
    expect(server.asked).toEqual([]);
  });

  test("keeps badges, which the list of models shows with what is known of them besides", async () => {
    const server = await serveModels(TWO_MODELS);
    const { maestro, write } = workspaceFor(server.baseUrl);

    const good = await maestro("models test fast --calls 6", "yes");
    const all = await maestro("models test --yes --calls 1 --json --by bo");
    const listed = await maestro("models");
    const { stdout: costs } = await maestro("costs --by model --json");

    expect(good).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("local/small  gold\n  reachable   gold"),
    });
    expect(good.stdout).toContain(
      "  usage       gold    tokens reported of 17 of 17 answers, $0.00051 in all\n",
    );
    expect(all.code).toBe(1);
    expect(all.stderr).toContain("local/small: gate 4 of 5, load");
    expect(JSON.parse(all.stdout)).toMatchObject([
      { model: "groq/llama", badge: null, problem: expect.stringContaining("@ai-sdk/groq") },
      { model: "keyed/m", badge: null, problem: expect.stringContaining("NO_SUCH_KEY") },
      {
        model: "local/large",
        badge: "none",
        ratings: [{ gate: "reachable", badge: "none" }, {}, {}, {}, {}],
      },
      { model: "local/small", badge: "gold", figures: { load: { asked: 1, answered: 1 } } },
    ]);
    const day = new Date().toISOString().slice(0, 10);
    expect(listed.stdout).toMatch(
      new RegExp(`^local/small \\(fast\\) +gold ${day} +\\$1\\.00, \\$4\\.00 .*writer$`, "m"),
    );
    expect(listed.stdout).toMatch(new RegExp(`^local/large +none ${day} +price unknown .*writer$`, "m"));
    expect(listed.stdout).toMatch(/^keyed\/m +not tested +price unknown/m);
    expect(JSON.parse(costs)).toMatchObject({
      groups: expect.arrayContaining([
        expect.objectContaining({ name: "local/small", calls: 29, microUsd: 870 }),
      ]),
    });

    // Less than production asks for is a failure of the command, too.
    const demands = ' models: { production: { minBadge: "gold" } } }); // ';
    write(
      "maestro.config.ts",
      configOf(server.baseUrl)
        .replace("  models: {", `${demands}{`)
        .replace(/ \}\); \/\/.*/s, " });\n"),
    );
    const silver = await maestro("models test local/small --yes --calls 1");
    expect(silver).toMatchObject({ code: 1, stdout: expect.stringContaining("local/small  silver") });
  });
});

test("a test that is killed leaves in the ledger what it has asked, each call under way as the most that it may cost", async () => {
  const server = await serveModels((asked, nth) => (nth < 4 ? goodModel(asked) : { raw: () => {} }));
  const { maestro, start } = workspaceFor(server.baseUrl);
  const testing = start(["models", "test", "fast", "--yes"]);
  await expect.poll(() => server.asked.length, { timeout: 30_000, interval: 10 }).toBe(4);

  testing.child.kill("SIGKILL");
  await testing;

  const { stdout } = await maestro("costs --by model --json");
  const [group] = (JSON.parse(stdout) as { groups: { name: string; calls: number; microUsd: number }[] })
    .groups;
  expect(group).toMatchObject({ name: "local/small", calls: 4 });
  // 1,000 tokens at $4 a million, and what was asked, are all that the one under way may cost; the others are known.
  expect(group!.microUsd).toBeGreaterThan(4_000);
  expect(group!.microUsd).toBeLessThan(5_000);
});

test("flags are set, shown and compared, and what cannot be is refused in a sentence", async () => {
  const server = await serveModels(({ body }) => ({
    says: { letter: body.model === "shade" ? "Hi" : "Dear Ada" },
  }));
  const { maestro, start, write } = workspaceFor(server.baseUrl);
  write(
    "maestro.config.ts",
    configOf(server.baseUrl).replace("prices: {", 'prices: { "local/shade": { input: 1, output: 4 },'),
  );
  write("scores/asking.ts", ASKING);

  const typo = await maestro("models flag local/shade shadw");
  const skipping = await maestro("models flag local/shade live");
  const agentless = await maestro("models flag local/shade shadow --agent writr");
  const none = await maestro("models flags");

  expect(typo).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "shadow"?') });
  expect(skipping).toMatchObject({ code: 2, stderr: expect.stringContaining("the next is shadow") });
  expect(agentless).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "writer"?') });
  expect(none.stdout).toContain("no model has a flag");

  const set = await maestro("models flag local/shade shadow --agent writer --max-usd 0.5 --why cheaper");
  expect(set).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^local\/shade {2}shadow {2}writer, \$0\.50 a day {2}ada, [\d-]+: cheaper\n$/,
    ),
  });
  const { stdout } = await start(["run", "asking", "--quiet"]);
  expect(JSON.parse(stdout)).toEqual({ letter: "Dear Ada" });
  const compared = await maestro("models compare local/shade");
  expect(compared.stdout).toContain(
    "local/shade: 1 of 1 answered with what fits\n  equal   0 of 1 outputs, 0 of 1 fields\n",
  );
  expect(compared.stdout).toContain("differs at letter");
  const data = JSON.parse((await maestro("models compare local/shade --json")).stdout) as object;
  expect(data).toMatchObject({
    flag: { stage: "shadow", agents: ["writer"], perDayMicroUsd: 500_000 },
    rows: [{ outcome: "answered", step: "letter", agent: "writer", output: { letter: "Hi" } }],
  });
});

test("a revision of an agent is listed when it is kept, flagged, played by those who name it, and kept from the others", async () => {
  const server = await serveModels(({ body }) => ({ says: { letter: String(body.messages[0]!.content) } }));
  const { maestro, start, write } = workspaceFor(server.baseUrl);
  write("scores/asking.ts", ASKING);
  const said = async (words: string) => {
    const { stdout, stderr } = await start(words.split(" "));
    if (stdout === "") throw new Error(stderr);
    return (JSON.parse(stdout) as { letter: string }).letter;
  };

  const nobody = await maestro("models revisions writr");
  const unkept = await maestro("models revisions writer");
  // Both are kept by a score that plays the one with the agent: by a deploy, and by a run.
  write("scores/mailing.ts", MAILING);
  write("orchestras/daily.ts", DAILY);
  expect(await start(["deploy", "--yes"])).toMatchObject({ code: 0 });
  write("agents/writer.ts", AGENT.replace("You write letters.", "You write poems."));
  await said("run mailing --quiet --rehearse");
  const { stdout } = await maestro("models revisions writer --json");
  const [poems, letters] = JSON.parse(stdout) as { name: string }[];

  expect(nobody).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "writer"?') });
  expect(unkept.stdout).toContain("no revision of writer is kept yet");
  expect(await maestro(`models flag ${poems!.name.slice(0, 12)} shadow`)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${poems!.name}  shadow  writer, $1.00 a day`),
  });
  expect(await said("run asking --quiet")).toBe("You write letters.");
  expect((await maestro(`models compare ${poems!.name}`)).stdout).toContain(
    `${poems!.name}: 1 of 1 answered with what fits`,
  );
  await maestro(`models flag ${poems!.name} dark`);
  const [{ id }] = JSON.parse((await maestro("runs --json")).stdout) as [{ id: string }];
  expect((await maestro(`runs show ${id}`)).stdout).toContain(`played as ${letters!.name}, by a flag`);
  expect(await start(["run", "asking", "--flag", letters!.name])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`There is no flag "${letters!.name}" (dark are: ${poems!.name})`),
  });
  expect(await said(`run asking --quiet --flag ${poems!.name}`)).toBe("You write poems.");
  expect(await maestro("run asking --rehearse --flag x")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("a rehearsal asks none"),
  });
  const shown = await maestro("models flags");
  expect(shown.stdout).toContain(`${poems!.name}  dark  writer`);
});

test("a model that cannot be is refused in a sentence, with the one that was probably meant", () => {
  const settings = { models: { fast: "local/small" }, providers: { local: {}, keyed: {} } };
  const one = (model: string) => ({ model, names: [], agents: [] });
  const known = { models: ["local/small", "local/large", "keyed/m"].map(one), listed: ["keyed"] };
  const refusalOf = (name: string, more = settings) => {
    try {
      return modelNamed(name, known, more);
    } catch (error) {
      return error;
    }
  };

  expect(modelNamed("fast", known, settings)).toBe("local/small");
  expect(modelNamed("local/quite-new", known, settings)).toBe("local/quite-new");
  expect(refusalOf("fsat")).toMatchObject({ code: "MR2029", hint: 'did you mean "fast"?' });
  expect(refusalOf("locla/small")).toMatchObject({ hint: 'did you mean "local/small"?' });
  expect(refusalOf("keyed/n")).toMatchObject({
    message: expect.stringContaining('"keyed" does not list it'),
  });
  expect(refusalOf("lokal/brand-new")).toMatchObject({ hint: 'did you mean "local/brand-new"?' });
  expect(refusalOf("local/", settings)).toMatchObject({ code: "MR2029" });
  expect(refusalOf("a/b", { models: {} as never, providers: {} as never })).toMatchObject({
    message: expect.stringContaining("names no providers"),
  });
});
