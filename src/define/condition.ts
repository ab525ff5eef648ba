import type { Condition } from "./node.ts";
import type { ConditionRoot } from "./record.ts";
import { type Bind, type Ref, refTo } from "./ref.ts";

function condition(op: string, ...operands: readonly unknown[]): Condition {
  const root: ConditionRoot = { is: "condition", label: `${op}(…)`, op, operands };
  return refTo(root) as Condition;
}

/** `left` and `right` are the same JSON. */
export function eq<T>(left: Ref<T>, right: NoInfer<Bind<T>>): Condition {
  return condition("eq", left, right);
}

/** `left` and `right` are not the same JSON. */
export function ne<T>(left: Ref<T>, right: NoInfer<Bind<T>>): Condition {
  return condition("ne", left, right);
}

/** `left` > `right`: numbers by size, strings by their code units (so ISO dates by time). */
export function gt<T extends number | string>(left: Ref<T>, right: NoInfer<Bind<T>>): Condition {
  return condition("gt", left, right);
}

/** `left` ≥ `right`; see {@link gt}. */
export function gte<T extends number | string>(left: Ref<T>, right: NoInfer<Bind<T>>): Condition {
  return condition("gte", left, right);
}

/** `left` < `right`; see {@link gt}. */
export function lt<T extends number | string>(left: Ref<T>, right: NoInfer<Bind<T>>): Condition {
  return condition("lt", left, right);
}

/** `left` ≤ `right`; see {@link gt}. */
export function lte<T extends number | string>(left: Ref<T>, right: NoInfer<Bind<T>>): Condition {
  return condition("lte", left, right);
}

/** The list holds `item` (the same JSON). */
export function includes<E>(list: Ref<readonly E[]>, item: NoInfer<Bind<E>>): Condition {
  return condition("includes", list, item);
}

/** The node that gives the value was played, and the value is neither missing nor null. */
export function isPresent(reference: Ref<unknown>): Condition {
  return condition("isPresent", reference);
}

/** Every one of them is true. With none: true. */
export function all(...conditions: readonly Condition[]): Condition {
  return condition("all", ...conditions);
}

/** At least one of them is true. With none: false. */
export function any(...conditions: readonly Condition[]): Condition {
  return condition("any", ...conditions);
}

/** It is false. */
export function not(inner: Condition): Condition {
  return condition("not", inner);
}
