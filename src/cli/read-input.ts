import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { toValue } from "../operations/to-value.ts";
import { type JsonSchema, schemaAt } from "../plan/index.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The input that `--input` options give, in their order, later ones over earlier ones:
 * `key=value` (dots go inside: `brief.max=3`), `@file.json`, `-` for JSON from standard input, or a JSON object.
 * @param schema decides what a value's text means: `3` is a number only where one is wanted
 * @throws UsageError with what could not be read
 */
export async function readInput(
  options: readonly string[],
  {
    schema,
    cwd,
    readStdin,
  }: {
    readonly schema: JsonSchema | undefined;
    readonly cwd: string;
    readonly readStdin: () => Promise<string>;
  },
): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = Object.create(null);
  for (const option of options) {
    if (option === "-") merge(input, await readStdin(), "standard input");
    else if (option.startsWith("@")) merge(input, readFile(resolve(cwd, option.slice(1))), option.slice(1));
    else if (option.trimStart().startsWith("{")) merge(input, option, "--input");
    else assign(input, option, schema);
  }
  return { ...input };
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "ENOENT" ? `There is no file ${path}.` : `${path} cannot be read (${code}).`,
    );
  }
}

function parseObject(text: string, from: string): Record<string, unknown> {
  let value: unknown;
  try {
    // Some editors begin a file with a mark that is no JSON.
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new UsageError(`The input from ${from} is not JSON: ${(error as Error).message}.`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new UsageError(`The input from ${from} has to be a JSON object.`);
}

function merge(into: Record<string, unknown>, text: string, from: string): void {
  for (const [key, value] of Object.entries(parseObject(text, from))) {
    if (isUnsafe(key)) throw new UsageError(`The input from ${from}: "${key}" is no path to a field.`);
    into[key] = value;
  }
}

function assign(input: Record<string, unknown>, option: string, schema: JsonSchema | undefined): void {
  const equals = option.indexOf("=");
  if (equals < 1)
    throw new UsageError(`--input ${option} is neither key=value, @file.json, - nor a JSON object.`);
  const path = option.slice(0, equals).split(".");
  if (path.some((key) => key === "" || isUnsafe(key)))
    throw new UsageError(`--input ${option}: "${path.join(".")}" is no path to a field.`);
  let at = input;
  const typed = schemaAt(schema, path);
  for (const key of path.slice(0, -1)) {
    if (typeof at[key] !== "object" || at[key] === null) at[key] = Object.create(null);
    at = at[key] as Record<string, unknown>;
  }
  const last = path.at(-1)!;
  at[last] = toValue(option.slice(equals + 1), typed);
}

function isUnsafe(key: string): boolean {
  return key === "__proto__" || key === "constructor" || key === "prototype";
}
