import { describe, expect, test } from "vitest";
import { serveModels } from "../players/model-server.ts";
import { makeCliWorkspace } from "./workspace.ts";

/** A secret, in the prompt of a task's making, in what a tool gives, and in what the provider says of a failure. */
const CANARY = "canary-7f3a9b2c51d0";

const SCORE = `import { agent, artifact, checkpoint, defineScore, input, task } from "maestro-ts";
import { z } from "zod";
import judge from "../agents/judge.ts";
import writer from "../agents/writer.ts";
import { fetchFacts } from "./lib/facts.ts";

const brief = input(z.object({ to: z.string().default("Ada") }));
const facts = task(fetchFacts, { input: { to: brief.to } });
const draft = agent(writer, { input: { to: brief.to, facts: facts.output.facts } });
const letter = artifact({ name: "letter", value: draft.output, gates: [{ by: judge, min: 0.5, onFail: "fail" }] });
const review = checkpoint({
  title: "Send?",
  show: letter.output,
  decision: z.object({ send: z.boolean() }),
  timeout: "1h",
  onTimeout: "reject",
});

export default defineScore({
  id: "letters",
  input: brief,
  nodes: { facts, draft, letter, review },
  output: { letter: letter.output.letter, send: review.output.send },
});
`;

const WRITER = (instructions: string) => `import { defineAgent, defineTool } from "maestro-ts";
import { z } from "zod";

const lookUp = defineTool({
  name: "look_up",
  description: "Facts about a person",
  input: z.object({ name: z.string() }),
  run: ({ input }) => ({ about: input.name + " has ${CANARY} and likes clocks" }),
});

export default defineAgent({
  id: "writer",
  model: "local/large",
  instructions: ${JSON.stringify(instructions)},
  input: z.object({ to: z.string(), facts: z.string() }),
  output: z.object({ letter: z.string() }),
  tools: [lookUp],
  maxTokens: 500,
  timeout: "1m",
});
`;

const JUDGE = `import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "judge",
  model: "local/small",
  instructions: "You judge letters.",
  input: z.object({ value: z.object({ letter: z.string() }) }),
  output: z.object({ score: z.number(), why: z.string() }),
  maxTokens: 500,
  timeout: "1m",
});
`;

const FACTS = `import { defineTask } from "maestro-ts";
import { z } from "zod";

export const fetchFacts = defineTask({
  id: "fetch-facts",
  input: z.object({ to: z.string() }),
  output: z.object({ facts: z.string() }),
  secrets: ["CRM_KEY"],
  run: ({ input, secrets }) => ({ facts: input.to + " " + secrets.CRM_KEY.split("").reverse().join("").split("").reverse().join("") }),
});
`;

async function recorded() {
  let says = "Dear Ada";
  const server = await serveModels(({ body }) => {
    if (body.model === "small") return { says: { score: 0.8, why: "short" } };
    if (body.messages.at(-1)!.role === "tool") return { says: { letter: says } };
    return server.asked.length === 1
      ? { status: 500, message: `no room for ${CANARY}` }
      : { calls: [{ tool: "look_up", with: { name: "Ada" } }] };
  });
  const workspace = makeCliWorkspace({
    "maestro.config.ts": `import { defineConfig, env, openaiCompatible } from "maestro-ts";

export default defineConfig({
  store: { durability: "process" },
  providers: { local: openaiCompatible({ baseURL: "${server.baseUrl}", apiKey: env("LOCAL_KEY") }) },
});
`,
    "scores/letters.ts": SCORE,
    "scores/lib/facts.ts": FACTS,
    "agents/writer.ts": WRITER("You write letters."),
    "agents/judge.ts": JUDGE,
  });
  const env = { LOCAL_KEY: CANARY, CRM_KEY: CANARY };
  const maestro = (words: readonly string[], own: Record<string, string> = env) =>
    workspace.maestro(words, { env: own });
  const ran = await maestro(["run", "letters"]);
  const [{ id }] = JSON.parse((await maestro(["runs", "--json"])).stdout) as [{ id: string }];
  const decided = await maestro(["decide", id, "review", "--input", "send=true"]);
  const wrote = await maestro(["record", id]);
  return {
    ...workspace,
    maestro,
    server,
    id,
    steps: { ran, decided, wrote },
    nowSays(text: string) {
      says = text;
    },
  };
}

const CASSETTE = "test/cassettes/letters.json";

describe("a cassette", () => {
  test("holds what was asked and said, is played with nobody outside and without a key, and names what is stale", async () => {
    const { maestro, server, steps, read, write, id, nowSays } = await recorded();

    expect(steps.wrote.stderr + steps.wrote.stdout).toMatch(
      /^wrote test\/cassettes\/letters\.json: 4 calls of run_/,
    );
    const cassette = JSON.parse(read(CASSETTE));
    expect(cassette).toMatchObject({
      score: "letters",
      input: { to: "Ada" },
      ended: { output: { letter: "Dear Ada", send: true } },
      gates: { letter: 0.8 },
      decisions: { review: { send: true } },
    });
    const what = cassette.calls.map(({ step, tool, agent }: Record<string, string>) => [step, tool ?? agent]);
    expect(what).toEqual([
      ["draft", "writer"],
      ["draft", "writer"],
      ["draft", "look_up"],
      ["letter/~gate0", "judge"],
    ]);
    // In the key, the task's output, what the tool gave, and what the provider said of its failure.
    expect(read(CASSETTE)).not.toContain(CANARY);
    expect(read(CASSETTE)).toContain("[secret:");
    const again = await maestro(["record", id]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("is there already")]);

    const asked = server.asked.length;
    const keyless = { CRM_KEY: CANARY };
    const passed = await maestro(["test"], keyless);
    expect(passed.stdout).toMatch(/^✓ test\/cassettes\/letters\.json {2}4 calls {2}.*\n1 passed · /);
    expect(passed.code).toBe(0);
    const played = await maestro(["run", "letters", "--cassette", CASSETTE], keyless);
    expect(played.stdout).toContain("letter: Dear Ada\nsend: true\n");
    expect(played.stdout).toMatch(/from a cassette/);
    expect((await maestro(["test", "letters", "--json"], keyless)).stdout).toContain('"passed": true');

    write("agents/writer.ts", WRITER("You write long letters."));
    const stale = await maestro(["test"], keyless);
    expect(stale.code).toBe(1);
    expect(stale.stdout).toContain(
      'stale: agent "writer" at step "draft": the instructions changed since it was recorded',
    );
    expect(stale.stdout).toContain("maestro test --update");
    expect(server.asked).toHaveLength(asked);

    nowSays("Dear Ada, at length");
    const updated = await maestro(["test", "--update", "letters"]);
    expect(updated.stdout).toMatch(/^✓ .*recorded again {2}4 calls/);
    expect(JSON.parse(read(CASSETTE)).ended.output).toEqual({ letter: "Dear Ada, at length", send: true });
    expect(server.asked.length).toBeGreaterThan(asked);
    expect((await maestro(["test"], keyless)).code).toBe(0);

    const changed = { ...JSON.parse(read(CASSETTE)), ended: { output: { letter: "Dear Alan", send: true } } };
    write(CASSETTE, JSON.stringify(changed));
    const differs = await maestro(["test"], keyless);
    expect(differs.code).toBe(1);
    expect(differs.stdout).toContain('output.letter: "Dear Alan" then, "Dear Ada, at length" now');
  });

  test("that is none, or of another score, is refused, and nothing is stored", async () => {
    const { maestro, write, has } = makeCliWorkspace({ "scores/letters.ts": EMPTY });
    write("test/cassettes/torn.json", '{ "maestro": "cassette", ');
    write("test/cassettes/newer.json", '{ "maestro": "cassette", "version": 2 }');
    write("test/cassettes/else.json", '{ "name": "x" }');
    write("other.json", '{ "maestro": "cassette", "version": 1, "score": "x", "ended": {}, "calls": [] }');

    const { code, stdout } = await maestro(["test"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/torn\.json cannot be played: it is no JSON/);
    expect(stdout).toMatch(
      /newer\.json cannot be played: its version is 2, and this Maestro knows version 1/,
    );
    expect(stdout).toMatch(/else\.json cannot be played: it is no cassette of Maestro/);
    for (const [file, why] of [
      ["other.json", /it was recorded of "x", not of "letters"/],
      ["nowhere.json", /there is no such file/],
    ] as const) {
      const { code: refused, stderr } = await maestro(["run", "letters", "--cassette", file]);
      expect(refused).not.toBe(0);
      expect(stderr).toMatch(why);
    }
    const both = await maestro(["run", "letters", "--rehearse", "--cassette", "other.json"]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("not both")]);
    const unknown = await maestro(["test", "lettres"]);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('no cassette of "lettres"')]);
    expect(has(".maestro/maestro.db")).toBe(false);
  });
});

const EMPTY = `import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const one = task({ output: z.number(), run: () => 1 });

export default defineScore({ id: "letters", nodes: { one }, output: { one: one.output } });
`;
