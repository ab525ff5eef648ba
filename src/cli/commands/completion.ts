import { readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import type { Command } from "commander";
import { findWorkspace } from "../../compile/find-workspace.ts";
import { listFiles } from "../../compile/list-files.ts";
import { catalogue } from "../../diagnostics/index.ts";
import { nearest } from "../../support/nearest.ts";
import { toVisible } from "../../support/to-visible.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

/** `maestro completion <shell>`: prints the script that makes the shell ask `maestro complete -- …`. */
export async function run(io: Io, [shell = ""]: string[]): Promise<ExitCode> {
  if (!SHELLS.includes(shell)) {
    const guess = nearest(shell, SHELLS);
    throw new UsageError(
      `There is no completion for "${shell}".`,
      guess ? `did you mean ${guess}?` : `there is: ${SHELLS.join(", ")}`,
    );
  }
  const { script } = await import("@bomb.sh/tab");
  io.write(printedBy(() => script(shell, "maestro", "maestro")));
  return EXIT.ok;
}

/**
 * `maestro complete -- …`: what the last of `words` may become, for the scripts of `run`. It says nothing rather than
 * an error, which would land in the middle of the line that somebody types.
 * @param program every command there is; this adds one to it
 */
export async function complete(io: Io, words: readonly string[], program: Command): Promise<ExitCode> {
  const { default: tab } = await import("@bomb.sh/tab/commander");
  const root = tab(program);
  // What shells ask with; nobody types it.
  root.commands.delete("complete");
  const offer = (command: string, argument: string, find: () => Iterable<Offer>) => {
    const known = root.commands.get(command)?.arguments.get(argument);
    if (known) known.handler = (add) => addAll(find, add);
  };
  offer("run", "score", () => scoresIn(io.cwd));
  offer("graph", "score", () => scoresIn(io.cwd));
  offer("diff", "score", () => scoresIn(io.cwd));
  offer("validate", "files", () => filesIn(io.cwd).map((file): Offer => [file, ""]));
  offer("explain", "code", () => Object.entries(catalogue).map(([code, { name }]): Offer => [code, name]));
  offer("completion", "shell", () => SHELLS.map((shell): Offer => [shell, ""]));
  const score = root.commands.get("runs")?.options.get("score");
  if (score) score.handler = (add) => addAll(() => scoresIn(io.cwd), add);
  const asked = words[0] === "--" ? words.slice(1) : words;
  io.write(printedBy(() => root.parse([...asked])));
  return EXIT.ok;
}

/** What a word may become, and a remark on it. */
type Offer = readonly [word: string, remark: string];

function addAll(find: () => Iterable<Offer>, add: (word: string, remark: string) => void): void {
  try {
    for (const [word, remark] of find()) add(word, remark);
  } catch {
    // A folder that cannot be read has nothing to offer.
  }
}

/** The scores of the workspace around `folder`, by what their source says, because evaluating them takes too long. */
function scoresIn(folder: string): Offer[] {
  const root = findWorkspace(folder)?.root;
  if (root === undefined) return [];
  return filesIn(folder)
    .filter((file) => file.startsWith("scores/"))
    .map((file) => {
      const source = readFileSync(join(root, file), "utf8");
      const written = /defineScore\s*\(\s*\{\s*id:\s*["'`]([\w-]+)["'`]/.exec(source)?.[1];
      const title = /^\/\*\*\s*([^\r\n*]+)/.exec(source)?.[1]?.trim() ?? "";
      return [written ?? basename(file, extname(file)), toVisible(title)];
    });
}

function filesIn(folder: string): string[] {
  const workspace = findWorkspace(folder);
  return workspace ? listFiles(workspace).files.map(({ file }) => file) : [];
}

/** What `print` writes: tab knows no other way out than `console.log`. */
function printedBy(print: () => void): string {
  const { log } = console;
  let text = "";
  console.log = (line: string) => {
    text += `${line}\n`;
  };
  try {
    print();
  } finally {
    console.log = log;
  }
  return text;
}
