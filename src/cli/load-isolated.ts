import type { Playable } from "../engine/index.ts";
import { CHILD } from "../paths.ts";
import { ChildPlayers } from "../services/children/child-players.ts";
import type { Io } from "./io.ts";
import type { KeptDeployment } from "./load-code.ts";
import { loadSettings } from "./load-workspace.ts";
import { locateFailure } from "./locate-failure.ts";

/** Makes deployments ready to be played in child processes, and ends those. */
export interface Isolated {
  readonly load: (deployment: KeptDeployment) => Promise<Playable>;
  readonly close: () => Promise<void>;
}

/** `print` is given what author code prints that belongs to no step. */
export async function openIsolated(io: Io, print: (text: string) => void): Promise<Isolated> {
  const { root, players: settings } = await loadSettings(io);
  const players = new ChildPlayers({
    ...settings,
    entry: CHILD,
    root,
    locate: (stack) => locateFailure(stack, root),
    onOutput: print,
  });
  return { load: (deployment) => players.prepare(deployment), close: () => players.close() };
}
