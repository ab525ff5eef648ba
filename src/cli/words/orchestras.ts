import type { Command } from "commander";
import { examples } from "../examples.ts";
import type { Runs } from "../words.ts";

type Decision = "enable" | "disable" | "pause" | "resume" | "set" | "unset";

/** What operators decide, with what they say of it. */
const DECISIONS: readonly (readonly [name: Decision, words: string, description: string, example: string])[] =
  [
    ["enable", "enable <id>", "let its schedule and its triggers begin runs, from now on", "enable mornings"],
    ["disable", "disable <id>", "let nothing begin runs of it but people", "disable mornings"],
    ["pause", "pause <id>", "hold its schedule and its triggers for now", 'pause mornings --why "holidays"'],
    ["resume", "resume <id>", "take a pause back; what was due meanwhile is not played", "resume mornings"],
    [
      "set",
      "set <id> <field> <value>",
      "decide its name, tag, description, cron or timezone over what its file says",
      'set mornings cron "0 8 * * 1-5" --why "summer"',
    ],
    ["unset", "unset <id> <field>", "take back what was set: its file counts again", "unset mornings cron"],
  ];

/** The words of what puts orchestras into the store, and of what decides about them there. */
export const ORCHESTRAS: Readonly<Record<string, (program: Command, runs: Runs) => void>> = {
  orchestras: addOrchestras,
  secrets: addSecrets,
  plan(program, runs) {
    program
      .command("plan")
      .description("show what a deploy would change")
      .option("--migrate", "hold what would be moved against the new code, as maestro deploy --migrate does")
      .option("--exit-code", "exit 2 when it would change something")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples("maestro plan", "maestro plan --exit-code", "maestro plan --migrate --json"),
      )
      .action(runs(() => import("../weighing.ts").then(({ plan }) => ({ run: plan }))));
  },
  deploy(program, runs) {
    program
      .command("deploy")
      .description("put the workspace's orchestras into the store, as the files say")
      .option("--migrate", "let runs at rest go on with the new code; refused where one of them would break")
      .option("-y, --yes", "do it; without this, ask on a terminal, and elsewhere only show it")
      .option("--by <name>", "who deploys; default: the user's name")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        examples("maestro deploy", "maestro deploy --yes --by ci", "maestro deploy --migrate --yes"),
      )
      .action(runs(() => import("../weighing.ts").then(({ deploy }) => ({ run: deploy }))));
  },
  drift(program, runs) {
    program
      .command("drift")
      .description("show what is so in the store, and in no file")
      .option("--exit-code", "exit 2 when there is something")
      .option("--json", "print JSON")
      .addHelpText("after", examples("maestro drift", "maestro drift --exit-code"))
      .action(runs(() => import("../weighing.ts").then(({ drift }) => ({ run: drift }))));
  },
};

function addOrchestras(program: Command, runs: Runs): void {
  const all = program
    .command("orchestras")
    .description("list what is deployed, and decide about it")
    .argument("[list]")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "maestro orchestras",
        "maestro orchestras show mornings",
        "maestro orchestras enable mornings",
      ),
    )
    .action(runs(() => import("../commands/orchestras.ts")));
  all
    .command("show <id>")
    .description("show one: its schedule, what was decided about it, what became of its instants")
    .option("--json", "print JSON")
    .addHelpText("after", examples("maestro orchestras show mornings"))
    .action(runs(() => import("../commands/orchestras-show.ts")));
  all
    .command("run-now <id>")
    .description("begin a run of it now, also when it is disabled")
    .option("--by <name>", "who begins it; default: the user's name")
    .option("--isolated", "play tasks in processes of their own")
    .option("--json", "print events as JSON lines")
    .option("-q, --quiet", "print nothing but the output, as JSON")
    .addHelpText("after", examples("maestro orchestras run-now mornings"))
    .action(runs(() => import("../commands/orchestras-run-now.ts")));
  all
    .command("send <id>")
    .description("call its webhook as its sender would, signed with its key")
    .option("--body <json>", "what is sent, or @file.json; default: what its file says there")
    .option("--id <text>", "what the call is named; the same again begins no second run. Default: a new one")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples("maestro orchestras send on-order", "maestro orchestras send on-order --body @order.json"),
    )
    .action(runs(() => import("../commands/orchestras-send.ts")));
  for (const [name, words, description, example] of DECISIONS)
    all
      .command(words)
      .description(description)
      .option("--by <name>", "who decides; default: the user's name")
      .option("--why <text>", "why; kept with it, and shown beside it")
      .option("--json", "print JSON")
      .addHelpText("after", examples(`maestro orchestras ${example}`))
      .action(
        runs(() => import("../commands/orchestras-decide.ts").then((commands) => ({ run: commands[name] }))),
      );
}

function addSecrets(program: Command, runs: Runs): void {
  const secrets = program
    .command("secrets")
    .description("the workspace's encrypted secrets; no value is ever printed")
    .argument("[list]")
    .option("--json", "print JSON")
    .addHelpText("after", examples("maestro secrets", 'printf %s "$KEY" | maestro secrets set CRM_KEY'))
    .action(runs(() => import("../commands/secrets.ts").then(({ list }) => ({ run: list }))));
  secrets
    .command("set <name>")
    .description("add or change one; its value comes from standard input")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples('printf %s "$KEY" | maestro secrets set CRM_KEY', "maestro secrets set CRM_KEY < key.txt"),
    )
    .action(runs(() => import("../commands/secrets.ts").then(({ set }) => ({ run: set }))));
  secrets
    .command("remove <name>")
    .description("delete one")
    .option("-y, --yes", "do it; without this, only say what would be deleted")
    .option("--json", "print JSON")
    .addHelpText("after", examples("maestro secrets remove CRM_KEY --yes"))
    .action(runs(() => import("../commands/secrets.ts").then(({ remove }) => ({ run: remove }))));
  secrets
    .command("rotate")
    .description("encrypt all of them with a new key")
    .option("--json", "print JSON")
    .addHelpText("after", examples("maestro secrets rotate"))
    .action(runs(() => import("../commands/secrets.ts").then(({ rotate }) => ({ run: rotate }))));
}
