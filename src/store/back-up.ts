import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { MaestroError } from "../diagnostics/maestro-error.ts";
import { type Connection, connectLibsql } from "./connection.ts";
import { inspectPages } from "./inspect-pages.ts";
import { reasonOf } from "./sqlite-error.ts";

export interface BackUp {
  /** Absolute path of the copy, which is not there yet. */
  readonly to: string;
  /** Makes the copy at a path where an empty file is. */
  readonly copy: (to: string) => Promise<void>;
}

/**
 * Makes a copy, checks every page and row of it, and only then gives it its name: killed at any moment, there is no copy
 * or a whole one. Only its user can read it.
 * @throws MaestroError MR2054, and then there is none
 */
export async function backUp({ to, copy }: BackUp): Promise<void> {
  if (existsSync(to))
    throw new MaestroError("MR2054", { file: to, reason: "there is a file of this name already" });
  const unfinished = `${to}.unfinished`;
  try {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    rmSync(unfinished, { force: true });
    // Before anything is in it: SQLite fills an empty file and leaves its rights alone.
    closeSync(openSync(unfinished, "wx", 0o600));
    await copy(unfinished);
    chmodSync(unfinished, 0o600);
    await inspectPages(unfinished, { isClean: true });
    keepFile(unfinished);
    renameSync(unfinished, to);
    keepFile(dirname(to));
  } catch (cause) {
    rmSync(unfinished, { force: true });
    if (cause instanceof MaestroError && cause.code !== "MR1004") throw cause;
    throw new MaestroError("MR2054", { file: to, reason: reasonOf(cause) }, { cause });
  }
}

/**
 * Copies a store that another process owns, through a connection that can write nothing to it: the copy is what was
 * durable at one moment, and the owner goes on meanwhile. It neither checkpoints nor closes what it did not open (S1, S2).
 */
export async function copyBeside(file: string, to: string): Promise<void> {
  const connection = connectLibsql(`${pathToFileURL(file).href}?mode=ro`);
  try {
    await copyInto(connection, to);
  } finally {
    connection.close();
  }
}

export function copyInto(connection: Connection, to: string): Promise<void> {
  return connection.executeMultiple(`VACUUM INTO '${to.replaceAll("'", "''")}'`);
}

/** Beyond the system's own memory. */
export function keepFile(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
