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
  export(program, runs) {
    filters(
      program
        .command("export [run]")
        .description("write everything about one run, or a line for each run of a list, for other programs"),
    )
      .addOption(new Option("--format <format>", "of a list of runs").choices(["jsonl", "csv"]))
      .option("--out <path>", "into a file that is not there yet; of one run, into a folder of files")
      .addHelpText(
        "after",
        examples(
          "maestro export run_0199f2 > run.jsonl",
          "maestro export run_0199f2 --out run",
          "maestro export --since 30d --format csv > runs.csv",
        ),
      )
      .action(runs(() => import("../commands/export.ts")));
  },
  suggest(program, runs) {
    program
      .command("suggest")
      .description("say what the source could say better, by what runs have shown")
      .option("--since <time>", "from runs begun from then on: 7d, 24h, 2026-01-31", "30d")
      .option("--json", "print JSON, with the edits")
      .addHelpText("after", examples("maestro suggest", "maestro suggest --since 7d --json"))
      .action(runs(() => import("../weighing.ts").then(({ suggest }) => ({ run: suggest }))));
  },
  prune(program, runs) {
    program
      .command("prune")
      .description("forget runs whose time is over; maestro start does that by itself")
      .option("--older-than <time>", "those that ended longer ago, whatever the configuration says: 30d")
      .option("--dry-run", "only say what would go")
      .option("-y, --yes", "do it; without this, only say what would go")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples("maestro prune --dry-run", "maestro prune --yes", "maestro prune --older-than 7d --yes"),
      )
      .action(runs(() => import("../commands/prune.ts")));
  },
  backup(program, runs) {
    program
      .command("backup [file]")
      .description("copy the store as it is at one moment, also while it is in use, and check the copy")
      .option("--json", "print JSON")
      .addHelpText("after", examples("maestro backup", "maestro backup before-the-move.db"))
      .action(runs(() => import("../commands/backup.ts")));
  },
  restore(program, runs) {
    program
      .command("restore <file>")
      .description("put a backup in the place of the store, which is kept beside it")
      .option("-y, --yes", "do it; without this, only say what is in the backup")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples("maestro restore before-the-move.db", "maestro restore before-the-move.db --yes"),
      )
      .action(runs(() => import("../commands/restore.ts")));
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
