import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const FILES = {
  "scores/book.ts": `import { auto, defineScore, defineTask, optional, reconstruct, task } from "maestro-ts";
import { z } from "zod";

const Draft = z.object({ text: z.string() });
const Outline = z.object({ points: z.array(z.string()) });
const outlineOfDraft = defineTask({
  id: "outline-of-draft",
  input: Draft,
  output: Outline,
  run: ({ input }) => ({ points: input.text.split(". ") }),
});
const findOutline = defineTask({
  id: "find-outline",
  input: z.object({ depth: z.number() }),
  output: Outline,
  run: () => {
    throw new RangeError("too deep");
  },
});
const outline = task(findOutline, {
  input: { depth: 3 },
  retry: { attempts: 2, backoff: "1ms", on: ["RangeError"], vary: [{ depth: 1 }] },
  onFailure: reconstruct({ from: "draft", with: outlineOfDraft }),
});
const draft = task({ input: { points: outline.output.points }, output: Draft, run: () => ({ text: "played" }) });
const tags = task({
  output: z.array(z.string()),
  importance: "low",
  onFailure: auto({ skip: true }),
  run: (): string[] => {
    throw new Error("no tags");
  },
});

export default defineScore({
  id: "book",
  nodes: { outline, draft, tags },
  output: { points: outline.output.points, draft: draft.output.text, tags: optional(tags.output) },
});
`,
};

test("a run is given outputs with --have, rebuilds what fails from them, and shows what came of each step", async () => {
  const workspace = makeCliWorkspace({ ...FILES, "draft.json": '\uFEFF{"text":"one. two"}' });

  const run = await workspace.maestro(["run", "book", "--have", "draft=@draft.json"]);

  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toMatch(/✓ draft +given/);
  expect(run.stdout).toMatch(/↻ outline +RangeError: too deep {2}\(again in /);
  expect(run.stdout).toMatch(/↻ outline +RangeError: too deep {2}\(rebuilt next\)/);
  expect(run.stdout).toMatch(/✓ outline .*rebuilt from "draft"/);
  expect(run.stdout).toMatch(/○ tags +no tags {2}\(left out\)\n +chose skip: a gap, of low importance/);
  expect(run.stdout).toMatch(/^completed with 1 gap · /m);
  expect(run.stdout).toContain('points: ["one","two"]');
  const [listed] = JSON.parse((await workspace.maestro(["runs", "--json"])).stdout);
  expect((await workspace.maestro(["runs"])).stdout).toContain("completed with 1 gap");
  const shown = (await workspace.maestro(["runs", "show", listed.id])).stdout;
  expect(shown).toMatch(/✓ draft +given/);
  expect(shown).toMatch(
    /✓ outline .*3 attempts {2}rebuilt from "draft" by outline-of-draft {2}RangeError: too deep/,
  );
  expect(shown).toContain('attempt 2: varied {"depth":1}');
  expect(shown).toMatch(/○ tags .*left out {2}no tags/);
  expect(shown).toMatch(
    /chose skip: a gap, of low importance; normal risk \(0\.6, before fail with 0\.1\)\n +skip +0\.6 .*\n +fail +0\.1 /,
  );
  expect(shown).toMatch(/with 1 gap, to be looked at\n {4}tags +no tags/);
  const { gaps, steps } = JSON.parse((await workspace.maestro(["runs", "show", listed.id, "--json"])).stdout);
  expect(gaps).toEqual([{ step: "tags", error: "no tags" }]);
  expect(steps.find(({ key }: { key: string }) => key === "outline")).toMatchObject({
    status: "completed",
    attempts: 3,
    info: { reconstructed: { from: "draft", by: "outline-of-draft" } },
    earlier: [
      { attempt: 1, status: "failed", info: {} },
      { attempt: 2, status: "failed", info: { varied: { depth: 1 } } },
    ],
  });
});

test.each<[what: string, have: readonly string[], said: string]>([
  ["a node that is not there", ['darft={"text":""}'], 'did you mean "draft"?'],
  [
    "what does not fit",
    ['draft={"txet":""}'],
    'The output given for "draft" does not fit its schema:\n  text: ',
  ],
  ["no JSON", ["draft=one"], "--have draft: what is given is not JSON"],
  ["a file that is not there", ["draft=@none.json"], "--have draft: there is no file "],
  ["no output", ["draft"], "--have draft is not step=@file.json or step=JSON"],
  ["one twice", ["draft={}", "draft={}"], '--have gives the output of "draft" twice'],
])("refuses %s, with a sentence, exits with 2 and stores nothing", async (_what, have, said) => {
  const workspace = makeCliWorkspace(FILES);

  const { code, stderr } = await workspace.maestro([
    "run",
    "book",
    ...have.flatMap((one) => ["--have", one]),
  ]);

  expect(stderr).toContain(said);
  expect(code).toBe(2);
  expect(workspace.has(".maestro/maestro.db")).toBe(false);
});
