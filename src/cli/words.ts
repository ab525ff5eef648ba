import { type Command, Option } from "commander";
import { DEV } from "./dev/words.ts";
import { examples } from "./examples.ts";
import type { ExitCode, Io } from "./io.ts";
import { mcpWords } from "./mcp-words.ts";
import { MONEY } from "./money-words.ts";
import { ORCHESTRATOR } from "./orchestrator/words.ts";
import { CASSETTES } from "./words/cassettes.ts";
import { HISTORY } from "./words/history.ts";
import { learningsWords } from "./words/learnings.ts";
import { modelsWords } from "./words/models.ts";
import { ORCHESTRAS } from "./words/orchestras.ts";

/** What a command does: `args` in their order, `options` as its words name them. */
export type Run = (io: Io, args: string[], options: never) => Promise<ExitCode>;

/** Makes what commander calls; the command itself is loaded when it is run. */
export type Runs = (load: () => Promise<{ readonly run: Run }>) => (...given: unknown[]) => Promise<void>;

/** The words of each command, added to `program`. */
export const COMMANDS: Readonly<Record<string, (program: Command, runs: Runs) => void>> = {
  ...CASSETTES,
  run(program, runs) {
    command(program, "run <score>", "play a score")
      .option(
        "-i, --input <value>",
        "key=value, @file.json, - for standard input, or a JSON object; may be repeated",
        collect,
        [],
      )
      .option("--no-cache", "play every step, and take no result of an earlier run")
      .option("--priority <priority>", "low, normal, high, or -100 to 100: who comes first in a queue")
      .option("--isolated", "play tasks in processes of their own")
      .option(
        "--have <node=@file.json>",
        "a node's output that is there already, as @file.json or JSON: it is not played; may be repeated",
        collect,
        [],
      )
      .option(
        "--flag <name>",
        "use a model, or a revision of an agent, that is dark for other runs; may be repeated",
        collect,
        [],
      )
      .option("--rehearse", "ask nobody: models, tools, requests and programs are answered with samples")
      .option("--seed <number>", "with --rehearse: which samples")
      .option("--cassette <file>", "ask nobody: every call is answered as it was recorded")
      .option("--by <name>", "who begins it; default: the user's name")
      .option("--step", "play it step by step: standard input says what is next")
      .option("--json", "print events as JSON lines")
      .option("-q, --quiet", "print nothing but the output, as JSON")
      .addHelpText(
        "after",
        examples(
          "maestro run release-notes",
          "maestro run link-check --input folder=docs --input http=true",
          "maestro run dependency-report --quiet > report.json",
          "maestro run weekly-report --priority high",
          "maestro run book --have draft=@draft.json",
          "maestro run cold-leads --rehearse",
          "maestro run cold-leads --flag writer@3f9a01c2d4e5",
          "maestro run release-notes --step",
        ),
      )
      .action(runs(() => import("./commands/run.ts")));
  },
  resume(program, runs) {
    command(program, "resume [run]", "go on with a run that was stopped or paused, or with every stopped one")
      .option("--redo <step...>", "play an interrupted step again that must not happen twice")
      .option("--give <step=@file.json...>", "it did happen: give its output")
      .option("--fail <step...>", "it did not happen: let it fail")
      .option("--by <name>", "who says so; default: the user's name")
      .option("--isolated", "play tasks in processes of their own")
      .option("--step", "play it step by step: standard input says what is next")
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
  },
  rerun(program, runs) {
    command(program, "rerun <run>", "begin a new run with what an earlier one did, and play the rest again")
      .option("--from <node...>", "also these nodes and all that depends on them, besides what failed")
      .option(
        "--set <place=value>",
        "put a value in place of an output or of a part of the input: node.path=value, input.path=value, node=@file.json; may be repeated",
        collect,
        [],
      )
      .option("--rev <revision>", "the code to play: run, its own; live, the workspace's; or a hash", "run")
      .option("--fork", "also of a run that has not ended: both go their own way from there")
      .option("--by <name>", "who edits; default: the user's name")
      .option("--isolated", "play tasks in processes of their own")
      .option("--step", "play it step by step: standard input says what is next")
      .option("--json", "print events as JSON lines")
      .option("-q, --quiet", "print nothing but the output, as JSON")
      .addHelpText(
        "after",
        examples(
          "maestro rerun run_0199f2",
          "maestro rerun run_0199f2 --from drafts summary",
          "maestro rerun run_0199f2 --set found.leads.0.name=Ada --set input.max=3",
          "maestro rerun run_0199f2 --rev live",
        ),
      )
      .action(runs(() => import("./commands/rerun.ts")));
  },
  migrate(program, runs) {
    command(program, "migrate <run>", "let a run that has not ended go on with other code")
      .requiredOption(
        "--to <revision>",
        "live, the workspace's code; or the beginning of a deployment's hash",
      )
      .option("-y, --yes", "do it; without this, only say what would become of each step")
      .option("--by <name>", "who migrates; default: the user's name")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples("maestro migrate run_0199f2 --to live", "maestro migrate run_0199f2 --to 3f9a01 --yes"),
      )
      .action(runs(() => import("./commands/migrate.ts")));
  },
  checkpoints(program, runs) {
    command(program, "checkpoints", "list what waits for a person's decision")
      .option("--json", "print JSON")
      .addHelpText("after", examples("maestro checkpoints", "maestro checkpoints --json"))
      .action(runs(() => import("./commands/checkpoints.ts")));
  },
  ...MONEY,
  artifacts(program, runs) {
    command(program, "artifacts <run> [name]", "list what a run has kept, or print the content of one")
      .option("--out <file>", "write the content to a file that is not there yet")
      .option("--json", "print everything about them as JSON")
      .addHelpText(
        "after",
        examples(
          "maestro artifacts run_0199f2",
          "maestro artifacts run_0199f2 letter-3",
          "maestro artifacts run_0199f2 letter-3 --out letter.json",
        ),
      )
      .action(runs(() => import("./commands/artifacts.ts")));
  },
  decide(program, runs) {
    command(program, "decide <run> [step]", "answer a checkpoint, and go on with its run")
      .option(
        "-i, --input <value>",
        "the decision: key=value, @file.json, - or JSON; may be repeated",
        collect,
        [],
      )
      .option("--by <name>", "who decides; default: the user's name")
      .option("--isolated", "play tasks in processes of their own")
      .option("--json", "print events as JSON lines")
      .option("-q, --quiet", "print nothing but the output, as JSON")
      .addHelpText(
        "after",
        examples(
          "maestro decide run_0199f2 --input send=true",
          "maestro decide run_0199f2 review --input '{\"send\":false}' --by ada",
        ),
      )
      .action(runs(() => import("./commands/decide.ts")));
  },
  pause(program, runs) {
    command(program, "pause <run>", "hold a run: no step of it begins until it is resumed by name")
      .option("--reason <text>", "why; kept with the run")
      .option("--by <name>", "who pauses; default: the user's name")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples("maestro pause run_0199f2", 'maestro pause run_0199f2 --reason "the numbers look wrong"'),
      )
      .action(runs(() => import("./commands/pause.ts")));
  },
  cancel(program, runs) {
    command(program, "cancel <run>", "end a run for good that has not ended")
      .option("-y, --yes", "do it; without this, only say what would be ended")
      .option("--reason <text>", "why; kept with the run")
      .option("--grace <time>", "how long what is under way has to end by itself", "5s")
      .option("--by <name>", "who cancels; default: the user's name")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples(
          "maestro cancel run_0199f2",
          'maestro cancel run_0199f2 --yes --reason "the release was called off"',
        ),
      )
      .action(runs(() => import("./commands/cancel.ts")));
  },
  ...HISTORY,
  cache(program, runs) {
    const cache = program.command("cache").description("results that are kept for other runs");
    cache
      .command("list")
      .description("list what is kept, newest first")
      .option("-n, --limit <count>", "how many", "20")
      .option("--score <id>", "only of this score")
      .option("--json", "print JSON")
      .addHelpText("after", examples("maestro cache list", "maestro cache list --score train --json"))
      .action(runs(() => import("./commands/cache.ts").then(({ list }) => ({ run: list }))));
    cache
      .command("clear")
      .description("delete what is kept; runs and their steps stay as they are")
      .option("--score <id>", "only of this score")
      .option("-y, --yes", "do it; without this, only say how much would be deleted")
      .option("--json", "print JSON")
      .addHelpText("after", examples("maestro cache clear", "maestro cache clear --score train --yes"))
      .action(runs(() => import("./commands/cache.ts").then(({ clear }) => ({ run: clear }))));
  },
  learnings: learningsWords,
  models: modelsWords,
  mcp: mcpWords,
  ...ORCHESTRATOR,
  validate(program, runs) {
    command(program, "validate [files...]", "check scores, agents and orchestras")
      .addOption(
        new Option("--format <format>", "how findings are printed")
          .choices(["pretty", "json", "github", "sarif"])
          .default("pretty"),
      )
      .option("--json", "the same as --format json")
      .option("--no-types", "leave out TypeScript's own errors")
      .option("--strict", "evaluate twice, in two processes, and report plans that differ")
      .option("-w, --watch", "check again after each change, until Ctrl-C")
      .option("--env <name>", "also check that the variables of .env.<name> are all there")
      .option("--fix", "change the source where there is exactly one right change, then check again")
      .option("--dry-run", "with --fix: show what would be changed, as a patch, and change nothing")
      .addHelpText(
        "after",
        examples(
          "maestro validate",
          "maestro validate scores/release-notes.ts",
          "maestro validate --watch",
          "maestro validate --env production",
          "maestro validate --fix",
          "maestro validate --fix --dry-run > fixes.patch",
          "maestro validate --format github",
        ),
      )
      .action(runs(() => import("./commands/validate.ts")));
  },
  graph(program, runs) {
    command(program, "graph <score>", "draw a score")
      .addOption(
        new Option("--format <format>", "how it is drawn")
          .choices(["ascii", "mermaid", "svg", "json"])
          .default("ascii"),
      )
      .addHelpText(
        "after",
        examples(
          "maestro graph release-notes",
          "maestro graph release-notes --format mermaid",
          "maestro graph release-notes --format svg > release-notes.svg",
        ),
      )
      .action(runs(() => import("./compiling.ts").then(({ graph }) => ({ run: graph }))));
  },
  diff(program, runs) {
    command(
      program,
      "diff [refs] [score...]",
      "what scores, agents and orchestras do differently since a commit",
    )
      .addOption(
        new Option("--format <format>", "how it is printed")
          .choices(["text", "markdown", "json"])
          .default("text"),
      )
      .option("--json", "the same as --format json")
      .option("--exit-code", "exit 1 when there are differences")
      .addHelpText(
        "after",
        examples(
          "maestro diff",
          "maestro diff main release-notes",
          "maestro diff v1.0..v1.1",
          "maestro diff main...HEAD --format markdown",
        ),
      )
      .action(runs(() => import("./compiling.ts").then(({ diff }) => ({ run: diff }))));
  },
  ...ORCHESTRAS,
  explain(program, runs) {
    command(program, "explain [code]", "explain a finding or an error; without a code, list all there are")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples("maestro explain", "maestro explain MS2204", "maestro explain cycle --json"),
      )
      .action(runs(() => import("./commands/explain.ts")));
  },
  ...DEV,
  init(program, runs) {
    command(program, "init [folder]", "make a workspace")
      .option("--force", "also into a folder that is not empty; existing files are kept")
      .option("--model <provider/model>", "whom its agent asks")
      .option("--no-ci", "without a workflow for GitHub")
      .option("--no-editor", "without settings for an editor")
      .option("-y, --yes", "ask nothing; without a terminal nothing is asked either")
      .addHelpText(
        "after",
        examples(
          "maestro init demo",
          "maestro init . --yes",
          "maestro init demo --model local/llama3 --no-ci",
        ),
      )
      .action(runs(() => import("./commands/init.ts")));
  },
  doctor(program, runs) {
    command(program, "doctor", "check that everything Maestro needs is there")
      .option("--json", "print JSON")
      .addHelpText("after", examples("maestro doctor", "maestro doctor --json"))
      .action(runs(() => import("./commands/doctor.ts")));
  },
  completion(program, runs) {
    command(program, "completion <shell>", "print a completion script: bash, zsh, fish or powershell")
      .addHelpText(
        "after",
        examples(
          "maestro completion zsh >> ~/.zshrc",
          "maestro completion bash > /etc/bash_completion.d/maestro",
        ),
      )
      .action(runs(() => import("./commands/completion.ts")));
  },
};

function command(program: Command, words: string, description: string): Command {
  return program.command(words).description(description);
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
