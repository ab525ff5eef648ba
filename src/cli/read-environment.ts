import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Environment } from "../compile/environment.ts";
import { nearest } from "../support/nearest.ts";
import { UsageError } from "./usage-error.ts";

const PREFIX = ".env.";

/**
 * Which variables there are in the environment called `name`: those of `.env` and `.env.<name>` in the workspace, over
 * those of this process. Values are read and let go.
 * @throws UsageError when there is no `.env.<name>`, or one of the two cannot be read
 */
export function readEnvironment(
  root: string,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Environment {
  const names = readdirSync(root)
    .filter((file) => file.startsWith(PREFIX) && file.length > PREFIX.length)
    .map((file) => file.slice(PREFIX.length))
    .sort();
  if (!names.includes(name)) throw unknown(name, names);
  const values = { ...env, ...readFile(root, ".env"), ...readFile(root, PREFIX + name) };
  const variables = Object.entries(values).flatMap(([variable, value]) =>
    value === undefined ? [] : [[variable, value === "" ? "empty" : "set"] as const],
  );
  return { name, root, variables: new Map(variables) };
}

function unknown(name: string, names: readonly string[]): UsageError {
  const guess = nearest(name, names);
  const there =
    names.length === 0
      ? "there is no file of that kind"
      : `there is ${names.map((one) => PREFIX + one).join(", ")}`;
  return new UsageError(
    `There is no ${PREFIX}${name} in this workspace; ${there}.`,
    guess === undefined ? undefined : `did you mean --env ${guess}?`,
  );
}

/** `.env` need not be there. */
function readFile(root: string, file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(join(root, file), "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return {};
    throw new UsageError(`${file} cannot be read${code === undefined ? "" : ` (${code})`}.`);
  }
}
