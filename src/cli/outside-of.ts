import { join } from "node:path";
import type { Outside } from "../engine/index.ts";
import { toMcpSources } from "../operations/to-mcp-sources.ts";
import { POLICY_WORKER } from "../paths.ts";
import type { AskPolicy, RoutingSettings } from "../players/models/model-settings.ts";
import type { OrchestraSecrets } from "../services/secrets/orchestra-secrets.ts";
import { toTelemetry } from "../services/telemetry/to-telemetry.ts";
import type { Io } from "./io.ts";
import { keepHeapLean } from "./keep-heap-lean.ts";
import type { Settings } from "./load-workspace.ts";

/** What steps reach from a command: secrets are variables of its environment, or what an orchestra binds. */
export function outsideOf({ env }: Io, settings: Settings): Outside {
  const { root, allowHosts, allowPrivate, providers, models: aliases } = settings;
  const { prices, mcp, telemetry, budget, limits, production } = settings;
  const variable = (name: string) => env[name];
  let secrets: OrchestraSecrets | undefined;
  return {
    secret: (name, orchestra) => (orchestra === undefined ? variable(name) : secrets?.get(orchestra, name)),
    // Loaded with the first run of an orchestra.
    bind: async (orchestra, orchestras) => {
      const { OrchestraSecrets } = await import("../services/secrets/orchestra-secrets.ts");
      secrets ??= new OrchestraSecrets({ root, env });
      await secrets.bind(orchestra, orchestras);
    },
    allowHosts,
    allowPrivate,
    root,
    limits,
    budget,
    models: {
      ...{ providers, aliases, production, prices, routing: toRouting(settings), variable, root },
      onMany: () => keepHeapLean({ isOldLean: true }),
    },
    ...(telemetry ? { witness: toTelemetry(telemetry, variable) } : {}),
    ...(Object.keys(mcp).length > 0 ? { mcp: toMcpSources({ servers: mcp, variable, root }) } : {}),
  };
}

function toRouting({ root, routing: { policy, codeFile } }: Settings): RoutingSettings {
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(codeFile === undefined ? {} : { order: askLate(join(root, codeFile)) }),
  };
}

/** Threads are loaded when a policy is asked. */
function askLate(codeFile: string): AskPolicy {
  let ask: Promise<AskPolicy> | undefined;
  return async (asked) => {
    ask ??= import("../services/policies/own-policies.ts").then(({ ownPolicies }) =>
      ownPolicies(POLICY_WORKER, codeFile),
    );
    return (await ask)(asked);
  };
}
