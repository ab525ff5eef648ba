import type { Finding } from "../../define/finding.ts";
import type { Path } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import { allAgents } from "../all-agents.ts";
import type { CompiledConfig } from "../compilation.ts";
import type { RuleContext } from "./index.ts";

type Config = Pick<CompiledConfig, "providers" | "models" | "mcp" | "sites">;

/** Why a name means nothing, what it could be, and where the configuration says so. */
interface Unknown {
  readonly why: string;
  readonly guess: string | undefined;
  /** What to do when there is no guess. */
  readonly next: string;
  readonly declared: { readonly path: Path; readonly label: string } | undefined;
}

const NOTHING: Config = { providers: {}, models: {}, mcp: {}, sites: [] };
const FILE = "maestro.config.ts";
const MOST_NAMES = 8;

/** MS3101: models, providers, MCP servers and their tools that the configuration does not have. */
export function unknownModel({ agents, scores, config, isConfigRead, report }: RuleContext): void {
  if (!isConfigRead) return;
  const known = config ?? NOTHING;
  const all = allAgents(agents, scores);
  const tell = (who: string, wanted: string, unknown: Unknown | undefined, place: Omit<Asker, "who">) => {
    if (unknown) report(toFinding({ who, ...place }, wanted, unknown, known));
  };
  const hasProviders = Object.keys(known.providers).length > 0;
  if (!hasProviders) {
    const [first] = [
      ...all.map((agent) => ({ who: `agent "${agent.id}"`, sites: agent.sites, asked: agent.models[0] })),
      ...Object.entries(known.models).map(([name, model]) => ({
        who: "the configuration",
        sites: known.sites,
        asked: { name: model, at: ["models", name] },
      })),
    ].filter(({ asked }) => asked);
    if (first)
      tell(first.who, `model "${first.asked!.name}"`, NO_PROVIDERS, {
        sites: first.sites,
        path: first.asked!.at,
      });
  }
  for (const { id, models, toolNames, sites } of all) {
    const who = `agent "${id}"`;
    for (const { name, at } of hasProviders ? models : [])
      tell(who, `model "${name}"`, whyNoModel(name, known), { sites, path: at, subject: id });
    for (const { name, at } of toolNames)
      tell(who, `tool "${name}"`, whyNoTool(name, known), { sites, path: at, subject: id });
  }
  for (const [alias, model] of Object.entries(hasProviders ? known.models : {}))
    tell(`\`models.${alias}\` of the configuration`, `"${model}"`, whyNoProviderModel(model, known), {
      sites: known.sites,
      path: ["models", alias],
    });
}

const NO_PROVIDERS: Unknown = {
  why: "the configuration names no providers, so there is nobody to ask",
  guess: undefined,
  next: `name those you use in ${FILE}: defineConfig({ providers: { anthropic: {} } })`,
  declared: undefined,
};

interface Asker {
  readonly who: string;
  readonly sites: Finding["sites"];
  readonly path: Path;
  readonly subject?: string;
}

function toFinding(
  { who, sites, path, subject }: Asker,
  wanted: string,
  unknown: Unknown,
  config: Config,
): Finding {
  const { why, guess, next, declared } = unknown;
  return {
    code: "MS3101",
    facts: {
      who: `${who[0]!.toUpperCase()}${who.slice(1)}`,
      wanted,
      why,
      next: guess === undefined ? next : `did you mean "${guess}"?`,
    },
    sites,
    path,
    ...(declared && config.sites.length > 0 ? { others: [{ sites: config.sites, ...declared }] } : {}),
    ...(subject === undefined ? {} : { subject }),
  };
}

/** A model by its own name, or by one of the configuration's. */
function whyNoModel(name: string, config: Config): Unknown | undefined {
  if (Object.hasOwn(config.models, name)) return undefined;
  if (name.includes("/")) return whyNoProviderModel(name, config);
  const names = Object.keys(config.models);
  const provider = Object.hasOwn(config.providers, name);
  return {
    why: provider
      ? "that is a provider, and it has to be one of its models"
      : `it is neither "provider/model" nor a name in the configuration's \`models\`${has(names)}`,
    guess: nearest(name, names) ?? guessProvider(name, config),
    next: provider
      ? `write "${name}/…" with the model's name`
      : `add it to \`models\` in ${FILE}, or write "provider/model"`,
    declared:
      names.length > 0 ? { path: ["models"], label: "the names of models are declared here" } : undefined,
  };
}

/** `local/llama` for `llama`, where a provider says that it has it. */
function guessProvider(model: string, { providers }: Config): string | undefined {
  const [found] = Object.entries(providers).find(([, { models }]) => models?.includes(model)) ?? [];
  return found === undefined ? undefined : `${found}/${model}`;
}

function whyNoProviderModel(name: string, config: Config): Unknown | undefined {
  const { providers } = config;
  const slash = name.indexOf("/");
  const [provider, model] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  const known = Object.keys(providers);
  if (slash < 1 || model === "")
    return {
      why: 'it has to be "provider/model"',
      guess: guessProvider(name, config),
      next: `begin with the name of a provider: ${known.join(", ")}`,
      declared: { path: ["providers"], label: "the providers are declared here" },
    };
  if (!Object.hasOwn(providers, provider)) {
    const guess = nearest(provider, known);
    return {
      why: `the configuration has no provider "${provider}"${has(known)}`,
      guess: guess === undefined ? undefined : `${guess}/${model}`,
      next: `add it to \`providers\` in ${FILE}: ${provider}: {}`,
      declared: { path: ["providers"], label: "the providers are declared here" },
    };
  }
  const { models } = providers[provider]!;
  if (!models || models.includes(model)) return undefined;
  const guess = nearest(model, models);
  return {
    why: `provider "${provider}" has no model "${model}"${has(models)}`,
    guess: guess === undefined ? undefined : `${provider}/${guess}`,
    next: `add it to the provider's \`models\` in ${FILE}`,
    declared: { path: ["providers", provider, "models"], label: "its models are listed here" },
  };
}

/** A tool of an MCP server, `server/tool`. */
function whyNoTool(name: string, { mcp }: Config): Unknown | undefined {
  const slash = name.indexOf("/");
  const servers = Object.keys(mcp);
  const declared =
    servers.length > 0 ? { path: ["mcp"], label: "the MCP servers are declared here" } : undefined;
  if (slash < 1 || slash === name.length - 1) {
    const offering = servers.find((server) => mcp[server]!.tools?.includes(name));
    return {
      why: 'a tool that is named by a text is "server/tool"',
      guess: offering === undefined ? undefined : `${offering}/${name}`,
      next: "write the server's name before it, or pass what defineTool() returns",
      declared,
    };
  }
  const [server, tool] = [name.slice(0, slash), name.slice(slash + 1)];
  if (!Object.hasOwn(mcp, server)) {
    const guess = nearest(server, servers);
    return {
      why: `the configuration has no MCP server "${server}"${has(servers)}`,
      guess: guess === undefined ? undefined : `${guess}/${tool}`,
      next: `add it to \`mcp\` in ${FILE}`,
      declared,
    };
  }
  const { tools } = mcp[server]!;
  if (!tools || tools.includes(tool)) return undefined;
  const guess = nearest(tool, tools);
  return {
    why: `MCP server "${server}" has no tool "${tool}" that agents may use${has(tools)}`,
    guess: guess === undefined ? undefined : `${server}/${guess}`,
    next: `add it to the server's \`tools\` in ${FILE}`,
    declared: { path: ["mcp", server, "tools"], label: "its tools are listed here" },
  };
}

function has(names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : "";
  return ` (it has: ${names.slice(0, MOST_NAMES).join(", ")}${more})`;
}
