import type { Playable } from "../engine/index.ts";
import { CHILD } from "../paths.ts";
import { ChildPlayers } from "../services/children/child-players.ts";
import type { KeptDeployment } from "./load-code.ts";
import { locateFailure } from "./locate-failure.ts";

/** Makes deployments ready to be played in child processes, and ends those. */
export interface Isolated {
  readonly load: (deployment: KeptDeployment) => Promise<Playable>;
  readonly close: () => Promise<void>;
}

/** `print` is given what author code prints that belongs to no step. */
export function openIsolated(root: string, print: (text: string) => void): Isolated {
  const players = new ChildPlayers({
    entry: CHILD,
    root,
    locate: (stack) => locateFailure(stack, root),
    onOutput: print,
  });
  return { load: (deployment) => players.prepare(deployment), close: () => players.close() };
}
