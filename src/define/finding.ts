import type { Code, FactsOf } from "../diagnostics/index.ts";
import type { Site } from "./site.ts";

type Findings = { [C in Code]: { readonly code: C; readonly facts: FactsOf<C> } };

/**
 * Something wrong with a definition, before its place in the source is known: where the constructor was called,
 * and the way from its options to the property.
 */
export type Finding = Findings[Code] & {
  readonly sites: readonly Site[];
  readonly path?: readonly (string | number)[];
  readonly others?: readonly {
    readonly sites: readonly Site[];
    readonly path?: readonly (string | number)[];
    readonly label: string;
  }[];
  /** The score, or the score and node, it is about. */
  readonly subject?: string;
};
