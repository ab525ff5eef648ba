import { join } from "node:path";
import { toMcpServer } from "../compile/child/to-mcp-server.ts";
import type { McpServer } from "../define/define-config.ts";
import type { McpServerSettings, McpSettings } from "../players/mcp/mcp-settings.ts";
import { McpSources } from "../players/mcp/mcp-sources.ts";
import { version } from "../support/version.ts";

/** MCP servers as a configuration has them. */
export function toMcpServers(
  servers: Readonly<Record<string, McpServer>>,
): Readonly<Record<string, McpServerSettings>> {
  return Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, toMcpServer(server)]));
}

/** The servers of the workspace in `root`, for who asks for their tools. */
export function toMcpSources(of: Pick<McpSettings, "servers" | "variable" | "root">): McpSources {
  return new McpSources({ ...of, pinFile: join(of.root, ".maestro/mcp-tools.json"), version });
}
