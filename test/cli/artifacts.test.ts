import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const SCORE = `import { artifact, defineScore, defineTask, input, task } from "maestro-ts";
import { z } from "zod";

const Letter = z.object({ text: z.string() });
const judge = (id: string, most: number) =>
  defineTask({
    id,
    input: z.object({ value: Letter }),
    output: z.object({ score: z.number(), why: z.string().optional() }),
    run: ({ input }) => (input.value.text.length > most ? { score: 0.4, why: "it is long" } : { score: 0.9 }),
  });
const wish = input(z.object({ text: z.string() }));
const draft = task({ input: { text: wish.text }, output: Letter, run: ({ input }) => input });
const letter = artifact({
  name: "letter",
  value: draft.output,
  gates: [
    { by: judge("short", 8), min: 0.8, onFail: "checkpoint", timeout: "1d" },
    { by: judge("sane", 20), min: 0.5 },
  ],
});

export default defineScore({ id: "letters", input: wish, nodes: { draft, letter }, output: letter.output });
`;

test("what a judge found wanting waits for a person, who sees it, decides it under the artifact's name, and is obeyed", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": SCORE });

  const parked = await workspace.maestro(["run", "letters", "-i", "text=Dear Ada Lovelace"]);
  expect(parked.code).toBe(1);
  expect(parked.stdout).toMatch(/… letter +waits for a decision until \d{4}-/);
  expect(parked.stderr).toMatch(/then: maestro decide run_\w+ letter --input …\n$/);
  const run = /run_\w+/.exec(parked.stdout)![0];

  const listed = await workspace.maestro(["checkpoints"]);
  expect(listed.stdout).toContain('Keep "letter"? short gave it 0.4, and 0.8 is the least.');
  expect(listed.stdout).toContain(
    '{"value":{"text":"Dear Ada Lovelace"},"verdicts":[{"by":"short","min":0.8,"score":0.4,"why":"it is long"}]}',
  );
  expect(listed.stdout).toMatch(new RegExp(`maestro decide ${run} letter\\n$`));

  const unfit = await workspace.maestro(["decide", run, "letter", "-i", "accept=perhaps"]);
  expect(unfit.code).not.toBe(0);
  expect(unfit.stderr).toContain("accept");
  const decided = await workspace.maestro(["decide", run, "letter", "-i", "accept=true", "--by", "ada"]);
  expect(decided.stderr).toBe("");
  expect(decided.stdout).toMatch(/text: Dear Ada Lovelace\n$/);

  const shown = await workspace.maestro(["runs", "show", run]);
  expect(shown.stdout).toMatch(/✓ letter +artifact {2}"letter" {2}0.4 \(short 0.4, accepted, sane 0.9\)\n/);
  expect(shown.stdout).not.toContain("~");
});

test("a gate that is not passed fails the command with the gate, the judge and why", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": SCORE });
  const parked = await workspace.maestro([
    "run",
    "letters",
    "-i",
    "text=Dear Ada Lovelace, and all the others",
  ]);
  const run = /run_\w+/.exec(parked.stdout)![0];

  const decided = await workspace.maestro(["decide", run, "-i", "accept=true"]);

  expect(decided.code).toBe(1);
  expect(decided.stderr).toContain(
    'failed: step "letter": gate 2 (sane) gave 0.4, and 0.5 is the least: it is long',
  );
});
