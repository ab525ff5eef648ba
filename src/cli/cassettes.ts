import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Plan } from "../plan/index.ts";
import { secretsOf } from "../plan/index.ts";
import { Redactor } from "../players/redactor.ts";
import type { CassetteFile } from "../players/understudies/cassette-file.ts";
import type { Io } from "./io.ts";
import type { Settings } from "./load-workspace.ts";

/** Where cassettes lie, from the workspace's folder. */
export const CASSETTES = "test/cassettes";

/** Every cassette of a workspace, from its folder, in the order of their names. */
export function listCassettes(root: string): string[] {
  const folder = join(root, CASSETTES);
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".json"))
      .map((name) => relative(root, join(folder, name)).replaceAll("\\", "/"))
      .sort();
  } catch {
    return [];
  }
}

/** A reader never sees half a file. */
export function writeCassette(root: string, path: string, cassette: CassetteFile): void {
  const file = resolve(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, `${JSON.stringify(cassette, null, 2)}\n`);
  renameSync(`${file}.tmp`, file);
}

/** Takes out what must not stand on a cassette: every secret that the score names, and the keys of providers. */
export function redactorFor({ env }: Io, plan: Plan, { providers }: Settings): Redactor {
  const keys = Object.values(providers).flatMap(({ apiKey }) => (apiKey === undefined ? [] : [apiKey]));
  const names = new Set([...secretsOf(plan), ...keys]);
  return new Redactor(new Map([...names].map((name) => [name, env[name] ?? ""])));
}
