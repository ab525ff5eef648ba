import type { AuthorCode, Setting } from "../diagnostics/index.ts";
import type { Duration } from "../support/duration.ts";
import type { Json } from "../support/json.ts";
import { type Definition, defined } from "./definition.ts";
import type { Env } from "./env.ts";
import type { Compatible, ProviderLimits } from "./openai-compatible.ts";
import type { RoutingOptions } from "./routing.ts";
import { callSites } from "./site.ts";

declare const CONFIG: unique symbol;

/** The workspace's settings. */
export interface Config {
  readonly [CONFIG]: true;
}

/** The settings as their author wrote them. */
export interface ConfigRecord extends Definition<"config"> {
  readonly store?: { readonly file?: string; readonly durability?: "power" | "process" };
  readonly diagnostics?: Readonly<Partial<Record<AuthorCode, Setting>>>;
  readonly providers?: unknown;
  readonly models?: unknown;
  readonly prices?: unknown;
  readonly routing?: unknown;
  readonly budget?: unknown;
  readonly mcp?: unknown;
  readonly telemetry?: unknown;
  readonly http?: unknown;
  readonly resources?: unknown;
  readonly players?: unknown;
  readonly limits?: unknown;
  readonly orchestrator?: unknown;
  readonly retention?: unknown;
}

/** A source of models: a package of `ai`'s, which the workspace has installed. */
export interface ProviderOptions extends ProviderLimits {
  /** Default: `@ai-sdk/` and the provider's name. */
  readonly package?: string;
  /** What its `create…` function is given besides the key: `{ baseURL: "https://eu.example.com/v1" }`. */
  readonly options?: Readonly<Record<string, Json>>;
  /** Default: the variable the provider itself names. */
  readonly apiKey?: Env;
  /** The models it has, for checking names. Absent: any name is taken. */
  readonly models?: readonly string[];
}

/** A source of models, of either kind. */
export type Provider = ProviderOptions | Compatible;

/** US dollars for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Of what the provider had in its own cache; as `input` when absent. */
  readonly cachedInput?: number;
  /** Of the output that nobody sees, which some models think in; as `output` when absent. */
  readonly reasoning?: number;
  /** The first day on which it counts, in UTC: `"2026-01-31"`. Absent: it has always counted. */
  readonly from?: string;
  /** Where the figures are from: a page, a contract. */
  readonly source?: string;
}

/** A server of tools: a program that is started, or an address. */
export interface McpServer {
  /** The program and its arguments. */
  readonly command?: readonly [string, ...string[]];
  readonly url?: string;
  /** The tools that agents may use. Absent: all of them. */
  readonly tools?: readonly string[];
  /** What its program finds in its environment besides `PATH`, `HOME` and the like. What `env()` names is a secret. */
  readonly env?: Readonly<Record<string, string | Env>>;
  /** What every request to its address says: `{ authorization: env("DOCS_AUTH") }`. */
  readonly headers?: Readonly<Record<string, string | Env>>;
  /** Also at an address that only this machine or its network reaches. Default false. */
  readonly allowPrivate?: boolean;
  /** The longest one call may take. Default `"60s"`. */
  readonly timeout?: Duration;
}

/** Where traces go, and what of them. */
export interface Telemetry {
  /** Of a collector that speaks OTLP over HTTP: `http://localhost:4318`. */
  readonly endpoint: string;
  /** Also what models say, and what tools are given and give. Default false. */
  readonly prompts?: boolean;
  /** What every request to it says: `{ authorization: env("OTLP_AUTH") }`. */
  readonly headers?: Readonly<Record<string, string | Env>>;
}

/** What a model has to have shown in `maestro models test`. */
export interface ModelDemands {
  readonly minBadge: "bronze" | "silver" | "gold";
  /** A badge that is older counts as none. Default `"30d"`. */
  readonly maxAge?: Duration;
}

/** The settings of a workspace; the default export of `maestro.config.ts`. */
export function defineConfig(config: {
  readonly store?: {
    /** Where runs are kept, from the workspace's folder. Default `.maestro/maestro.db`. */
    readonly file?: string;
    /**
     * `"power"` (default): what is acknowledged survives a power cut.
     * `"process"`: it survives `kill -9`; a power cut may cost the last moments, which are then played again. Faster.
     */
    readonly durability?: "power" | "process";
  };
  /** Where models come from, by the name that stands before the `/` of a model. */
  readonly providers?: Readonly<Record<string, Provider>>;
  /**
   * Own names for models, which agents may use instead of `provider/model`: `{ fast: "openai/gpt-5-mini" }`. And what a
   * model has to have shown before runs of orchestras ask it: `{ production: { minBadge: "silver" } }`.
   */
  readonly models?: Readonly<Record<string, string | ModelDemands>>;
  /**
   * What models cost in US dollars for a million tokens, by `provider/model`, as your provider bills them: Maestro knows no
   * prices of its own. A model has one price, or a list of those that count `from` several days on. `"prices.json"` is a
   * file of this form, from the workspace's folder. A model that is not here is asked all the same, and its cost told as
   * unknown. What `maestro prices set` says counts before it.
   */
  readonly prices?: string | Readonly<Record<string, ModelPrice | readonly ModelPrice[]>>;
  /** The most that all runs of one day, in UTC, may cost in US dollars: `{ perDayUsd: 20 }`. Beyond it people are asked. */
  readonly budget?: { readonly perDayUsd?: number };
  /** How agents' models are put in order. */
  readonly routing?: RoutingOptions;
  /** MCP servers whose tools agents may list as `server/tool`, by name. */
  readonly mcp?: Readonly<Record<string, McpServer>>;
  /** Traces of runs, by OpenTelemetry. Absent: none, and nothing of it is loaded. */
  readonly telemetry?: Telemetry;
  readonly http?: {
    /**
     * Hosts that `http` nodes may ask at the usual port of http and https, `crm.example.com`, or at another,
     * `crm.example.com:8080`; `*.example.com` for all below one, itself not among them.
     */
    readonly allowHosts?: readonly string[];
    /** Also when such a host leads to an address that only this machine or its network reaches. Default false. */
    readonly allowPrivate?: boolean;
  };
  /** How much there is of what steps share, by name: `{ gpu: 2 }`. A node takes of it with `resources: { gpu: 1 }`. */
  readonly resources?: Readonly<Record<string, number>>;
  readonly limits?: {
    /** How many runs, and how many steps, with this tag may be at work at once: `{ crm: 2 }`. */
    readonly tags?: Readonly<Record<string, number>>;
    /** How many runs `maestro start` has under way at once; the others wait in the queue. Default 100. */
    readonly runs?: number;
  };
  /** The process that `maestro start` keeps. */
  readonly orchestrator?: {
    /** How long steps under way have to end when it is told to stop. Default `"30s"`. */
    readonly drain?: Duration;
    /** Port on 127.0.0.1 for `/metrics` and `/healthz`. Default: none is open. */
    readonly port?: number;
  };
  /** How long runs are kept after they have ended; `maestro start` forgets older ones. Costs are summed up by the hour for ever. */
  readonly retention?: {
    /** Default `"never"`: nothing is forgotten. */
    readonly runs?: Duration | "never";
    /** Those that failed. Default `"never"`. */
    readonly failed?: Duration | "never";
  };
  /** The processes that play tasks apart, with `--isolated`. */
  readonly players?: {
    /** How many at once. Default 2. */
    readonly max?: number;
    /** The heap that each may have, in MB; all of it may have twice that. Default 512. */
    readonly memoryMb?: number;
    /** Variables of the environment that tasks there may read, besides `PATH`, `HOME` and the like. Secrets are no such thing. */
    readonly env?: readonly string[];
  };
  /**
   * How findings count, by code: `{ MS2202: "off" }`. What is not named counts as `maestro explain` says. Findings with
   * which nothing could be played are always errors.
   */
  readonly diagnostics?: Readonly<Partial<Record<AuthorCode, Setting>>>;
}): Config {
  return defined("config", config, callSites(defineConfig)) as unknown as Config;
}
