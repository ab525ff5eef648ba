import { expect, test } from "vitest";
import { type CliWorkspace, makeCliWorkspace } from "./workspace.ts";

/** Two steps at once, a branch on the first, one of two, and a step that ends the process while there is a file `deadly`. */
const SCORE = `import { existsSync } from "node:fs";
import { branch, defineScore, gt, input, oneOf, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ n: z.number().default(1) }));
const step = (name: string, n: unknown, more = {}) => task({ input: { n }, output: z.number(), run: ({ input, log }: any) => {
  log("played " + name);
  if (name === "other" && existsSync("deadly")) process.kill(process.pid, "SIGKILL");
  return input.n + 1;
}, ...more } as any) as any;
const first = step("first", start.n);
const other = step("other", start.n);
const big = branch(gt(first.output, 10));
const yes = step("yes", first.output, { when: big.yes });
const no = step("no", first.output, { when: big.no });
const last = step("last", oneOf(yes.output, no.output), { after: [other] });

export default defineScore({ id: "steps", input: start, nodes: { first, other, big, yes, no, last }, output: { last: last.output } });
`;

function steps(): CliWorkspace {
  return makeCliWorkspace({ "scores/steps.ts": SCORE });
}

const typed = (...lines: string[]) => ({ stdin: `${lines.join("\n")}\n` });

async function newest({ maestro }: CliWorkspace): Promise<{ id: string; status: string }> {
  return JSON.parse((await maestro(["runs", "--json"])).stdout)[0];
}

test("a score is played step by step: looked at, given an output, and sent another way", async () => {
  const workspace = steps();

  const lines = ["i", "o first many", "o frist 3", "o first 3", "i first", "b big", "x", "n other", "c"];
  const { stdout, stderr, code } = await workspace.maestro(["run", "steps", "--step"], typed(...lines));

  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toContain('next: first (task) is given {"n":1}\n  also: other\n');
  expect(stdout).toContain('"input": {\n    "n": 1\n  }');
  expect(stdout).toContain('The output given for "first" does not fit its schema');
  expect(stdout).toContain('did you mean "first"?');
  expect(stdout).toContain('"output": 3');
  expect(stdout).toContain("also: big");
  expect(stdout).toContain('"x" is none of n, i, o, b, c, q');
  expect(stdout).toContain("last: 5");
  for (const [name, isPlayed] of [
    ["first", false],
    ["other", true],
    ["yes", true],
    ["no", false],
  ] as const)
    expect(stdout.includes(`played ${name}`), name).toBe(isPlayed);
  const { id } = await newest(workspace);
  const shown = (await workspace.maestro(["runs", "show", id])).stdout;
  expect(shown).toMatch(/✓ first .*overridden by /);
  expect(shown).toMatch(/✓ big .*overridden by /);
});

test("a run that is left is resumed, step by step or not, with what was said", async () => {
  const workspace = steps();
  const left = await workspace.maestro(["run", "steps", "--step"], typed("o first 20", "q"));
  expect(left.code).toBe(130);
  expect(left.stderr).toContain("maestro resume");
  const { id, status } = await newest(workspace);
  expect(status).toBe("paused");

  // The end of standard input is the same as q.
  const again = await workspace.maestro(["resume", id, "--step"], typed("n big"));
  expect(again.stdout).toContain("next: other");
  expect(again.code).toBe(130);
  const whole = await workspace.maestro(["resume", id, "--quiet"]);
  expect(JSON.parse(whole.stdout)).toEqual({ last: 22 });
});

test("what was said holds after the process was killed", async () => {
  const workspace = steps();
  workspace.write("deadly", "");
  const killed = await workspace.maestro(["run", "steps", "--step"], typed("o first 3", "b big", "n other"));
  expect(killed.signal).toBe("SIGKILL");
  workspace.remove("deadly");

  const resumed = await workspace.maestro(["resume"]);

  expect(resumed.stdout).toContain("last: 5");
  expect(resumed.stdout).toContain("played yes");
  expect(resumed.stdout).not.toContain("played first");
});

test("programs say what is next as JSON lines, and read what comes of it in the same way", async () => {
  const workspace = steps();
  const commands = [
    { do: "inspect", step: "other" },
    { do: "override", step: "first", value: 20 },
    { do: "jump" },
    { do: "branch", step: "other" },
    { do: "next", step: "big" },
    { do: "continue" },
  ].map((command) => JSON.stringify(command));

  const { stdout, code } = await workspace.maestro(["run", "steps", "--step", "--json"], typed(...commands));

  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const ours = lines.filter(({ type }) => type.startsWith("stepping.") && type !== "stepping.pending");
  expect(ours).toMatchObject([
    { type: "stepping.shown", step: "other", input: { n: 1 } },
    { type: "stepping.result", step: "first", is: "completed", output: 20 },
    { type: "stepping.refused" },
    { type: "stepping.refused", code: "MR2026" },
    { type: "stepping.result", step: "big", output: true },
  ]);
  const [pending] = lines.filter(({ type }) => type === "stepping.pending");
  expect(pending.steps.map(({ step }: { step: string }) => step)).toEqual(["first", "other"]);
  expect(lines.at(-1)).toMatchObject({ type: "run.completed", output: { last: 22 } });
});

test("a rerun is played step by step as well, and words that do not go together are refused", async () => {
  const workspace = steps();
  await workspace.maestro(["run", "steps"]);
  const { id } = await newest(workspace);
  const rerun = await workspace.maestro(["rerun", id, "--from", "last", "--step"], typed("o last 100"));
  expect(rerun.stdout).toContain("next: last (task)");
  expect(rerun.stdout).toContain("last: 100");

  for (const words of [
    ["run", "steps", "--step", "--quiet"],
    ["run", "steps", "--step", "--input", "-"],
    ["resume", "--step"],
  ]) {
    const refused = await workspace.maestro(words);
    expect(refused.code, words.join(" ")).toBe(2);
  }
});
