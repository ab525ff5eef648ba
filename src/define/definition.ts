import type { Site } from "./site.ts";

/** What a workspace is made of. */
export type DefinitionKind = "score" | "agent" | "orchestra" | "config";

/** The mark by which definitions are known; shared between copies of this package. */
const DEFINITION = Symbol.for("maestro.definition");

export interface Definition<K extends DefinitionKind> {
  readonly [DEFINITION]: K;
  readonly id: string;
  readonly sites: readonly Site[];
}

/** `fields` marked as a definition of `kind`. */
export function defined<K extends DefinitionKind>(
  kind: K,
  fields: object,
  sites: readonly Site[],
): Definition<K> {
  return Object.freeze({ id: "", ...fields, [DEFINITION]: kind, sites });
}

/** What `value` defines, or `undefined` when it is no definition. */
export function definitionKind(value: unknown): DefinitionKind | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [DEFINITION]?: DefinitionKind })[DEFINITION];
}
