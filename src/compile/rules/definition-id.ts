import { describe } from "../../define/describe.ts";
import { whyNoName } from "../../define/why-no-name.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** MS1102: an id has to be usable in commands, paths and keys. */
export function definitionId({ kind, definition, report }: DefinitionContext): void {
  if (kind === "config") return;
  const { id, sites } = definition;
  const isText = typeof id === "string";
  const reason = isText ? whyNoName(id) : "it has to be a string";
  if (reason)
    report({
      code: "MS1102",
      facts: { what: kind, reason, ...(isText ? { id } : { found: describe(id) }) },
      sites,
      path: ["id"],
    });
}
