import type { TaskCall as RawTaskCall } from "../plan/index.ts";
import type { TaskDefinition } from "./define-task.ts";
import type { Caching, FailurePolicy, Order, Policies, Varied, VariedBinding, Verifying } from "./policy.ts";
import {
  type CaseRoot,
  type ItemRoot,
  inNewScope,
  type NodeRecord,
  recordNode,
  type TaskRecord,
  toHandle,
} from "./record.ts";
import { type Frozen, type Inputs, type Out, type Ref, refTo, type Unbind } from "./ref.ts";
import type { Schema } from "./schema.ts";

declare const NODE: unique symbol;
declare const CONDITION: unique symbol;

/** Anything that can be listed in `nodes`. */
export interface AnyNode {
  readonly [NODE]: true;
}

/** A node whose result is of type `O`. Read it through `output`. */
export interface Node<out O> extends AnyNode {
  readonly output: Out<O>;
}

/** Something that is true or false while the score runs: for `when`, `branch` and the other conditions. */
export interface Condition extends Ref<boolean> {
  readonly [CONDITION]: true;
}

/** What a task's function is given. */
export interface TaskCall<Input, Secrets extends string = never>
  extends Omit<RawTaskCall, "input" | "secrets"> {
  readonly input: Input;
  /** The secrets that the task names, by name. */
  readonly secrets: Readonly<Record<Secrets, string>>;
}

/**
 * A step that runs code.
 *
 * Give it a task from `defineTask` and its input, or write the task in place:
 * @example
 * const found = task(findLeads, { input: { profile: brief.profile }, retry: { attempts: 3 } });
 * const total = task({ input: { n: found.output.count }, output: z.number(), run: ({ input }) => input.n + 1 });
 */
// biome-ignore lint/suspicious/noExplicitAny: without the defaults one wrong name gives ten errors
export function task<I = any, O = any>(
  definition: TaskDefinition<I, O>,
  options: { readonly input: Inputs<NoInfer<I>> } & Caching &
    Verifying<NoInfer<O>> &
    Policies<NoInfer<O>, Varied<NoInfer<I>>>,
): Node<O>;
export function task<const B, OI, OO, const T extends Frozen<OI> | Promise<Frozen<OI>>>(
  options: {
    readonly input?: B;
    /** Schema of the result; it is checked before anything reads it. */
    readonly output: Schema<OO, OI>;
    readonly run: (call: TaskCall<Unbind<B>>) => T;
    /** What screens call this node's work. */
    readonly label?: string;
  } & Caching &
    Verifying<NoInfer<OO>> &
    Policies<NoInfer<OO>, VariedBinding<NoInfer<B>>>,
): Node<OO>;
export function task(first: object, second?: object): unknown {
  return second === undefined
    ? toHandle(recordNode("task", task, { options: first }))
    : toHandle(
        recordNode("task", task, {
          options: second,
          definition: first as unknown as TaskRecord,
        }),
      );
}

/** Takes one of two ways. Guard nodes with `when: x.yes` and `when: x.no`. */
export function branch(on: Condition, options: Order = {}): Branch {
  const node = recordNode("branch", branch, { options: { ...options, on } });
  return toHandle(node, { yes: caseOf(node, [true]), no: caseOf(node, [false]) }) as Branch;
}
export interface Branch extends Node<boolean> {
  readonly yes: Condition;
  readonly no: Condition;
}

/** Takes one way per value. Guard nodes with `when: x.is("a", "b")` and `when: x.otherwise`. */
export function switchOn<V extends string | number | boolean>(on: Ref<V>, options: Order = {}): Switch<V> {
  const named: V[] = [];
  const node = recordNode("switchOn", switchOn, { options: { ...options, on, named } });
  return toHandle(node, {
    is(...cases: V[]) {
      named.push(...cases);
      return caseOf(node, cases);
    },
    otherwise: caseOf(node),
  }) as Switch<V>;
}
export interface Switch<V extends string | number | boolean> extends Node<V> {
  /** True when the value is one of `cases`. */
  is(...cases: [V, ...V[]]): Condition;
  /** True when no `is(…)` of this switch names the value. */
  readonly otherwise: Condition;
}

function caseOf(node: NodeRecord, cases?: readonly (string | number | boolean)[]): unknown {
  const root: CaseRoot = { is: "case", label: node.kind, node, ...(cases === undefined ? {} : { cases }) };
  return refTo(root);
}

/** What `each` of a map may return instead of one node: several, and what comes out of them. */
export interface MapBody<B> {
  readonly nodes: Readonly<Record<string, AnyNode | Ref<unknown>>>;
  readonly output: B;
}

/** The end of one item of a map with `onItemError: "collect"`. */
export type Settled<T> =
  | { readonly status: "ok"; readonly value: T }
  | { readonly status: "failed"; readonly error: { readonly message: string } };

type Each<T> = T extends Node<infer R> ? R : T extends MapBody<infer B> ? Unbind<B> : never;

/**
 * Plays `each` once per item of a list, many at once. Its output is a list in the order of the items.
 *
 * `each` is called once, while the score is defined: `item` and `index` are references.
 * @example
 * const drafts = map({ over: found.output.leads, maxItems: 50, concurrency: 4, each: (lead) => task(draft, { input: { lead } }) });
 */
export function map<E, T extends AnyNode | MapBody<unknown>, M extends "fail" | "collect" = "fail">(
  options: {
    /** The list. */
    readonly over: Ref<readonly E[]>;
    /** The most items it takes, 1 to 100,000; a longer list fails the node before any item starts. */
    readonly maxItems: number;
    /** Items under way at once. Default: as many as the score's `concurrency` allows. */
    readonly concurrency?: number;
    /** `"fail"` (default): one failed item fails the map. `"collect"`: the output says of each item how it ended. */
    readonly onItemError?: M;
    readonly each: (item: Out<E>, index: Out<number>) => T;
  } & Order &
    FailurePolicy<(M extends "collect" ? Settled<Each<T>> : Each<T>)[]>,
): Node<(M extends "collect" ? Settled<Each<T>> : Each<T>)[]> {
  const node = recordNode("map", map, { options });
  node.body = inNewScope((scope) => {
    const item: ItemRoot = { is: "item", label: "item", scope };
    const index: ItemRoot = { is: "index", label: "index", scope };
    return { scope, result: options.each(refTo(item) as Out<E>, refTo(index) as Out<number>) };
  });
  return toHandle(node) as Node<(M extends "collect" ? Settled<Each<T>> : Each<T>)[]>;
}
