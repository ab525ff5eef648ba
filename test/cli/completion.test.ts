import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { complete, run } from "../../src/cli/commands/completion.ts";
import { toProgram } from "../../src/cli/main.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import { fakeIo } from "./fake-io.ts";

function workspace(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "maestro-completion-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "maestro.config.ts"), "");
  mkdirSync(join(folder, "scores"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "scores", name), text);
  return folder;
}

/** What the last of `words` may become. */
async function offered(cwd: string, ...words: string[]): Promise<string[]> {
  const io = fakeIo(cwd);
  const program = toProgram(io, () => async () => undefined);
  expect(await complete(io, ["--", ...words], program)).toBe(0);
  const lines = io.written.join("").trimEnd().split("\n");
  // The directive that ends every answer: no files in addition.
  expect(lines.pop()).toBe(":4");
  return lines.map((line) => line.split("\t")[0]!);
}

const LEADS = 'export default defineScore({\n  id: "cold-leads",\n});\n';

test.each(["bash", "zsh", "fish", "powershell"])(
  "the script for %s asks the hidden word of maestro",
  async (shell) => {
    const io = fakeIo(tmpdir());

    const exitCode = await run(io, [shell]);

    expect(exitCode).toBe(0);
    expect(io.written.join("")).toMatch(/maestro complete ['"]?--/);
  },
);

test("the script for bash is one that bash can read", async () => {
  const io = fakeIo(tmpdir());

  await run(io, ["bash"]);

  execFileSync("bash", ["-n"], { input: io.written.join("") });
});

test("a shell there is no script for is refused with the nearest one", async () => {
  const refused = await run(fakeIo(tmpdir()), ["bsh"]).catch((error: unknown) => error);

  expect(refused).toBeInstanceOf(UsageError);
  expect(refused).toMatchObject({ message: 'There is no completion for "bsh".', hint: "did you mean bash?" });
});

test("commands are offered, and the hidden one is not", async () => {
  const words = await offered(tmpdir(), "");

  expect(words).toEqual(expect.arrayContaining(["run", "resume", "runs", "validate", "graph", "completion"]));
  expect(words).not.toContain("complete");
});

test.each([[["run", ""]], [["graph", ""]], [["runs", "--score", ""]]])(
  "%j is completed with the scores of the workspace, from a folder inside it too",
  async (words) => {
    const folder = workspace({ "cold-leads.ts": LEADS, "plain.ts": "", "plain.test.ts": "" });

    expect(await offered(join(folder, "scores"), ...words)).toEqual(["cold-leads", "plain"]);
  },
);

test("what is typed narrows what is offered", async () => {
  expect(await offered(workspace({ "cold-leads.ts": LEADS, "plain.ts": "" }), "run", "pl")).toEqual([
    "plain",
  ]);
});

test("files are offered to validate, codes to explain, formats to graph, shells to completion", async () => {
  const folder = workspace({ "plain.ts": "" });

  expect(await offered(folder, "validate", "")).toEqual(["maestro.config.ts", "scores/plain.ts"]);
  expect(await offered(folder, "explain", "MR2001")).toEqual(["MR2001"]);
  expect(await offered(folder, "graph", "plain", "--format", "")).toEqual([
    "ascii",
    "mermaid",
    "svg",
    "json",
  ]);
  expect(await offered(folder, "completion", "f")).toEqual(["fish"]);
});

test("the docblock of a score is shown beside it, without anything that a terminal would obey", async () => {
  const io = fakeIo(workspace({ "loud.ts": `/** Says \u001b[31m hello\tto all. */\n` }));

  await complete(
    io,
    ["--", "run", ""],
    toProgram(io, () => async () => undefined),
  );

  expect(io.written.join("")).toBe("loud\tSays \\u001b[31m hello  to all.\n:4\n");
});

test("outside a workspace, and where a score cannot be read, nothing is offered and nothing fails", async () => {
  const folder = workspace({});
  symlinkSync(join(folder, "nowhere.ts"), join(folder, "scores", "lost.ts"));

  expect(await offered(tmpdir(), "run", "")).toEqual([]);
  expect(await offered(folder, "run", "")).toEqual([]);
});

test("console.log is itself again afterwards", async () => {
  const { log } = console;

  await offered(tmpdir(), "run", "");

  expect(console.log).toBe(log);
});
