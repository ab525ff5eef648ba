import { allAgents } from "../../compile/all-agents.ts";
import { diskTime, readCached, writeCached } from "../../compile/cache.ts";
import { type Compilation, compileWorkspace } from "../../compile/index.ts";
import { EVALUATE } from "../../paths.ts";
import { version } from "../../support/version.ts";
import { surroundingsOf } from "../compile-score.ts";
import type { Io } from "../io.ts";
import { workspaceOf } from "../load-workspace.ts";

/** A model that the workspace names. */
export interface KnownModel {
  /** `provider/model`. */
  readonly model: string;
  /** What the configuration calls it. */
  readonly names: readonly string[];
  /** Ids of the agents that name it. */
  readonly agents: readonly string[];
}

export interface KnownModels {
  /** In the order of their names. */
  readonly models: readonly KnownModel[];
  /** Names of the providers whose models the configuration lists: they have no others. */
  readonly listed: readonly string[];
}

const ENTRY = "models";

/** The models that the configuration and the agents of the workspace name; from the cache when no file has changed since. */
export async function knownModels(io: Io): Promise<KnownModels> {
  const workspace = workspaceOf(io);
  const cached = readCached(workspace, ENTRY, version) as KnownModels | undefined;
  if (cached) return cached;
  const startedAt = diskTime(workspace);
  const compilation = await compileWorkspace({ workspace, childEntry: EVALUATE });
  const known = modelsOf(compilation);
  const inputs = [...compilation.files, ...surroundingsOf(workspace.root)];
  writeCached(workspace, ENTRY, known, {
    inputs,
    folders: ["scores", "agents", "orchestras"],
    version,
    startedAt,
  });
  return known;
}

function modelsOf({ agents, scores, config }: Compilation): KnownModels {
  const providers = Object.entries(config?.providers ?? {});
  const aliases = config?.models ?? {};
  const found = new Map<string, { names: Set<string>; agents: Set<string> }>();
  const of = (name: string) => {
    const model = Object.hasOwn(aliases, name) ? aliases[name]! : name;
    const known = found.get(model) ?? { names: new Set(), agents: new Set() };
    found.set(model, known);
    return known;
  };
  for (const alias of Object.keys(aliases)) of(alias).names.add(alias);
  for (const [provider, { models = [] }] of providers) for (const model of models) of(`${provider}/${model}`);
  for (const agent of allAgents(agents, scores))
    for (const { name } of agent.models) of(name).agents.add(agent.id);
  return {
    models: [...found]
      .map(([model, { names, agents: ids }]) => ({ model, names: [...names], agents: [...ids] }))
      .sort((a, b) => (a.model < b.model ? -1 : 1)),
    listed: providers.flatMap(([name, { models }]) => (models ? [name] : [])),
  };
}
