import { type Definition, defined } from "./definition.ts";
import { callSites } from "./site.ts";

declare const CONFIG: unique symbol;

/** The workspace's settings. */
export interface Config {
  readonly [CONFIG]: true;
}

/** The settings as their author wrote them. */
export interface ConfigRecord extends Definition<"config"> {
  readonly store?: { readonly file?: string; readonly durability?: "power" | "process" };
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
}): Config {
  return defined("config", config, callSites(defineConfig)) as unknown as Config;
}
