import { Command, CommanderError } from "commander";
import { version } from "../support/version.ts";
import { examples } from "./examples.ts";
import { EXIT, type Io } from "./io.ts";
import { OverviewCommand } from "./overview-command.ts";
import { UsageError } from "./usage-error.ts";
import { COMMANDS, type Run, type Runs } from "./words.ts";
import { warnLines } from "./write-line.ts";

/** Does what the words say, and gives the exit code: 0 fine, 1 problems, 2 usage, 3 a broken environment, 130 interrupted. */
export async function main(words: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.ok;
  /** Commands are loaded when they are run: the words alone are cheap. */
  const runs =
    (load: () => Promise<{ readonly run: Run }>) =>
    async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      refuseNoRun(command);
      exitCode = await (await load()).run(io, command.args, command.optsWithGlobals() as never);
    };
  const program = toProgram(io, runs, wantedOf(words));
  try {
    // What the shell asks while somebody types; no command for people.
    if (words[0] === "complete")
      return await (await import("./commands/completion.ts")).complete(io, words.slice(1), program);
    await program.parseAsync(words as string[], { from: "user" });
    return exitCode;
  } catch (error) {
    const asJson = words.includes("--json");
    if (!(error instanceof CommanderError))
      return (await import("./print-error.ts")).printError(error, io, asJson);
    if (error.exitCode === 0) return EXIT.ok;
    // It has said so itself, to people.
    const { 0: message } = error.message.replace(/^error: /, "").split("\n", 1);
    if (asJson) io.write(`${JSON.stringify({ error: { message } })}\n`);
    return EXIT.usage;
  }
}

/** A run that was never said, as by a variable of a script that is not set: some run would be meant, or all of them. */
function refuseNoRun({ registeredArguments, args }: Command): void {
  const at = registeredArguments.findIndex((one) => one.name().startsWith("run"));
  if (at < 0 || args[at] !== "") return;
  throw new UsageError("The name of the run is empty.", "list them with: maestro runs");
}

/** The program itself has its options and its examples in the overview. */
class Overview extends Command {
  override createCommand(name?: string): Command {
    return new OverviewCommand(name);
  }
}

/** Columns of help, on any terminal. */
const HELP_WIDTH = 100;

/** Which commands' words a start needs. */
type Wanted = "all" | "overview" | { readonly only: string };

function wantedOf([first = ""]: readonly string[]): Wanted {
  if (Object.hasOwn(COMMANDS, first)) return { only: first };
  return first === "complete" || first === "help" ? "all" : "overview";
}

/** The program with the words of every command, of one alone, or with nothing but their lines in the overview. */
export function toProgram(io: Io, runs: Runs, wanted: Wanted = "all"): Command {
  const program = wanted === "overview" ? new Overview("maestro") : new Command("maestro");
  program
    .description("Workflows as typed TypeScript: compiled, checked, and played durably.")
    .version(version, "-v, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => io.write(text),
      writeErr: (text) => warnLines(io, text.trimEnd()),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
      getOutHasColors: () => io.hasColor,
      getErrHasColors: () => io.hasColor,
    })
    .addHelpText(
      "after",
      examples(
        "maestro init demo",
        "maestro validate",
        "maestro run release-notes --input max=20",
        "maestro resume",
      ),
    );
  const named = typeof wanted === "object" ? [COMMANDS[wanted.only]!] : Object.values(COMMANDS);
  for (const add of named) add(program, runs);
  if (wanted === "overview") return program;
  for (const sub of program.commands.flatMap((command) => [command, ...command.commands]))
    sub.exitOverride().configureOutput(program.configureOutput());
  return program;
}
