import type { McpSources } from "../players/mcp/mcp-sources.ts";
import { type ModelSettings, NO_MODELS } from "../players/models/model-settings.ts";
import type { Understudy } from "../players/understudies/understudy.ts";
import type { OrchestraStore } from "../store/orchestra-store.ts";
import { SLOT, tagName } from "./core/admission.ts";
import type { Witness } from "./witness.ts";

/** What steps reach beyond their run. */
export interface Outside {
  /** The value of a secret, or `undefined` when it is not there. Orchestras bind theirs each for itself. */
  readonly secret: (name: string, orchestra?: string) => string | undefined;
  /** Opens the secrets that an orchestra binds, before a run of it begins or goes on. Throws when one is missing. */
  readonly bind?: (orchestra: string, orchestras: OrchestraStore) => Promise<void>;
  /** Hosts that `http` nodes may ask. */
  readonly allowHosts: readonly string[];
  /** Also those at addresses that only this machine or its network reaches. */
  readonly allowPrivate: boolean;
  /** Absolute path of the folder in which programs run. */
  readonly root: string;
  /** The models that agents may ask. */
  readonly models: ModelSettings;
  /** What answers runs that a program plays by a script of its own. */
  readonly script?: Understudy;
  /** Is told of every run. Whoever has made it closes it. Default: nobody. */
  readonly witness?: Witness;
  /** The MCP servers whose tools agents may use. Whoever has made them closes them. Default: none. */
  readonly mcp?: McpSources;
  /** What may be spent on models, whatever asks them. Default: anything. */
  readonly budget?: { readonly perDayMicroUsd?: number };
  /** How much there is of what steps and runs share. Default: nothing, and no limits. */
  readonly limits?: Limits;
}

/** Capacities, by name. */
export interface Limits {
  readonly resources?: Readonly<Record<string, number>>;
  /** For runs and for steps, each by itself. */
  readonly tags?: Readonly<Record<string, number>>;
  /** How many runs may be under way at once, of those that no other one plays. */
  readonly runs?: number;
}

type Capacities = readonly (readonly [string, number])[];

/** How much there is of everything that is limited, by the names that `Admission` knows. */
export function capacitiesOf({ limits = {} }: Outside): {
  readonly ofSteps: Capacities;
  readonly ofRuns: Capacities;
} {
  const { resources = {}, tags = {}, runs } = limits;
  const ofTags = Object.entries(tags).map(([tag, most]) => [tagName(tag), most] as const);
  return {
    ofSteps: [...Object.entries(resources), ...ofTags],
    ofRuns: runs === undefined ? ofTags : [...ofTags, [SLOT, runs]],
  };
}

/** No secrets, no hosts. */
export const NOTHING_OUTSIDE: Outside = {
  secret: () => undefined,
  allowHosts: [],
  allowPrivate: false,
  root: ".",
  models: NO_MODELS,
};
