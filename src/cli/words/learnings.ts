import { type Command, Option } from "commander";
import { examples } from "../examples.ts";
import type { Runs } from "../words.ts";

/** The words of `maestro learnings`. */
export function learningsWords(program: Command, runs: Runs): void {
  const learnings = program.command("learnings").description("what failures and their fixes have taught");
  const load = (name: "list" | "search" | "add" | "forget") =>
    runs(() => import("../commands/learnings.ts").then((commands) => ({ run: commands[name] })));
  const filters = (command: Command) =>
    command
      .option("-n, --limit <count>", "how many", "20")
      .addOption(new Option("--kind <kind>", "only such").choices(["failure", "fix", "note"]))
      .option("--applies-to <score/node>", "only of this place")
      .option("--json", "print JSON");
  filters(learnings.command("list").description("list them, newest first"))
    .addHelpText("after", examples("maestro learnings list", "maestro learnings list --kind fix --json"))
    .action(load("list"));
  filters(
    learnings.command("search <words...>").description("find those with any of these words, best first"),
  )
    .addHelpText("after", examples("maestro learnings search connection refused"))
    .action(load("search"));
  learnings
    .command("add <text>")
    .description("note what you know; it is shown where a step fails like that")
    .option("--applies-to <score/node>", "of which place; without this, of all")
    .option("--by <name>", "who says so; default: you")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        'maestro learnings add "The CRM refuses connections on Sundays"',
        'maestro learnings add "Ask ops for a new key" --applies-to cold-leads/found',
      ),
    )
    .action(load("add"));
  learnings
    .command("forget <id>")
    .description("delete one")
    .option("-y, --yes", "do it; without this, only show it")
    .option("--json", "print JSON")
    .addHelpText("after", examples("maestro learnings forget 12", "maestro learnings forget 12 --yes"))
    .action(load("forget"));
}
