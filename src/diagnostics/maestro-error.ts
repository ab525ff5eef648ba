import { type Code, catalogue, type FactsOf } from "./catalogue.ts";
import type { Entry } from "./entry.ts";

/**
 * The world is not as it has to be: a file is not there, a name is unknown, a store is damaged.
 * `message` is one sentence for a person, `hint` the next action, `facts` the same as data.
 */
export class MaestroError<C extends Code = Code> extends Error {
  override readonly name = "MaestroError";
  readonly code: C;
  readonly facts: FactsOf<C>;
  readonly hint: string | undefined;

  constructor(code: C, facts: FactsOf<C>, options?: ErrorOptions) {
    const { message, hint } = catalogue[code] as unknown as Entry<FactsOf<C>>;
    super(message(facts), options);
    this.code = code;
    this.facts = facts;
    this.hint = hint?.(facts);
  }
}
