import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { SaidEdit } from "../operations/settle-edits.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The edits that `--set` options name, in their order: `node.path=value`, `node=@file.json`, and the same of `input`.
 * Files are read; what a text means is decided where the score is known.
 * @throws UsageError with what could not be read
 */
export function readEdits(options: readonly string[], cwd: string): SaidEdit[] {
  return options.map((option) => {
    const equals = option.indexOf("=");
    const [node = "", ...path] = option.slice(0, Math.max(0, equals)).split(".");
    if (equals < 1 || [node, ...path].includes(""))
      throw new UsageError(`--set ${option} is neither node.path=value nor node=@file.json.`);
    const text = option.slice(equals + 1);
    return text.startsWith("@")
      ? { node, path, value: readJson(resolve(cwd, text.slice(1))) }
      : { node, path, text };
  });
}

function readJson(file: string): unknown {
  try {
    // Some editors begin a file with a mark that is no JSON.
    return JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new UsageError(`There is no file ${file}.`);
    throw new UsageError(`${file} cannot be read: ${message}.`);
  }
}
