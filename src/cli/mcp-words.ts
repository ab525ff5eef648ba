import type { Command } from "commander";
import { examples } from "./examples.ts";
import type { Runs } from "./words.ts";

/** The words of `maestro mcp`. */
export function mcpWords(program: Command, runs: Runs): void {
  const mcp = program
    .command("mcp")
    .description("offer the workspace's scores as tools over the Model Context Protocol")
    .option("--http <port>", "over HTTP, to this machine alone, in place of standard input and output")
    .option("--wait <duration>", "how long a call waits for its run, which goes on after that", "50s")
    .option("--by <name>", "who decides and cancels; default: the user's name")
    .addHelpText("after", examples("maestro mcp", "maestro mcp --http 7410", "maestro mcp tools"))
    .action(runs(() => import("./commands/mcp.ts")));
  mcp
    .command("tools [server]")
    .description("list what the MCP servers of the configuration offer")
    .option("--json", "print JSON")
    .addHelpText("after", examples("maestro mcp tools", "maestro mcp tools docs --json"))
    .action(runs(() => import("./commands/mcp-tools.ts").then(({ tools }) => ({ run: tools }))));
  mcp
    .command("trust <server>")
    .description("show which tools of a server are not what they were, and take them as they are")
    .option("-y, --yes", "do it; without this, only say what has changed")
    .addHelpText("after", examples("maestro mcp trust docs", "maestro mcp trust docs --yes"))
    .action(runs(() => import("./commands/mcp-tools.ts").then(({ trust }) => ({ run: trust }))));
}
