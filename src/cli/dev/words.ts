import type { Command } from "commander";
import { examples } from "../examples.ts";
import type { Runs } from "../words.ts";

/** The words of what somebody looks at while working. */
export const DEV: Readonly<Record<string, (program: Command, runs: Runs) => void>> = {
  dev(program, runs) {
    program
      .command("dev")
      .description("work on the workspace: reload on save, play, answer")
      .option("--rerun <score>", "play this score again on each good save")
      .option(
        "-i, --input <value>",
        "its input: key=value, @file.json, - or JSON; may be repeated",
        (value: string, earlier: readonly string[]) => [...earlier, value],
        [],
      )
      .option("--no-types", "do not check types")
      .option("--schedules", "follow the schedules of what is deployed")
      .option("--plain", "print lines, also on a terminal")
      .option("--json", "print JSON lines, for tools")
      .addHelpText(
        "after",
        examples(
          "maestro dev",
          "maestro dev --schedules",
          "maestro dev --plain",
          "maestro dev --rerun release-notes --input max=5",
        ),
      )
      .action(runs(() => import("../commands/dev.ts")));
  },
  top(program, runs) {
    program
      .command("top")
      .description("look at what is being played, and answer, on the process that plays it")
      .addHelpText("after", examples("maestro top"))
      .action(runs(() => import("../commands/top.ts")));
  },
  watch(program, runs) {
    program
      .command("watch <run>")
      .description("look at one run while it is being played")
      .addHelpText("after", examples("maestro watch run_0199f2"))
      .action(runs(() => import("../commands/top.ts")));
  },
};
