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
    .action(runs(() => import("../weighing.ts").then((commands) => ({ run: commands.models }))));
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
    .action(runs(() => import("../weighing.ts").then((commands) => ({ run: commands.modelsTest }))));
  models
    .command("flags")
    .description("list the flags of models and of agents' revisions: how far each is let into the traffic")
    .option("--json", "print JSON")
    .addHelpText("after", examples("maestro models flags", "maestro models flags --json"))
    .action(runs(() => import("../weighing.ts").then((commands) => ({ run: commands.modelsFlags }))));
  models
    .command("flag <name> <stage>")
    .description(
      "let a model, or a revision of an agent, in one stage further, or back: off, shadow, dark, live, only",
    )
    .option("--agent <id...>", "about these agents alone; default: as before, at first those that name it")
    .option("--max-usd <usd>", "what its shadow may cost in a day; default: as before, at first 1")
    .option("--force", "also where that skips a stage; with --why")
    .option("--why <text>", "why; kept with it, and shown beside it")
    .option("--by <name>", "who decides; default: the user's name")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "maestro models flag openai/gpt-5 shadow --agent writer --max-usd 2",
        "maestro models flag openai/gpt-5 dark",
        "maestro models flag writer@3f9a01 shadow",
        'maestro models flag openai/gpt-5 off --why "it makes things up"',
      ),
    )
    .action(runs(() => import("../weighing.ts").then((commands) => ({ run: commands.modelsFlag }))));
  models
    .command("unflag <name>")
    .description("take back what was decided: agents that name it ask it")
    .option("--force", "also of one that is not live yet; with --why")
    .option("--why <text>", "why; kept in the audit")
    .option("--by <name>", "who decides; default: the user's name")
    .option("--json", "print JSON")
    .addHelpText("after", examples("maestro models unflag openai/gpt-5"))
    .action(runs(() => import("../weighing.ts").then((commands) => ({ run: commands.modelsUnflag }))));
  models
    .command("revisions <agent>")
    .description("list the revisions of an agent that are kept, the newest first")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples("maestro models revisions writer", "maestro models revisions writer --json"),
    )
    .action(runs(() => import("../weighing.ts").then((commands) => ({ run: commands.modelsRevisions }))));
  models
    .command("compare <name>")
    .description("show how the shadow of a model, or of a revision, did beside what runs were given")
    .option("-n, --limit <count>", "how many of the last comparisons count", "200")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples("maestro models compare openai/gpt-5", "maestro models compare writer@3f9a01c2d4e5"),
    )
    .action(runs(() => import("../weighing.ts").then((commands) => ({ run: commands.modelsCompare }))));
}
