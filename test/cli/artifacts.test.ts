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

test("what a run has kept is listed with its quality and its origin, and one is printed or written to a file", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": SCORE });
  const played = await workspace.maestro(["run", "letters", "-i", "text=Dear Ada"]);
  expect(played.code).toBe(0);
  const run = /run_\w+/.exec(played.stdout)![0];

  const listed = await workspace.maestro(["artifacts", run]);
  expect(listed.stdout).toMatch(
    /^letter {2}step letter {2}quality 0\.9 {2}19 bytes {2}\d{4}-.+\n {2}✓ short 0\.9 of 0\.8\n {2}✓ sane 0\.9 of 0\.5\n {2}from draft [0-9a-f]{12}\n$/,
  );
  const facts = JSON.parse((await workspace.maestro(["artifacts", run, "--json"])).stdout);
  expect(facts).toMatchObject([
    { name: "letter", run, score: 0.9, values: 1, gates: [{ by: "short" }, { by: "sane" }] },
  ]);
  expect(facts[0]).not.toHaveProperty("value");

  expect((await workspace.maestro(["artifacts", run, "letter"])).stdout).toBe('{\n  "text": "Dear Ada"\n}\n');
  const whole = await workspace.maestro(["artifacts", run, "letter", "--json"]);
  expect(JSON.parse(whole.stdout)).toMatchObject({ name: "letter", value: { text: "Dear Ada" } });
  const written = await workspace.maestro(["artifacts", run, "letter", "--out", "letter.json"]);
  expect(written).toMatchObject({ code: 0, stdout: "letter.json  24 bytes\n" });
  expect(JSON.parse(workspace.read("letter.json"))).toEqual({ text: "Dear Ada" });
});

test("an artifact that is not there is told with what is, and no file is written over", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": SCORE, "letter.json": "mine" });
  const run = /run_\w+/.exec((await workspace.maestro(["run", "letters", "-i", "text=Dear Ada"])).stdout)![0];

  const unknown = await workspace.maestro(["artifacts", run, "leter"]);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain(
    `error MR2043: Run ${run} has kept no artifact "leter" (there are: "letter").`,
  );
  expect(unknown.stderr).toContain('did you mean "letter"?');
  const over = await workspace.maestro(["artifacts", run, "letter", "--out", "letter.json"]);
  expect(over.code).toBe(2);
  expect(over.stderr).toContain("letter.json is there already and was not changed.");
  expect(workspace.read("letter.json")).toBe("mine");
  const nameless = await workspace.maestro(["artifacts", run, "--out", "all.json"]);
  expect(nameless.code).toBe(2);
  expect(nameless.stderr).toContain("--out needs the name of an artifact.");
  expect(workspace.has("all.json")).toBe(false);
});
