import type { Command } from "commander";
import { examples } from "../examples.ts";
import type { Runs } from "../words.ts";

/** The words of the commands that record runs and play them again. */
export const CASSETTES: Readonly<Record<string, (program: Command, runs: Runs) => void>> = {
  record(program, runs) {
    program
      .command("record <run>")
      .description("write what a run asked and was told to a file, a cassette")
      .option("--out <file>", "where; default: test/cassettes/<score>.json")
      .option("--force", "also over a file that is there")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples(
          "maestro record run_0199f2",
          "maestro record run_0199f2 --out test/cassettes/letters-long.json",
        ),
      )
      .action(runs(() => import("../commands/record.ts")));
  },
  test(program, runs) {
    program
      .command("test [cassettes...]")
      .description("play cassettes, with nobody outside, and compare what comes out")
      .option("--update", "ask models once more, and record the cassettes again; that costs what a run costs")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples("maestro test", "maestro test letters", "maestro test --update test/cassettes/letters.json"),
      )
      .action(runs(() => import("../commands/test.ts")));
  },
};
