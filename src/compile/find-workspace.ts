import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** A folder with a `maestro.config.ts`. */
export interface Workspace {
  /** Absolute, with symbolic links followed, as Node names the modules in it. */
  readonly root: string;
}

/** What its configuration may be called; of several the first one counts. */
export const CONFIG_NAMES = ["maestro.config.ts", "maestro.config.mts", "maestro.config.js"];

/** The nearest workspace at or above the folder `from`, or `undefined` when there is none. */
export function findWorkspace(from: string): Workspace | undefined {
  let folder = resolve(from);
  for (;;) {
    if (configOf(folder)) return { root: realpathSync(folder) };
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/** The name of the configuration file in `folder`. */
export function configOf(folder: string): string | undefined {
  return CONFIG_NAMES.find((name) => existsSync(join(folder, name)));
}
