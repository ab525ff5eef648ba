import type { Command } from "commander";
import { examples } from "../examples.ts";
import type { Runs } from "../words.ts";

/** The words of `maestro models`. */
export function modelsWords(program: Command, runs: Runs): void {
  const models = program
    .command("models")
    .description("list the models that the workspace names, and test them")
    .argument("[list]")
    .option("--json", "print JSON")
    .addHelpText("after", examples("maestro models", "maestro models --json", "maestro models test fast"))
    .action(runs(() => import("../compiling.ts").then((commands) => ({ run: commands.models }))));
  models
    .command("test [model]")
    .description("let a model, or each, go through the five gates, and keep its badge; that costs money")
    .option("--calls <count>", "calls of the gate of load", "20")
    .option("--concurrency <count>", "how many of them at once", "5")
    .option("--max-usd <usd>", "ask nobody when it may cost more than this")
    .option("-y, --yes", "do it; without this, ask on a terminal, and elsewhere only say what it may cost")
    .option("--by <name>", "who tests; default: the user's name")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "maestro models test openai/gpt-5-mini",
        "maestro models test fast --yes --max-usd 0.50",
        "maestro models test --yes --json",
      ),
    )
    .action(runs(() => import("../compiling.ts").then((commands) => ({ run: commands.modelsTest }))));
}
