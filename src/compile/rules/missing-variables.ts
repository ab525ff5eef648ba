import { nearest } from "../../support/nearest.ts";
import type { RuleContext } from "./index.ts";

/** MS4004: a variable that orchestras or the configuration name and the environment that was asked for does not have. */
export function missingVariables({ orchestras, config, environment, report }: RuleContext): void {
  if (!environment) return;
  const { name: target, variables } = environment;
  const check = (variable: string | null, what: string) => {
    if (variable === null) return undefined;
    const state = variables.get(variable);
    if (state === "set") return undefined;
    const others = [...variables].flatMap(([name, other]) => (other === "set" ? [name] : []));
    return { target, variable, what, isEmpty: state === "empty", guess: nearest(variable, others) };
  };
  for (const { id, secrets, sites } of orchestras) {
    for (const [name, variable] of Object.entries(secrets)) {
      const facts = check(variable, `secret "${name}" of orchestra "${id}"`);
      if (facts) report({ code: "MS4004", facts, sites, path: ["secrets", name], subject: id });
    }
  }
  for (const [server, { env = {}, headers = {} }] of Object.entries(config?.mcp ?? {})) {
    for (const [option, settings] of Object.entries({ env, headers })) {
      for (const [name, setting] of Object.entries(settings)) {
        const variable = "variable" in setting ? setting.variable : null;
        const facts = check(variable, `\`${name}\` in \`${option}\` of MCP server "${server}"`);
        const path = ["mcp", server, option, name];
        if (facts) report({ code: "MS4004", facts, sites: config!.sites, path });
      }
    }
  }
  for (const [name, setting] of Object.entries(config?.telemetry?.headers ?? {})) {
    const variable = "variable" in setting ? setting.variable : null;
    const facts = check(variable, `\`${name}\` in \`telemetry.headers\``);
    const path = ["telemetry", "headers", name];
    if (facts) report({ code: "MS4004", facts, sites: config!.sites, path });
  }
  for (const [provider, variable] of Object.entries(config?.apiKeys ?? {})) {
    const facts = check(variable, `the key of provider "${provider}"`);
    if (facts)
      report({
        code: "MS4004",
        facts,
        sites: config!.sites,
        path: ["providers", provider, "apiKey"],
      });
  }
}
