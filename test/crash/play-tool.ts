import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { bundlePlayer } from "../bundle-player.ts";

const PLAYER = await bundlePlayer(join(import.meta.dirname, "tool-player.ts"));

interface Played {
  readonly writes: number;
  readonly ended: { readonly is: string; readonly error?: { readonly code: string } };
  readonly called: readonly { readonly result: string | null }[];
  readonly billed: readonly { readonly attempt: number; readonly call: number }[];
}

/** Plays, or goes on with, the run in `file` until it ends or is killed; undefined when it was killed. */
export function playTool(file: string, kill: string): Played | undefined {
  const args = ["--no-warnings", PLAYER, file, `${file}.ledger`, kill];
  const { stdout, stderr, signal, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (signal === "SIGKILL") return undefined;
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

/** What the tool has done. */
export function effectsIn(file: string): number {
  return linesOf(`${file}.ledger`).length;
}

/** By whom what was said last came, each time the model was asked. */
export function askedIn(file: string): readonly string[] {
  return linesOf(`${file}.ledger.asked`);
}

function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
