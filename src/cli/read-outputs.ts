import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "./usage-error.ts";

/**
 * Outputs by step that options such as `--have draft=@draft.json` and `--have 'draft={"text":""}'` give.
 * @throws UsageError with what could not be read
 */
export function readOutputs(
  options: readonly string[],
  { option, cwd }: { readonly option: string; readonly cwd: string },
): Readonly<Record<string, unknown>> {
  const outputs = new Map<string, unknown>();
  for (const text of options) {
    const equals = text.indexOf("=");
    if (equals < 1) throw new UsageError(`${option} ${text} is not step=@file.json or step=JSON.`);
    const name = text.slice(0, equals);
    if (outputs.has(name)) throw new UsageError(`${option} gives the output of "${name}" twice.`);
    outputs.set(name, readOutput(text.slice(equals + 1), { option: `${option} ${name}`, cwd }));
  }
  return Object.fromEntries(outputs);
}

function readOutput(
  given: string,
  { option, cwd }: { readonly option: string; readonly cwd: string },
): unknown {
  const from = given.startsWith("@") ? resolve(cwd, given.slice(1)) : undefined;
  try {
    // Some editors begin a file with a mark that is no JSON.
    return JSON.parse((from === undefined ? given : readFileSync(from, "utf8")).replace(/^\uFEFF/, ""));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new UsageError(`${option}: there is no file ${from}.`);
    if (code !== undefined) throw new UsageError(`${option}: ${from} cannot be read (${code}).`);
    throw new UsageError(`${option}: ${from ?? "what is given"} is not JSON: ${message}.`);
  }
}
