import { describe } from "../../define/describe.ts";
import type { DefinitionContext } from "./definition-rules.ts";

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
const LONGEST = 64;

/** MS1102: an id has to be usable in commands, paths and keys. */
export function definitionId({ kind, definition, report }: DefinitionContext): void {
  if (kind === "config") return;
  const { id, sites } = definition;
  const reason = whyNot(id);
  if (reason)
    report({
      code: "MS1102",
      facts: { what: kind, id: typeof id === "string" ? id : describe(id), reason },
      sites,
      path: ["id"],
    });
}

function whyNot(id: unknown): string | undefined {
  if (typeof id !== "string") return "it has to be a string";
  if (id === "") return "it is empty";
  if (id.length > LONGEST) return `it is longer than ${LONGEST} characters`;
  return NAME.test(id) ? undefined : "it has characters that names may not have";
}
