import type { Outside } from "../engine/index.ts";
import { toMcpSources } from "../operations/to-mcp-sources.ts";
import type { Io } from "./io.ts";
import type { Settings } from "./load-workspace.ts";

/** What steps reach from a command: secrets are variables of its environment. */
export function outsideOf({ env }: Io, settings: Settings): Outside {
  const { root, allowHosts, allowPrivate, providers, models: aliases, prices, mcp, limits } = settings;
  const variable = (name: string) => env[name];
  return {
    secret: variable,
    allowHosts,
    allowPrivate,
    root,
    limits,
    models: { providers, aliases, prices, variable, root },
    ...(Object.keys(mcp).length > 0 ? { mcp: toMcpSources({ servers: mcp, variable, root }) } : {}),
  };
}
