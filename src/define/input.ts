import type { InputRoot } from "./record.ts";
import { type Out, refTo } from "./ref.ts";
import type { InOf, OutOf, Schema } from "./schema.ts";
import { callSites } from "./site.ts";

declare const INPUT: unique symbol;

/** The input of a score: references to its fields, and the type callers may give. */
export type Input<I, O> = Out<O> & { readonly [INPUT]: I };

/**
 * Declares what a score takes. Give the schema defaults, and the score can be played without input.
 * @example
 * const brief = input(z.object({ profile: z.string(), max: z.int().max(200).default(20) }));
 */
export function input<S extends Schema>(schema: S): Input<InOf<S>, OutOf<S>> {
  const root: InputRoot = { is: "input", label: "input", schema, sites: callSites(input) };
  return refTo(root) as Input<InOf<S>, OutOf<S>>;
}
