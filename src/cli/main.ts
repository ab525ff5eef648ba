import { Command, CommanderError, Option } from "commander";
import { version } from "../support/version.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { printError } from "./print-error.ts";

type Run = (io: Io, args: string[], options: never) => Promise<ExitCode>;

/** Does what the words say, and gives the exit code: 0 fine, 1 problems, 2 usage, 3 a broken environment, 130 interrupted. */
export async function main(words: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.ok;
  /** Commands are loaded when they are run: the words alone are cheap. */
  const runs =
    (load: () => Promise<{ readonly run: Run }>) =>
    async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      exitCode = await (await load()).run(io, command.args, command.optsWithGlobals() as never);
    };
  const program = toProgram(io, runs);
  try {
    // What the shell asks while somebody types; no command for people.
    if (words[0] === "complete")
      return await (await import("./commands/completion.ts")).complete(io, words.slice(1), program);
    await program.parseAsync(words as string[], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return printError(error, io);
  }
}

type Runs = (load: () => Promise<{ readonly run: Run }>) => (...given: unknown[]) => Promise<void>;

/** Every word there is. Also what completion reads. */
export function toProgram(io: Io, runs: Runs): Command {
  const program = new Command("maestro")
    .description("Workflows as typed TypeScript: compiled, checked, and played durably.")
    .version(version, "-v, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => io.write(text), writeErr: (text) => io.warn(text.trimEnd()) })
    .addHelpText(
      "after",
      examples(
        "maestro init demo",
        "maestro validate",
        "maestro run release-notes --input max=20",
        "maestro resume",
      ),
    );
  const command = (words: string, description: string) => program.command(words).description(description);

  command("run <score>", "play a score")
    .option(
      "-i, --input <value>",
      "key=value, @file.json, - for standard input, or a JSON object; may be repeated",
      collect,
      [],
    )
    .option("--json", "print events as JSON lines")
    .option("-q, --quiet", "print nothing but the output, as JSON")
    .addHelpText(
      "after",
      examples(
        "maestro run release-notes",
        "maestro run link-check --input folder=docs --input http=true",
        "maestro run dependency-report --quiet > report.json",
      ),
    )
    .action(runs(() => import("./commands/run.ts")));
  command("resume [run]", "go on with a run that was stopped, or with every one")
    .option("--redo <step...>", "play an interrupted step again that must not happen twice")
    .option("--give <step=@file.json...>", "it did happen: give its output")
    .option("--fail <step...>", "it did not happen: let it fail")
    .option("--json", "print events as JSON lines")
    .option("-q, --quiet", "print nothing but the output, as JSON")
    .addHelpText(
      "after",
      examples(
        "maestro resume",
        "maestro resume run_0199f2",
        "maestro resume run_0199f2 --redo send-letters",
      ),
    )
    .action(runs(() => import("./commands/resume.ts")));

  const list = command("runs", "list runs, newest first")
    .option("-n, --limit <count>", "how many", "20")
    .option("--score <id>", "only of this score")
    .addOption(
      new Option("--status <status>", "only in this state").choices([
        "queued",
        "running",
        "waiting",
        "paused",
        "completed",
        "failed",
        "cancelled",
      ]),
    )
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "maestro runs --status failed",
        "maestro runs show 0199f2",
        "maestro runs show 0199f2 --output > out.json",
      ),
    )
    .action(runs(() => import("./commands/runs.ts")));
  list
    .command("show <run>")
    .description("show one run: its steps, attempts, logs, output")
    .option("--output", "print its output alone, as JSON")
    .option("--json", "print JSON")
    .action(runs(() => import("./commands/runs-show.ts")));

  command("validate [files...]", "check scores, agents and orchestras")
    .addOption(
      new Option("--format <format>", "how findings are printed")
        .choices(["pretty", "json", "github", "sarif"])
        .default("pretty"),
    )
    .option("--json", "the same as --format json")
    .addHelpText(
      "after",
      examples(
        "maestro validate",
        "maestro validate scores/release-notes.ts",
        "maestro validate --format github",
      ),
    )
    .action(runs(() => import("./commands/validate.ts")));
  command("graph <score>", "draw a score")
    .addOption(
      new Option("--format <format>", "how it is drawn")
        .choices(["ascii", "mermaid", "json"])
        .default("ascii"),
    )
    .addHelpText(
      "after",
      examples("maestro graph release-notes", "maestro graph release-notes --format mermaid"),
    )
    .action(runs(() => import("./commands/graph.ts")));
  command("explain <code>", "explain a finding or an error")
    .addHelpText("after", examples("maestro explain MS2204", "maestro explain cycle"))
    .action(runs(() => import("./commands/explain.ts")));
  command("init [folder]", "make a workspace")
    .option("--force", "also into a folder that is not empty; existing files are kept")
    .addHelpText("after", examples("maestro init demo", "maestro init ."))
    .action(runs(() => import("./commands/init.ts")));
  command("doctor", "check that everything Maestro needs is there")
    .option("--json", "print JSON")
    .action(runs(() => import("./commands/doctor.ts")));
  command("completion <shell>", "print a completion script: bash, zsh, fish or powershell")
    .addHelpText(
      "after",
      examples(
        "maestro completion zsh >> ~/.zshrc",
        "maestro completion bash > /etc/bash_completion.d/maestro",
      ),
    )
    .action(runs(() => import("./commands/completion.ts")));
  for (const sub of [...program.commands, ...list.commands])
    sub.exitOverride().configureOutput(program.configureOutput());
  return program;
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
