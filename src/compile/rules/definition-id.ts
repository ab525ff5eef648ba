import { wrongId } from "../../define/wrong-id.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** MS1102: an id has to be usable in commands, paths and keys. */
export function definitionId({ kind, definition, report }: DefinitionContext): void {
  const finding = kind === "config" ? undefined : wrongId(kind, definition);
  if (finding) report(finding);
}
