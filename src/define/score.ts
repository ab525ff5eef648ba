import type { Score } from "./define-score.ts";
import type { Node } from "./node.ts";
import type { Policies, Varied } from "./policy.ts";
import { recordNode, toHandle } from "./record.ts";
import type { Inputs } from "./ref.ts";

/**
 * Plays another score, as a run of its own that is linked to this one.
 *
 * A score that plays itself, directly or through others, is given as a function, and says how deep it may go.
 * @example
 * const sent = score(sendLetters, { input: { letters: drafts.output } });
 * const below = score(() => crawl, { input: { url: link.output.url }, maxDepth: 3 });
 */
// biome-ignore lint/suspicious/noExplicitAny: without the defaults one wrong name gives ten errors
export function score<I = any, O = any>(
  plays: Score<I, O> | (() => Score<I, O>),
  options: {
    readonly input: Inputs<NoInfer<I>>;
    /** How many runs of the same score may stand above one: 1 to 20. */
    readonly maxDepth?: number;
    /** What screens call this node's work. */
    readonly label?: string;
  } & Policies<NoInfer<O>, Varied<NoInfer<I>>>,
): Node<O> {
  return toHandle(recordNode("score", score, { options, plays })) as Node<O>;
}
