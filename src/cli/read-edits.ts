import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Playable } from "../engine/index.ts";
import { outputCheckOf } from "../engine/index.ts";
import { type Edit, isOfInput } from "../operations/apply-edits.ts";
import { type JsonSchema, schemaAt } from "../plan/index.ts";
import { toValue } from "./read-input.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The edits that `--set` options name, in their order: `node.path=value`, `node=@file.json`, and the same of `input`.
 * A schema decides what a value's text means: `3` is a number only where one is wanted.
 * @throws UsageError with what could not be read
 */
export function readEdits(options: readonly string[], playable: Playable, cwd: string): Edit[] {
  return options.map((option) => {
    const equals = option.indexOf("=");
    const [node = "", ...path] = option.slice(0, Math.max(0, equals)).split(".");
    if (equals < 1 || [node, ...path].includes(""))
      throw new UsageError(`--set ${option} is neither node.path=value nor node=@file.json.`);
    const text = option.slice(equals + 1);
    const value = text.startsWith("@")
      ? readJson(resolve(cwd, text.slice(1)))
      : toValue(text, schemaAt(schemaOf(node, playable), path));
    return { node, path, value };
  });
}

function schemaOf(node: string, playable: Playable): JsonSchema | undefined {
  const { plan, code } = playable;
  if (isOfInput(playable, node)) return plan.input;
  const found = Object.hasOwn(plan.body.nodes, node) ? plan.body.nodes[node] : undefined;
  return found && outputCheckOf(found, plan, code)?.schema;
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
