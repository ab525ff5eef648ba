import { describe, toText } from "../../define/describe.ts";
import { envName } from "../../define/env.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** MS3001: a secret that does not come from a variable. What it is instead is never shown: it may be the secret itself. */
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
    const variable = envName(value);
    if (variable === undefined)
      wrong(describe(value), 'it has to be env("…"), the name of a variable', "secrets", name);
    else if (!/^[^=\0]+$/.test(variable))
      wrong("env() of what cannot be one", "a variable's name is not empty and has no =", "secrets", name);
  }
}
