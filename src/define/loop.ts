import type { AnyNode, Condition, Node } from "./node.ts";
import type { FailurePolicy, Order } from "./policy.ts";
import { type ItemRoot, inNewScope, recordNode, toHandle } from "./record.ts";
import { type Inputs, type Out, type Ref, refTo } from "./ref.ts";
import type { Schema } from "./schema.ts";

/** What `each` of a loop returns. */
export interface LoopBody<I> {
  readonly nodes: Readonly<Record<string, AnyNode | Ref<unknown>>>;
  /** The state that the turn ends with. */
  readonly next: Inputs<I>;
  /** The loop ends when this is true after a turn. */
  readonly until: Condition;
}

/**
 * Repeats work until a condition holds. Each turn is given the state and gives the next one; what the loop gives is
 * the last state.
 *
 * `each` is called once, while the score is defined: `state` and `turn` are references, `turn` counts from 0.
 * @example
 * const polished = loop({
 *   state: z.object({ text: z.string(), score: z.number() }),
 *   start: { text: draft.output.text, score: 0 },
 *   max: 4,
 *   each: (state) => {
 *     const better = agent(editor, { input: { text: state.text }, timeout: "60s" });
 *     return { nodes: { better }, next: better.output, until: gte(better.output.score, 0.9) };
 *   },
 * });
 */
export function loop<I, O>(
  options: {
    /** Schema of the state, checked after each turn. */
    readonly state: Schema<O, I>;
    /** The state of the first turn. */
    readonly start: Inputs<NoInfer<I>>;
    /** The most turns, 1 to 10,000. */
    readonly max: number;
    /** What happens when `max` turns did not make `until` true. `"fail"` (default), or `"last"`: the last state is taken. */
    readonly onMax?: "fail" | "last";
    readonly each: (state: Out<O>, turn: Out<number>) => LoopBody<NoInfer<I>>;
  } & Order &
    FailurePolicy<NoInfer<O>>,
): Node<O> {
  const node = recordNode("loop", loop, { options });
  node.body = inNewScope((scope) => {
    const state: ItemRoot = { is: "item", label: "state", scope };
    const turn: ItemRoot = { is: "index", label: "turn", scope };
    return { scope, result: options.each(refTo(state) as Out<O>, refTo(turn) as Out<number>) };
  });
  return toHandle(node) as Node<O>;
}
