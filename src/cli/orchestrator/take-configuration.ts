import { statSync, unwatchFile, watchFile } from "node:fs";
import { join } from "node:path";
import { CONFIG_NAMES, configOf } from "../../compile/find-workspace.ts";
import type { House } from "../../house.ts";
import type { Log } from "../../services/orchestrator/log.ts";
import type { Pruner } from "../../services/pruner.ts";
import { toReason } from "../../support/to-reason.ts";
import type { Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { outsideOf } from "../outside-of.ts";
import { type Hiding, hideSecrets } from "./hide-secrets.ts";
import { withSlots } from "./with-slots.ts";

/** How often the files of the configuration are looked at. */
const LOOK_MS = 1_000;

/** What an orchestrator is up with. */
export interface Orchestrating {
  /** Stays in its workspace. */
  readonly io: Io;
  readonly settings: Settings;
  readonly log: Log;
  /** What is opened from now on is taken out of the log. */
  readonly hiding: Hiding;
}

/** A configuration with a mistake in it, or one that is not there, changes nothing: what was taken last holds. */
export async function takeConfiguration(
  house: House,
  { io, settings, log, hiding, pruner }: Orchestrating & { readonly pruner: Pruner },
): Promise<void> {
  const said: string[] = [];
  try {
    const found = await loadSettings(forLog(io, (line) => void said.push(line)));
    house.engine.reach(hideSecrets(outsideOf(io, withSlots(found)), hiding));
    pruner.keep(found.retention);
    const fixed = ["file", "durability", "players", "orchestrator"] as const;
    const atNextStart = fixed.filter(
      (name) => JSON.stringify(found[name]) !== JSON.stringify(settings[name]),
    );
    log.info("configuration taken", atNextStart.length > 0 ? { atNextStart } : {});
  } catch (error) {
    log.error("configuration not taken", { why: toReason(error), ...(said.length > 0 ? { said } : {}) });
  }
}

/** What is said goes to `warn` as plain text, whatever this process was started in. */
export function forLog(io: Io, warn: (line: string) => void): Io {
  return { ...io, warn, isTerminal: false, hasColor: false };
}

/** Calls `reload` when another configuration is there, or the one that was there is gone or comes back. */
export function onConfiguration(root: string, reload: () => void): () => void {
  let seen = lookAt(root);
  const onLook = (): void => {
    const found = lookAt(root);
    if (found === seen) return;
    seen = found;
    reload();
  };
  // A file that is not there yet is watched as well.
  const files = CONFIG_NAMES.map((name) => join(root, name));
  for (const file of files) watchFile(file, { interval: LOOK_MS }, onLook);
  return () => {
    for (const file of files) unwatchFile(file, onLook);
  };
}

/** Node's own comparison is with what a file was before it was gone: one that is put back looks unchanged to it. */
function lookAt(root: string): string | undefined {
  const name = configOf(root);
  if (name === undefined) return undefined;
  const about = statSync(join(root, name), { throwIfNoEntry: false });
  return about && [name, about.ino, about.size, about.mtimeMs, about.ctimeMs].join();
}
