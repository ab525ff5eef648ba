import { type Command, Option } from "commander";
import type { RunStatus } from "../../store/store.ts";
import { examples } from "../examples.ts";
import type { Runs } from "../words.ts";

const STATUSES: readonly RunStatus[] = [
  "queued",
  "running",
  "waiting",
  "paused",
  "completed",
  "failed",
  "cancelled",
];

/** The words of the commands that are about runs that have been, and about those that wait for a word. */
export const HISTORY: Readonly<Record<string, (program: Command, runs: Runs) => void>> = {
  runs(program, runs) {
    const list = filters(program.command("runs").description("list runs, newest first"))
      .option("-n, --limit <count>", "how many", "20")
      .option("--after <run>", "only those that were begun before this one: the next page")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples(
          "maestro runs --status failed --since 7d",
          "maestro runs --orchestra mornings --limit 100 --after run_0199f2",
          "maestro runs show 0199f2",
          "maestro runs show 0199f2 --output > out.json",
        ),
      )
      .action(runs(() => import("../commands/runs.ts")));
    list
      .command("show <run>")
      .description("show one run: its steps, attempts, logs, output")
      .option("--output", "print its output alone, as JSON")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples("maestro runs show 0199f2", "maestro runs show 0199f2 --output > out.json"),
      )
      .action(runs(() => import("../commands/runs-show.ts")));
  },
  logs(program, runs) {
    program
      .command("logs [run]")
      .description("show what a run's steps have logged, or the orchestrator's log")
      .option("-f, --follow", "go on as more comes, until the run has ended or Ctrl-C")
      .addOption(
        new Option("--level <level>", "only lines that weigh as much")
          .choices(["debug", "info", "warn", "error"])
          .default("info"),
      )
      .option("--since <time>", "only from then on: 7d, 24h, 2026-01-31")
      .option("-n, --lines <count>", "only the last so many, or all", "1000")
      .option("--json", "print JSON lines, as they are in the files")
      .addHelpText(
        "after",
        examples(
          "maestro logs run_0199f2 -f",
          "maestro logs --level warn --since 24h",
          "maestro logs -f --json",
        ),
      )
      .action(runs(() => import("../commands/logs.ts")));
  },
  approve(program, runs) {
    verdict(program, runs, "approve");
  },
  reject(program, runs) {
    verdict(program, runs, "reject");
  },
  retry(program, runs) {
    program
      .command("retry <run>")
      .description("play what failed in a run again, in a new run that takes over the rest")
      .option("--by <name>", "who retries; default: the user's name")
      .option("--isolated", "play tasks in processes of their own")
      .option("--json", "print events as JSON lines")
      .option("-q, --quiet", "print nothing but the output, as JSON")
      .addHelpText("after", examples("maestro retry run_0199f2"))
      .action(runs(() => import("../commands/retry.ts")));
  },
};

/** Which runs: the same words wherever runs are chosen. */
function filters(command: Command): Command {
  return command
    .option("--score <id>", "only of this score")
    .option("--orchestra <id>", "only those that this orchestra has begun")
    .option("--tag <tag>", "only of orchestras with this tag")
    .addOption(new Option("--status <status>", "only in this state").choices(STATUSES))
    .option("--since <time>", "only those begun from then on: 7d, 24h, 2026-01-31")
    .option("--until <time>", "only those begun before");
}

function verdict(program: Command, runs: Runs, verb: "approve" | "reject"): void {
  program
    .command(`${verb} [run|checkpoint] [step]`)
    .description(`say ${verb === "approve" ? "yes" : "no"} to a checkpoint, and go on with its run`)
    .option(
      "-i, --input <value>",
      "what the decision has besides: key=value, @file.json, - or JSON; may be repeated",
      (value: string, earlier: readonly string[]) => [...earlier, value],
      [],
    )
    .option("--by <name>", "who decides; default: the user's name")
    .option("--isolated", "play tasks in processes of their own")
    .option("--json", "print events as JSON lines")
    .option("-q, --quiet", "print nothing but the output, as JSON")
    .addHelpText(
      "after",
      examples(
        `maestro ${verb}`,
        `maestro ${verb} review`,
        `maestro ${verb} run_0199f2 review -i note=thanks`,
      ),
    )
    .action(runs(() => import("../commands/approve.ts").then((commands) => ({ run: commands[verb] }))));
}
