import type { McpServer, ModelPrice, Provider, Telemetry } from "../define/define-config.ts";
import type { Score } from "../define/define-score.ts";
import type { RoutingOptions } from "../define/routing.ts";

/** How to open Maestro. */
export interface MaestroOptions {
  /** The scores that can be played and resumed. */
  readonly scores: readonly Score<never, unknown>[];
  /** Path of the libSQL file that keeps the runs; made when missing. One process owns it at a time. */
  readonly store: string;
  /** What an acknowledged step survives: `"power"` (default) also a power cut, `"process"` the end of the process. */
  readonly durability?: "power" | "process";
  /** Gives the secrets that steps name, and the keys of models' providers; by default none has a value. */
  readonly secret?: (name: string) => string | undefined;
  /** Hosts that `http` nodes may ask, as in `maestro.config.ts`; by default none. */
  readonly http?: { readonly allowHosts?: readonly string[]; readonly allowPrivate?: boolean };
  /** Where agents' models come from, as in `maestro.config.ts`; by default there are none. */
  readonly providers?: Readonly<Record<string, Provider>>;
  /** Own names for models, as in `maestro.config.ts`. */
  readonly models?: Readonly<Record<string, string>>;
  /** What models cost, as in `maestro.config.ts`. */
  readonly prices?: Readonly<Record<string, ModelPrice | readonly ModelPrice[]>>;
  /** What all runs of one day may cost, as in `maestro.config.ts`. */
  readonly budget?: { readonly perDayUsd?: number };
  /** MCP servers whose tools agents may use, as in `maestro.config.ts`. */
  readonly mcp?: Readonly<Record<string, McpServer>>;
  /** Traces of runs, as in `maestro.config.ts`; `env()` in its headers is asked of `secret`. By default none. */
  readonly telemetry?: Telemetry;
  /** How agents' models are put in order, as in `maestro.config.ts`. Policies of your own are called in this process. */
  readonly routing?: RoutingOptions;
  /** How much there is of what steps share, as in `maestro.config.ts`: `{ gpu: 2 }`; by default nothing. */
  readonly resources?: Readonly<Record<string, number>>;
  readonly limits?: {
    /** How many runs, and how many steps, with a tag may be at work at once, as in `maestro.config.ts`. */
    readonly tags?: Readonly<Record<string, number>>;
  };
  /** Where programs run that say no folder. Default: the current folder. */
  readonly root?: string;
}
