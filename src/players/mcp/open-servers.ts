import { MaestroError } from "../../diagnostics/index.ts";
import type { ToolCode } from "../../plan/index.ts";
import { McpServer } from "./mcp-server.ts";
import type { McpSettings } from "./mcp-settings.ts";
import { toToolCode } from "./to-tool-code.ts";
import { hashOf, type Pin, type ToolDefinition, ToolPins } from "./tool-pins.ts";

/** A tool of a server, and what is known of it. */
export interface SeenTool {
  readonly tool: ToolDefinition;
  /** Of what was seen before; absent of one that nobody has seen. */
  readonly pin: Pin | undefined;
  readonly isChanged: boolean;
}

/** The servers of a workspace, each begun when it is first asked. */
export interface Servers {
  /**
   * Tools by the names that agents have for them, `server/tool`.
   * @throws MaestroError MR3082 to MR3085, MR3097
   */
  tools(names: readonly string[], agent: string): Promise<ToolCode[]>;
  /** What a server has, and what of it is not what it was. Changes nothing. */
  look(server: string): Promise<readonly SeenTool[]>;
  /** Takes a server's tools for right as they are. */
  trust(server: string): Promise<readonly SeenTool[]>;
  close(): Promise<void>;
}

export function openServers(settings: McpSettings): Servers {
  const servers = new Map<string, McpServer>();
  const pins = new ToolPins(settings.pinFile);
  const serverOf = (name: string, wanted: () => MaestroError): McpServer => {
    const known = servers.get(name);
    if (known) return known;
    if (!Object.hasOwn(settings.servers, name)) throw wanted();
    const server = new McpServer(name, settings);
    servers.set(name, server);
    return server;
  };
  const unknownServer = (name: string) => () =>
    new MaestroError("MR3083", {
      server: name,
      where: "nowhere",
      detail: "the configuration has none of that name",
      isTransient: false,
    });
  const look = async (name: string): Promise<SeenTool[]> => {
    const tools = await serverOf(name, unknownServer(name)).tools();
    const known = pins.of(name);
    return tools.map((tool) => {
      const pin = Object.hasOwn(known, tool.name) ? known[tool.name] : undefined;
      return { tool, pin, isChanged: pin !== undefined && pin.hash !== hashOf(tool) };
    });
  };
  return {
    async tools(names, agent) {
      const byServer = Map.groupBy(names, (name) => name.slice(0, name.indexOf("/")));
      const found = await Promise.all(
        [...byServer].map(async ([name, wanted]) => {
          const server = serverOf(
            name,
            () => new MaestroError("MR3097", { agent, tool: wanted[0]!, has: [] }),
          );
          const all = await server.tools();
          const tools = wanted.map((full) => {
            const tool = all.find((one) => `${name}/${one.name}` === full);
            if (tool) return tool;
            const has = all.map((one) => `${name}/${one.name}`);
            throw new MaestroError("MR3097", { agent, tool: full, has });
          });
          const [changed] = pins.check(name, tools, Date.now());
          if (changed) throw new MaestroError("MR3085", { server: name, tool: changed.name });
          return tools.map((tool) => toToolCode(server, tool));
        }),
      );
      return found.flat();
    },
    look,
    async trust(name) {
      const seen = await look(name);
      pins.trust(
        name,
        seen.map(({ tool }) => tool),
        Date.now(),
      );
      return seen;
    },
    async close() {
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}
