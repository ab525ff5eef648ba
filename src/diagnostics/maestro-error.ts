import { type Code, catalogue, type FactsOf } from "./catalogue.ts";
import type { Entry } from "./entry.ts";

/** The mark by which these errors are known; shared between the files of a build, each of which has the class. */
const MARK = Symbol.for("maestro.error");

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

  get [MARK](): true {
    return true;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    try {
      return typeof value === "object" && value !== null && MARK in value;
    } catch {
      // Author code may throw what cannot be looked at: a proxy that is revoked.
      return false;
    }
  }
}
