import { describe, toText } from "../../define/describe.ts";
import { sourceOf } from "../../define/secret-source.ts";
import { SECRET_NAME } from "../../plan/index.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** MS3001: a secret that comes from nowhere. What it is instead is never shown: it may be the secret itself. */
export function orchestraSecrets({ kind, definition, report }: DefinitionContext): void {
  const { id, secrets, sites } = definition;
  if (kind !== "orchestra" || secrets === undefined) return;
  const wrong = (found: string, reason: string, ...path: string[]) => {
    const facts = { what: `\`${path.join(".")}\` of "${id}"`, found, reason };
    report({ code: "MS3001", facts, sites, path, subject: toText(id) });
  };
  if (typeof secrets !== "object" || secrets === null || Array.isArray(secrets)) {
    wrong(describe(secrets), 'it says of each secret where it comes from: { KEY: env("KEY") }', "secrets");
    return;
  }
  for (const [name, value] of Object.entries(secrets)) {
    const why = whyNoSource(value);
    if (why) wrong(why.found, why.reason, "secrets", name);
  }
}

/** What is wrong with a place that a secret should come from. */
export function whyNoSource(value: unknown): { readonly found: string; readonly reason: string } | undefined {
  const source = sourceOf(value);
  if (!source)
    return {
      found: describe(value),
      reason: 'it has to be env("…"), the name of a variable, encrypted("…") or fromCommand(["…"])',
    };
  switch (source.is) {
    case "env":
      if (/^[^=\0]+$/.test(source.name)) return undefined;
      return {
        found: "env() of what cannot be one",
        reason: "a variable's name is not empty and has no =",
      };
    case "file":
      if (typeof source.key === "string" && SECRET_NAME.test(source.key)) return undefined;
      return {
        found: "encrypted() of what cannot be one",
        reason: "a secret's name has letters, digits and _, and begins with no digit",
      };
    case "command":
      if (isCommand(source.command)) return undefined;
      return {
        found: "fromCommand() of what cannot be one",
        reason: "it is a list of a program and its arguments, each a string",
      };
    default:
      return source satisfies never;
  }
}

function isCommand(command: unknown): boolean {
  return (
    Array.isArray(command) &&
    command.length > 0 &&
    command[0] !== "" &&
    command.every((part) => typeof part === "string" && !part.includes("\0"))
  );
}
