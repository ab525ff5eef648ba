import { expect, test } from "vitest";
import { carriesText } from "../../src/compile/graph/carries-text.ts";
import { compile, makeWorkspace } from "./workspace.ts";

const IMPORTS = `import { agent, checkpoint, defineAgent, defineScore, eq, http, input, loop, score, shell, text } from "maestro-ts";
import { z } from "zod";
`;

test("what callers write is found behind a chain of 2,000 texts, and 2,000 times, within 5 s", async () => {
  using workspace = makeWorkspace({
    "scores/chain.ts": `${IMPORTS}
const brief = input(z.object({ name: z.string() }));
let words = text\`\${brief.name}\`;
for (let i = 0; i < 2_000; i++) words = text\`\${words}.\`;
const nodes = Object.fromEntries(
  Array.from({ length: 2_000 }, (_, i) => ["n" + i, shell({ script: i === 0 ? words : text\`echo \${brief.name}\`, timeout: "9s" })]),
);
export default defineScore({ id: "chain", input: brief, nodes });
`,
  });

  const { diagnostics, durationMs } = await compile(workspace);

  // One place in a source is told once.
  expect(diagnostics.map(({ code }) => code)).toContain("MS3202");
  expect(durationMs).toBeLessThan(process.env.CI ? 15_000 : 5_000);
});

test("a score that plays itself, and a state that takes itself apart, have an end", async () => {
  using workspace = makeWorkspace({
    "scores/self.ts": `${IMPORTS}
type Tree = { name: string; inner?: Tree | undefined };
const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), inner: Tree.optional() }));
const brief = input(z.object({ tree: z.any(), name: z.string() }));
const below = score((): never => self as never, { input: { tree: brief.tree, name: brief.name }, maxDepth: 3, timeout: "1m" });
const turns = loop({
  state: z.any(),
  start: { a: brief.tree },
  max: 3,
  each: (state) => {
    const step = shell({ script: text\`echo \${state.a.name}\`, timeout: "9s" });
    return { nodes: { step }, next: { a: state.a.inner }, until: eq(state.a.done, true) };
  },
});
const last = shell({ script: text\`echo \${(below.output as never as { name: never }).name}\`, timeout: "9s" });
const self = defineScore({ id: "self", input: brief, nodes: { below, turns, last }, output: { name: brief.name } });
export default self;
`,
  });

  const { diagnostics } = await compile(workspace);

  expect(diagnostics.filter(({ code }) => code === "MS3202").map(({ at }) => at?.line)).toEqual([13, 17]);
});

test.each([
  ["a number", { type: "number" }, false],
  ["a type that is a list of several", { type: ["number", "null"] }, true],
  ["free text", { type: "string" }, true],
  ["a listed value", { type: "string", enum: ["a"] }, false],
  ["a date", { type: "string", format: "date" }, false],
  ["an address, which may hold anything", { type: "string", format: "uri" }, true],
  ["text of listed characters", { type: "string", pattern: "^[a-z.]+-\\d{2}$" }, false],
  ["text with any character somewhere", { type: "string", pattern: "^v.+$" }, true],
  ["text of all but some characters", { type: "string", pattern: "^[^ ]+$" }, true],
  ["text with a pattern in the middle", { type: "string", pattern: "[a-z]+" }, true],
  ["a list of numbers", { type: "array", items: { type: "number" } }, false],
  [
    "an object of numbers and text",
    { type: "object", properties: { n: { type: "number" }, t: { type: "string" } } },
    true,
  ],
  ["a record, whose keys are text", { type: "object", additionalProperties: { type: "number" } }, true],
  ["a number or null", { anyOf: [{ type: "number" }, { type: "null" }] }, false],
  ["anything", {}, true],
])("%s: is it text that its writer chose? %o: %s", (_what, schema, expected) => {
  expect(carriesText(schema as never)).toBe(expected);
});

test("what a person was shown is trusted only by those who wait for the answer", async () => {
  const source = (after: string, show: string) => `${IMPORTS}
const writer = defineAgent({ id: "writer", model: "local/llama", instructions: "x", input: z.object({}), output: z.object({ a: z.string(), b: z.string() }), maxTokens: 9 });
const draft = agent(writer, { input: {}, timeout: "9s" });
const ask = checkpoint({ title: "ok?", show: ${show}, decision: z.object({ yes: z.boolean() }), assignee: "team", timeout: "1h", onTimeout: "reject" });
const sent = http({ method: "POST", url: "https://a.example.com", ${after} body: { a: draft.output.a }, response: z.object({ id: z.string() }), idempotent: true, timeout: "9s" });
export default defineScore({ id: "asks", nodes: { draft, ask, sent } });
`;
  const codes = async (after: string, show: string) => {
    using workspace = makeWorkspace({
      "maestro.config.ts": `import { defineConfig, openaiCompatible } from "maestro-ts";
export default defineConfig({ providers: { local: openaiCompatible({ baseURL: "http://127.0.0.1:1/v1" }) }, http: { allowHosts: ["*.example.com"] } });
`,
      "scores/asks.ts": source(after, show),
    });
    return (await compile(workspace)).diagnostics.map(({ code }) => code);
  };

  expect(await codes("after: [ask],", "draft.output")).toEqual([]);
  expect(await codes("after: [ask],", "text`${draft.output.a}`")).toEqual([]);
  expect(await codes("after: [ask],", "draft.output.b")).toEqual(["MS3203"]);
  expect(await codes("", "draft.output")).toEqual(["MS3203"]);
});
