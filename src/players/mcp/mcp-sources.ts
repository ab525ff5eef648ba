import type { ToolCode } from "../../plan/index.ts";
import type { McpSettings } from "./mcp-settings.ts";
import type { Servers } from "./open-servers.ts";

/** The MCP servers of a workspace. Nothing is loaded and nothing started before somebody asks for a tool of one. */
export class McpSources {
  readonly #settings: McpSettings;
  #opening: Promise<Servers> | undefined;

  constructor(settings: McpSettings) {
    this.#settings = settings;
  }

  /**
   * Tools by the names that agents have for them, `server/tool`.
   * @throws MaestroError MR3082 to MR3085, MR3097
   */
  async tools(names: readonly string[], agent: string): Promise<readonly ToolCode[]> {
    return names.length === 0 ? [] : (await this.open()).tools(names, agent);
  }

  open(): Promise<Servers> {
    this.#opening ??= import("./open-servers.ts").then(({ openServers }) => openServers(this.#settings));
    return this.#opening;
  }

  /** Ends every server, and all that they have started. */
  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }
}
