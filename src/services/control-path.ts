import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { join } from "node:path";

/** Where an owner of a store can be reached: a socket in a folder that is this user's alone. */
export interface ControlPath {
  readonly folder: string;
  readonly socket: string;
}

/** What every system takes as a socket's path; macOS takes 104 bytes with the one that ends it. */
const LONGEST_PATH_BYTES = 103;

/**
 * The place for the store's file, the same for everybody who asks, whatever links lead to it. Beside the store, or, where
 * that path is too long for a socket, in a folder of the user's in /tmp. Undefined where there is no such file, and on
 * Windows, which has no such sockets.
 */
export function controlPathOf(file: string): ControlPath | undefined {
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  let real: string;
  try {
    real = realpathSync(file);
  } catch {
    return undefined;
  }
  const beside = inFolder(`${real}.control`);
  if (Buffer.byteLength(beside.socket) <= LONGEST_PATH_BYTES) return beside;
  const name = createHash("sha256").update(real).digest("hex").slice(0, 24);
  return inFolder(`/tmp/maestro-${uid}-${name}`);
}

function inFolder(folder: string): ControlPath {
  return { folder, socket: join(folder, "s") };
}
