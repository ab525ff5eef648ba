import { allAgents } from "../all-agents.ts";
import { isInstalled } from "../package-version.ts";
import type { RuleContext } from "./index.ts";

/** MS3121: an agent's model comes from a package that is not installed where the environment was asked for. */
export function missingPackages({ agents, scores, config, environment, report }: RuleContext): void {
  if (!environment || !config) return;
  const told = new Set<string>();
  for (const { id, models } of allAgents(agents, scores)) {
    for (const { name } of models) {
      const model = Object.hasOwn(config.models, name) ? config.models[name]! : name;
      const provider = model.split("/", 1)[0]!;
      const known = Object.hasOwn(config.providers, provider) ? config.providers[provider]! : undefined;
      if (!known || known.baseUrl !== undefined || told.has(provider)) continue;
      told.add(provider);
      const { package: wanted = `@ai-sdk/${provider}` } = known;
      if (isInstalled(environment.root, wanted)) continue;
      const facts = { provider, model, agent: id, package: wanted };
      report({ code: "MS3121", facts, sites: config.sites, path: ["providers", provider] });
    }
  }
}
