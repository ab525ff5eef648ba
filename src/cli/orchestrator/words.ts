import type { Command } from "commander";
import { examples } from "../examples.ts";
import type { Runs } from "../words.ts";

/** The words of the commands that are about the process that stays. */
export const ORCHESTRATOR: Readonly<Record<string, (program: Command, runs: Runs) => void>> = {
  start(program, runs) {
    keeper(program, runs, "start", "keep playing: whatever is asked for, until it is told to end");
  },
  orchestrator(program, runs) {
    keeper(program, runs, "orchestrator", "the same as start, for service managers");
  },
  status(program, runs) {
    program
      .command("status")
      .description("say whether the orchestrator is up, and what it does")
      .option("--json", "print JSON")
      .addHelpText("after", examples("maestro status", "maestro status --json"))
      .action(runs(() => import("../commands/status.ts")));
  },
  stop(program, runs) {
    program
      .command("stop")
      .description("end the orchestrator: steps under way end before, nothing else begins")
      .option("--now", "at once: steps under way are told to end, and played again later")
      .addHelpText("after", examples("maestro stop", "maestro stop --now"))
      .action(runs(() => import("../commands/stop.ts")));
  },
  restart(program, runs) {
    program
      .command("restart")
      .description("end the orchestrator that is up, and take its place")
      .option("--now", "do not wait for steps under way")
      .option("--json", "print the log as JSON lines, also in a terminal")
      .addHelpText("after", examples("maestro restart", "maestro restart --now"))
      .action(runs(() => import("../commands/restart.ts")));
  },
};

function keeper(program: Command, runs: Runs, name: string, description: string): void {
  program
    .command(name)
    .description(description)
    .option("--json", "print the log as JSON lines, also in a terminal")
    .addHelpText("after", examples(`maestro ${name}`, `maestro ${name} --json`))
    .action(runs(() => import("../commands/start.ts")));
}
