import type { Outside } from "../engine/index.ts";
import type { Io } from "./io.ts";
import type { Settings } from "./load-workspace.ts";

/** What steps reach from a command: secrets are variables of its environment. */
export function outsideOf({ env }: Io, { root, allowHosts, allowPrivate }: Settings): Outside {
  return { secret: (name) => env[name], allowHosts, allowPrivate, root };
}
