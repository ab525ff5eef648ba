import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readCached } from "../compile/cache.ts";
import type { OrchestratorSettings, PlayerSettings, TelemetryFacts } from "../compile/child/protocol.ts";
import { configOf, findWorkspace, type Workspace } from "../compile/find-workspace.ts";
import { MaestroError } from "../diagnostics/index.ts";
import type { Limits, Outside } from "../engine/index.ts";
import type { Plan, Production } from "../plan/index.ts";
import type { McpSettings } from "../players/mcp/mcp-settings.ts";
import type { ModelSettings } from "../players/models/model-settings.ts";
import type { Retention } from "../services/pruner.ts";
import { version } from "../support/version.ts";
import type { Io } from "./io.ts";
import type { KeptDeployment } from "./load-code.ts";

/** The settings of a workspace, defaults filled in. */
export interface Settings {
  readonly root: string;
  /** Absolute path of the store. */
  readonly file: string;
  readonly durability: "power" | "process";
  /** Hosts that `http` nodes may ask, and whether they may be in the own network. */
  readonly allowHosts: readonly string[];
  readonly allowPrivate: boolean;
  readonly providers: ModelSettings["providers"];
  /** Own names for models. */
  readonly models: ModelSettings["aliases"];
  /** What models have to have shown before runs of orchestras ask them. */
  readonly production?: Production;
  readonly prices: ModelSettings["prices"];
  readonly mcp: McpSettings["servers"];
  /** Where traces go; absent: nowhere. */
  readonly telemetry?: TelemetryFacts;
  /** How agents' models are put in order. */
  readonly routing: RoutingEntry;
  /** What all runs together may cost. */
  readonly budget: NonNullable<Outside["budget"]>;
  /** How much there is of what steps and runs share. */
  readonly limits: Limits;
  /** The processes that play tasks apart. */
  readonly players: PlayerSettings;
  /** The process of `maestro start`. */
  readonly orchestrator: OrchestratorSettings;
  /** How long runs are kept. */
  readonly retention: Retention;
}

/** A score ready to be loaded, and the settings it is played under. */
export interface LoadedScore {
  readonly deployment: KeptDeployment;
  readonly plan: Plan;
  readonly settings: Settings;
}

/**
 * The workspace that a command works on.
 * @throws MaestroError MR2005 when there is none, MR2076 when it is not one any more
 */
export function workspaceOf({ cwd, home }: Io): Workspace {
  if (home !== undefined && !configOf(home)) throw new MaestroError("MR2076", { root: home });
  const workspace = home === undefined ? findWorkspace(cwd) : { root: home };
  if (!workspace) throw new MaestroError("MR2005", { folder: cwd });
  return workspace;
}

/**
 * The score with this id: from the cache when nothing has changed since, else compiled.
 * @throws MaestroError MR2001 when there is none (with a guess), MR2006 when it has errors (which have been printed)
 */
export async function loadScore(io: Io, id: string): Promise<LoadedScore> {
  const { root } = workspaceOf(io);
  const cached = readCached({ root }, `score-${id}`, version) as ScoreEntry | undefined;
  const entry = cached ?? (await (await import("./compiling.ts")).compileScore(io, { root }, id));
  const deployment = {
    hash: entry.hash,
    plan: JSON.stringify(entry.plan),
    codeFile: join(root, entry.codeFile),
  };
  return { deployment, plan: entry.plan, settings: toSettings(root, entry.config) };
}

/**
 * The settings alone, for commands that only look into the store.
 * @throws MaestroError MR2075 when the configuration has errors (which have been printed)
 */
export async function loadSettings(io: Io): Promise<Settings> {
  const { root } = workspaceOf(io);
  const cached = readCached({ root }, "settings", version) as ConfigEntry | undefined;
  return toSettings(root, cached ?? (await (await import("./compiling.ts")).compileSettings(io, { root })));
}

/** What is remembered of a compiled score. */
export interface ScoreEntry {
  readonly plan: Plan;
  readonly hash: string;
  /** From the root. */
  readonly codeFile: string;
  readonly config: ConfigEntry;
}

interface RoutingEntry {
  /** The default. */
  readonly policy?: string;
  /** Where the configuration's own policies are, from the root. */
  readonly codeFile?: string;
}

export interface ConfigEntry {
  readonly file?: string;
  readonly durability?: "power" | "process";
  readonly allowHosts?: readonly string[];
  readonly allowPrivate?: boolean;
  readonly providers?: ModelSettings["providers"];
  readonly models?: ModelSettings["aliases"];
  readonly production?: Production;
  readonly prices?: ModelSettings["prices"];
  readonly mcp?: McpSettings["servers"];
  readonly telemetry?: TelemetryFacts;
  readonly routing?: RoutingEntry;
  readonly budget?: Outside["budget"];
  readonly limits?: Limits;
  readonly players?: PlayerSettings;
  readonly orchestrator?: OrchestratorSettings;
  readonly retention?: Partial<Retention>;
}

/** Nothing is forgotten that nobody has asked to be: it cannot be brought back. */
const FOR_EVER: Retention = { runsMs: null, failedMs: null };

/** Of what a configuration has said, with the defaults. */
export function toSettings(root: string, entry: ConfigEntry): Settings {
  const { file = ".maestro/maestro.db", durability = "power" } = entry;
  const {
    allowHosts = [],
    allowPrivate = false,
    providers = {},
    models = {},
    prices = {},
    routing = {},
    mcp = {},
    budget = {},
    limits = {},
    players = {},
    orchestrator = {},
    retention,
  } = entry;
  const kept = { ...FOR_EVER, ...retention };
  const shared = { limits, players, orchestrator, retention: kept };
  const own = { providers, models, prices, routing, mcp, budget, ...shared };
  const access = { allowHosts, allowPrivate, ...own };
  const { telemetry, production } = entry;
  const optional = { ...(telemetry ? { telemetry } : {}), ...(production ? { production } : {}) };
  return { root, file: resolve(root, file), durability, ...access, ...optional };
}

/** The bytes of a deployment's code, to be kept in the store. */
export function readCode({ codeFile }: KeptDeployment): Uint8Array {
  return readFileSync(codeFile);
}
