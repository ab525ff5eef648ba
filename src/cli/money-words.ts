import { type Command, Option } from "commander";
import { examples } from "./examples.ts";
import type { Runs } from "./words.ts";

/** The words of the commands that are about what models cost. */
export const MONEY: Readonly<Record<string, (program: Command, runs: Runs) => void>> = {
  costs(program, runs) {
    program
      .command("costs")
      .description("show what models have cost")
      .addOption(
        new Option("--by <what>", "score, orchestra, agent, model or day")
          .choices(["score", "orchestra", "agent", "model", "day"])
          .default("score"),
      )
      .option("--since <time>", "how far back: 7d, 24h, or a date", "30d")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples("maestro costs", "maestro costs --by day --since 7d", "maestro costs --by model --json"),
      )
      .action(runs(() => import("./commands/costs.ts")));
  },
  prices(program, runs) {
    const prices = program
      .command("prices")
      .description("show what models cost, as the configuration and people say")
      .option("--all", "also prices that were taken back")
      .option("--json", "print JSON")
      .addHelpText("after", examples("maestro prices", "maestro prices --all --json"))
      .action(runs(() => import("./commands/prices.ts").then(({ list }) => ({ run: list }))));
    prices
      .command("set <model>")
      .description(
        "say what a model costs, whatever the configuration says, in US dollars for a million tokens",
      )
      .requiredOption("--input <usd>", "of what it is given")
      .requiredOption("--output <usd>", "of what it gives")
      .option("--cached <usd>", "of what its provider had in its cache; default: as --input")
      .option("--reasoning <usd>", "of the output that nobody sees; default: as --output")
      .option("--from <date>", "the first day, in UTC, such as 2026-01-31; default: always")
      .option("--source <text>", "where the figures are from")
      .option("--by <name>", "who says so; default: the user's name")
      .addHelpText(
        "after",
        examples(
          "maestro prices set openai/gpt-5 --input 1.25 --output 10 --cached 0.125",
          'maestro prices set fast --input 0.1 --output 0.4 --from 2026-03-01 --source "contract of March"',
        ),
      )
      .action(runs(() => import("./commands/prices.ts").then(({ set }) => ({ run: set }))));
    prices
      .command("unset <model>")
      .description("take back what was set: the configuration's price counts again")
      .option("--from <date>", "only the price from that day on")
      .option("--by <name>", "who does; default: the user's name")
      .addHelpText("after", examples("maestro prices unset openai/gpt-5"))
      .action(runs(() => import("./commands/prices.ts").then(({ unset }) => ({ run: unset }))));
  },
  forecast(program, runs) {
    program
      .command("forecast <score>")
      .description("say what a run can cost at most, and what the last ones did")
      .option("--max-usd <usd>", "exit 1 when it is more than this")
      .addOption(
        new Option("--by <what>", "what --max-usd is compared with: the bound, or p95 of past runs")
          .choices(["bound", "history"])
          .default("bound"),
      )
      .option("--input-tokens <count>", "the most tokens of one prompt, where the plan does not bound them")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples(
          "maestro forecast release-notes",
          "maestro forecast release-notes --max-usd 0.50",
          "maestro forecast release-notes --input-tokens 8000 --json",
        ),
      )
      .action(runs(() => import("./weighing.ts").then(({ forecast }) => ({ run: forecast }))));
  },
};
