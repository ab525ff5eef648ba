import { listOf } from "./list-of.ts";
import { type NodeRecord, type OptionalRoot, outputOf, recordNode } from "./record.ts";
import { type Out, type Ref, refTo } from "./ref.ts";

type Textable = string | number | boolean | null | undefined;
type Valued<R> = R extends Ref<infer T> ? T : R;

/**
 * A string with references in it, put together while the score runs.
 * Lists and objects are no text: join them in a `derive` or a task. `null` and missing values become nothing.
 * @example
 * text`Dear ${lead.output.name}, …`
 */
export function text(strings: TemplateStringsArray, ...values: readonly Ref<Textable>[]): Out<string> {
  return outputOf(
    recordNode("text", text, { options: { strings: [...strings] }, parts: values }),
  ) as Out<string>;
}

type First<B extends readonly unknown[]> = B extends readonly [infer L]
  ? Valued<L>
  : B extends readonly [infer H, ...infer R]
    ? Exclude<Valued<H>, undefined> | First<R>
    : never;

/**
 * The first of its alternatives that is there: not skipped, and not a missing field. Later ones are not waited for.
 * @example
 * oneOf(enriched.output.leads, found.output.leads)
 */
export function oneOf<
  const B extends readonly [Ref<unknown>, ...(Ref<unknown> | string | number | boolean | null)[]],
>(...alternatives: B): Out<First<B>> {
  return outputOf(recordNode("oneOf", oneOf, { options: {}, parts: alternatives })) as Out<First<B>>;
}

/** The value, or `undefined` when the node that gives it was skipped. */
export function optional<T>(reference: Ref<T>): Out<T | undefined> {
  const root: OptionalRoot = { is: "optional", label: "optional(…)", of: reference };
  return refTo(root) as Out<T | undefined>;
}

/**
 * A small pure computation over other nodes' values. It is done again whenever it is needed and never stored,
 * so it has to give the same for the same values: no clock, no randomness, no I/O. Anything richer is a task.
 * @example
 * derive([draft.output.text, optional(link.output.url)], (text, url) => (url ? `${text}\n${url}` : text))
 */
export function derive<const B extends readonly Ref<unknown>[], R>(
  from: B,
  compute: (...values: { -readonly [K in keyof B]: Valued<B[K]> }) => R,
): Out<R> {
  const options = Array.isArray(from) ? { compute } : { compute, from };
  const node: NodeRecord = recordNode("derive", derive, { options, parts: listOf(from) });
  return outputOf(node) as Out<R>;
}
