import { type Code, catalogue, type Entry, type FactsOf } from "../diagnostics/index.ts";
import type { Site } from "./site.ts";

/** A mistake that shows while a module is being evaluated, with the place it was made at. The compiler turns it into a finding. */
export class DefinitionError<C extends Code = Code> extends Error {
  override readonly name = "DefinitionError";
  readonly code: C;
  readonly facts: FactsOf<C>;
  readonly sites: readonly Site[];

  constructor(code: C, facts: FactsOf<C>, sites: readonly Site[]) {
    super((catalogue[code] as unknown as Entry<FactsOf<C>>).message(facts));
    this.code = code;
    this.facts = facts;
    this.sites = sites;
  }
}
