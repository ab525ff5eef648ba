import type { Duration } from "../support/duration.ts";
import type { Node } from "./node.ts";
import type { FailurePolicy, Order } from "./policy.ts";
import { recordNode, toHandle } from "./record.ts";
import type { Bind, BindValue, Ref } from "./ref.ts";
import type { Schema } from "./schema.ts";

/**
 * Asks a person, and gives the decision. It is decided exactly once.
 * @example
 * const review = checkpoint({
 *   title: "Send these letters?",
 *   show: drafts.output,
 *   decision: z.object({ send: z.boolean(), note: z.string().optional() }),
 *   timeout: "24h",
 *   onTimeout: "reject",
 * });
 */
export function checkpoint<DI, DO>(
  options: {
    /** The question. */
    readonly title: string | Ref<string>;
    /** What the person has to see to decide. */
    readonly show?: Bind<unknown>;
    /** Schema of the answer: an object of strings, numbers, booleans, choices and lists of them, shown as a form. */
    readonly decision: Schema<DO, DI>;
    /** Who is asked: a name, an address, a group. */
    readonly assignee?: string;
    /** How long it waits for an answer. */
    readonly timeout: Duration | "never";
    /** `"reject"`: the node fails. `"skip"`: it leaves a marked gap. Or it is decided as `decide` says. */
    readonly onTimeout: "reject" | "skip" | { readonly decide: BindValue<NoInfer<DI>> };
    /** What screens call this node's work. */
    readonly label?: string;
  } & Order &
    FailurePolicy<NoInfer<DO>>,
): Node<DO> {
  return toHandle(recordNode("checkpoint", checkpoint, { options })) as Node<DO>;
}
