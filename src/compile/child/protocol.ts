import type { Finding } from "../../define/finding.ts";
import type { Site } from "../../define/site.ts";
import type { JsonSchema, OrchestraPlan, Path, Plan, Production } from "../../plan/index.ts";
import type { McpServerSettings } from "../../players/mcp/mcp-settings.ts";
import type { PriceOptions } from "../../players/models/prices.ts";
import type { Json } from "../../support/json.ts";

/** So many are evaluated by what is quick once it has begun; fewer by what begins quickly. */
export const MANY_FILES = 100;
/** The argument of a child that stays for further jobs. */
export const STAYS = "--stays";

/** How TypeScript becomes JavaScript: Node's own type stripping, or tsx for what that refuses. */
export type Loader = "strip" | "tsx";

/** Why only tsx can load a workspace: syntax that is more than types, or imports that Node does not resolve. */
export type TsxReason = "syntax" | "imports";

/** A file whose default export is a definition. `file` is its path from the root, with `/`. */
export interface DefinitionFile {
  readonly file: string;
  readonly kind: "score" | "agent" | "orchestra" | "config";
}

/** How a child evaluates whatever it is told to. One that does not stay has it as its argument: it prepares itself by it. */
export interface Terms {
  readonly root: string;
  readonly loader: Loader;
  /** A module that resolves no import for so long is stuck. */
  readonly silenceMs: number;
  /** The child's heap, for telling a stuck module from one that eats memory. */
  readonly memoryMb: number;
  /** The folder in which whoever asks has its own code kept compiled; absent when it has none. */
  readonly compileCache?: string | undefined;
}

/** What the child is told on its standard input: one of it, or, when it stays, one a line. */
export interface Job extends Terms {
  readonly files: readonly DefinitionFile[];
  /** Of a child that stays: files, from the root, that are to be loaded anew where they have been before. */
  readonly stale?: readonly string[] | undefined;
  /** What was stripped for it meanwhile. */
  readonly stripped?: readonly Stripped[] | undefined;
}

/** A file, by its path from the root, as it was read, and without its types. */
export interface Stripped {
  readonly file: string;
  readonly source: string;
  readonly code: string;
}

/** `from` imports `to`; both paths from the root, with `../` for files beside the workspace. */
export interface ImportEdge {
  readonly from: string;
  readonly specifier: string;
  readonly to: string;
}

/** Why a module could not be evaluated. Positions are those of the source, `file` a path from the root. */
export type Failure =
  | {
      readonly is: "threw";
      readonly name: string;
      readonly detail: string;
      readonly sites: readonly Site[];
      readonly mayBeCycle: boolean;
    }
  | { readonly is: "syntax"; readonly detail: string; readonly site: Site | undefined }
  | { readonly is: "missingModule"; readonly specifier: string; readonly from: string | undefined }
  | {
      readonly is: "missingExport";
      readonly specifier: string;
      readonly name: string;
      readonly site: Site | undefined;
    }
  | { readonly is: "copies"; readonly copies: readonly LoadedCopy[] }
  | { readonly is: "endless"; readonly afterMs: number; readonly site: Site | undefined }
  | { readonly is: "ended"; readonly how: string; readonly site: Site | undefined };

/** A copy of this package that was loaded, and the import in the workspace that led to it. */
export interface LoadedCopy {
  /** Its folder or file, from the root where it is below that. */
  readonly place: string;
  readonly version: string;
  readonly from: string | undefined;
  readonly specifier: string;
}

/** A score as plain data. */
export interface LoadedScore {
  readonly is: "score";
  readonly id: string;
  readonly title?: string;
  readonly plan: Plan;
  /** Where each node was built, by its path from the root, `drafts/letter`. `""` is the score itself. */
  readonly sites: Readonly<Record<string, readonly Site[]>>;
  /** Schema of what references into the input read, with defaults filled in; absent when JSON Schema cannot say it. */
  readonly inputValues?: JsonSchema;
  /**
   * Everything that may be accepted where values are passed on, by the path of the node: a task's or an agent's input,
   * a loop's state, a decision, an artifact's schema. `""` is the score itself, `letter/~gate0` the first judge of an
   * artifact, `letter/~with` the task of a `reconstruct`.
   */
  readonly inputs: Readonly<Record<string, JsonSchema>>;
  /** The agents that its nodes and gates use, wherever they are defined. */
  readonly agents: readonly AgentFacts[];
  /** Where these schemas, and those of the outputs, stand when that is not at the node itself. */
  readonly definitions: Readonly<Record<string, readonly Site[]>>;
}

/** An agent as plain data; of what it was given only what has the right type. */
export interface AgentFacts {
  readonly id: string;
  /** The model and those that stand in for it, each with the way to it. */
  readonly models: readonly { readonly name: string; readonly at: Path }[];
  /** By which policy they are put in order. */
  readonly routing?: string;
  /** The tools that are named by a text and not given as a function. */
  readonly toolNames: readonly { readonly name: string; readonly at: Path }[];
  readonly output?: JsonSchema;
  /** Does anything bound what one step may cost? */
  readonly isLimited: boolean;
  /** The budgets of its own: `perCallUsd`, `perRunUsd`. */
  readonly budgets: readonly string[];
  readonly sites: readonly Site[];
}

export interface LoadedAgent extends AgentFacts {
  readonly is: "agent";
  readonly model: string;
}

export interface LoadedOrchestra {
  readonly is: "orchestra";
  readonly id: string;
  readonly name?: string;
  /** Id of the score it plays; absent when `plays` is no score. */
  readonly score?: string;
  /** What `plays` is, in words, when it is no score. */
  readonly playsInstead?: string;
  /** All that it says, with the defaults filled in; absent when `plays` is no score. */
  readonly plan?: OrchestraPlan;
  readonly input: Json;
  readonly schedule?: { readonly cron: string; readonly timezone: string; readonly overlap?: string };
  /** The variable that each secret comes from, by the secret's name; `null` when it is bound to something else. */
  readonly secrets: Readonly<Record<string, string | null>>;
  readonly sites: readonly Site[];
}

/** Where traces go, and what of them. */
export interface TelemetryFacts {
  readonly endpoint: string;
  readonly prompts: boolean;
  readonly headers: NonNullable<McpServerSettings["headers"]>;
}

export interface LoadedConfig {
  readonly is: "config";
  readonly store: { readonly file?: string; readonly durability?: "power" | "process" };
  /** How findings count, by code, as the author wrote it: whatever JSON can carry. */
  readonly diagnostics: Json;
  /** The variable that each provider's key comes from, by the provider's name; `null` when it is none, or not said. */
  readonly apiKeys: Readonly<Record<string, string | null>>;
  readonly providers: Readonly<Record<string, ProviderFacts>>;
  readonly models: Readonly<Record<string, string>>;
  /** What models have to have shown before runs of orchestras ask them. */
  readonly production?: Production;
  /** What models cost, of what was written as it has to be. */
  readonly prices: PriceOptions;
  /** The file that says so instead, from the root. */
  readonly priceFile?: string;
  readonly perDayMicroUsd?: number;
  /** The default policy, and the names of the author's own. */
  readonly routing: { readonly policy?: string; readonly own: readonly string[] };
  readonly mcp: Readonly<Record<string, McpServerSettings>>;
  readonly telemetry?: TelemetryFacts;
  readonly allowHosts: readonly string[];
  readonly allowPrivate: boolean;
  /** How much there is of each resource. */
  readonly resources: Readonly<Record<string, number>>;
  readonly players: PlayerSettings;
  /** How many runs, and how many steps, with a tag may be at work at once. */
  readonly tagLimits: Readonly<Record<string, number>>;
  readonly orchestrator: OrchestratorSettings;
  readonly retention: RetentionSettings;
  readonly sites: readonly Site[];
}

/** The processes that play tasks apart; what is not said is for them to know. */
export interface PlayerSettings {
  readonly max?: number;
  readonly memoryMb?: number;
  readonly env?: readonly string[];
}

/** The process of `maestro start`. */
export interface OrchestratorSettings {
  /** How many runs may be under way at once. */
  readonly slots?: number;
  /** How long steps under way have to end. */
  readonly drainMs?: number;
  /** For metrics. */
  readonly port?: number;
}

/** How long runs are kept after they have ended; `null`: for ever. What is not said has a default. */
export interface RetentionSettings {
  readonly runsMs?: number | null;
  /** Those that failed. */
  readonly failedMs?: number | null;
}

export interface ProviderFacts {
  /** Its address, when it speaks OpenAI's protocol and needs no package. */
  readonly baseUrl?: string;
  readonly package?: string;
  /** What its package is given. */
  readonly options?: { readonly [key: string]: Json };
  readonly concurrency?: number;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly models?: readonly string[];
}

export type LoadedDefinition = LoadedScore | LoadedAgent | LoadedOrchestra | LoadedConfig;

/** What became of one file. */
export interface LoadedFile {
  readonly file: string;
  readonly definition?: LoadedDefinition;
  readonly failures: readonly Failure[];
  readonly findings: readonly Finding[];
  /** Built-in functions that the module replaced. */
  readonly changed: readonly string[];
}

/** One line of what the child writes to file descriptor 3. */
export type Message =
  | { readonly is: "loading"; readonly file: string }
  | {
      readonly is: "loaded";
      readonly loaded: LoadedFile;
      readonly imports: readonly ImportEdge[];
      /** URLs of the modules of installed packages that files of the workspace import. */
      readonly packages: readonly string[];
    }
  /** Written right before the process ends or hangs, so that the next line may never come. */
  | { readonly is: "ending"; readonly how: string; readonly site: Site | undefined }
  | { readonly is: "stuck"; readonly site: Site | undefined; readonly afterMs: number }
  | { readonly is: "needsTsx"; readonly because: TsxReason }
  /** What reads TypeScript here has broken down with the last file: another process has to go on. */
  | { readonly is: "worn" }
  /** With the memory that the process has, when it stays. */
  | { readonly is: "done"; readonly usedMb?: number };
