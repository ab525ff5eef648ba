import { isDeepStrictEqual } from "node:util";
import type { Comparison, Condition, Expr, Path } from "../../plan/index.ts";
import { toMark } from "../open-secrets.ts";
import type { Scope } from "./scope.ts";

/** What reading a skipped node gives: it spreads outwards until something accepts it. */
export const ABSENT = Symbol.for("maestro.absent");
export type Maybe<T> = T | typeof ABSENT;

/** An expression made ready to be evaluated many times, in the scope it stands in. */
export type Evaluator<T = unknown> = (scope: Scope) => Maybe<T>;

/** Where the node called `name`, `up` scopes up, stands in that scope's graph. */
export type Resolve = (name: string, up: number) => number;

/** Turns an expression into a function, so that names are looked up once per deployment and not once per step. */
export function toEvaluator(expr: Expr, resolve: Resolve): Evaluator {
  switch (expr.is) {
    case "literal": {
      const { value } = expr;
      return () => value;
    }
    case "input": {
      const { path } = expr;
      return (scope) => navigate(scope.run.input, path);
    }
    case "output": {
      const { up, path } = expr;
      const index = resolve(expr.node, up);
      return (scope) => {
        const at = enclosing(scope, up);
        return at.isDone(index) ? navigate(at.values[index], path) : ABSENT;
      };
    }
    case "item": {
      const { up, path } = expr;
      return (scope) => navigate(enclosing(scope, up).item, path);
    }
    case "index": {
      const { up } = expr;
      return (scope) => enclosing(scope, up).index;
    }
    case "object":
      return objectEvaluator(
        Object.entries(expr.fields).map(([key, inner]) => [key, toEvaluator(inner, resolve)]),
      );
    case "array": {
      const items = expr.items.map((item) => toEvaluator(item, resolve));
      return (scope) => every(items, scope, (value) => value ?? null);
    }
    case "optional": {
      const of = toEvaluator(expr.of, resolve);
      return (scope) => {
        const value = of(scope);
        return value === ABSENT ? undefined : navigate(value, expr.path);
      };
    }
    case "secret": {
      const { name } = expr;
      return (scope) => toMark(scope.run.mark, name);
    }
    default:
      return toConditionEvaluator(expr, resolve);
  }
}

/** Like `toEvaluator`, for what is true, false or absent. */
export function toConditionEvaluator(condition: Condition, resolve: Resolve): Evaluator<boolean> {
  switch (condition.is) {
    case "all":
      return quantifier(condition.of, false, resolve);
    case "any":
      return quantifier(condition.of, true, resolve);
    case "not": {
      const of = toConditionEvaluator(condition.of, resolve);
      return (scope) => {
        const value = of(scope);
        return value === ABSENT ? ABSENT : !value;
      };
    }
    case "isPresent": {
      const of = toEvaluator(condition.of, resolve);
      return (scope) => {
        const value = of(scope);
        return value !== ABSENT && value !== undefined && value !== null;
      };
    }
    case "case": {
      const { up, cases, negate } = condition;
      const index = resolve(condition.node, up);
      return (scope) => {
        const at = enclosing(scope, up);
        return at.isDone(index) ? cases.includes(at.values[index] as string) !== negate : ABSENT;
      };
    }
    case "eq":
    case "ne":
    case "gt":
    case "gte":
    case "lt":
    case "lte":
    case "includes": {
      const left = toEvaluator(condition.left, resolve);
      const right = toEvaluator(condition.right, resolve);
      return (scope) => {
        const a = left(scope);
        const b = a === ABSENT ? ABSENT : right(scope);
        return b === ABSENT ? ABSENT : compare(condition.is, a, b);
      };
    }
    default:
      return condition satisfies never;
  }
}

/** `decisive` decides for all of them; otherwise one absent part leaves the whole absent. */
function quantifier(of: readonly Condition[], decisive: boolean, resolve: Resolve): Evaluator<boolean> {
  const parts = of.map((part) => toConditionEvaluator(part, resolve));
  return (scope) => {
    let absent = false;
    for (const part of parts) {
      const value = part(scope);
      if (value === decisive) return decisive;
      if (value === ABSENT) absent = true;
    }
    return absent ? ABSENT : !decisive;
  };
}

function objectEvaluator(fields: readonly (readonly [string, Evaluator])[]): Evaluator {
  return (scope) => {
    const object: Record<string, unknown> = {};
    for (const [key, of] of fields) {
      const value = of(scope);
      if (value === ABSENT) return ABSENT;
      if (value === undefined) continue;
      if (key === "__proto__")
        Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
      else object[key] = value;
    }
    return object;
  };
}

/** The values of all `parts`, or absent when one of them is. */
export function every<T>(parts: readonly Evaluator[], scope: Scope, to: (value: unknown) => T): Maybe<T[]> {
  const values: T[] = [];
  for (const part of parts) {
    const value = part(scope);
    if (value === ABSENT) return ABSENT;
    values.push(to(value));
  }
  return values;
}

function compare(how: Comparison, a: unknown, b: unknown): boolean {
  switch (how) {
    case "eq":
      return a === b || isDeepStrictEqual(a, b);
    case "ne":
      return a !== b && !isDeepStrictEqual(a, b);
    case "includes":
      return Array.isArray(a) && a.some((item) => item === b || isDeepStrictEqual(item, b));
    case "gt":
      return isOrdered(a, b) && a > (b as typeof a);
    case "gte":
      return isOrdered(a, b) && a >= (b as typeof a);
    case "lt":
      return isOrdered(a, b) && a < (b as typeof a);
    case "lte":
      return isOrdered(a, b) && a <= (b as typeof a);
    default:
      return how satisfies never;
  }
}

/** Two numbers or two strings. */
function isOrdered(a: unknown, b: unknown): a is number | string {
  return typeof a === typeof b && (typeof a === "number" || typeof a === "string");
}

function enclosing(scope: Scope, up: number): Scope {
  let at = scope;
  for (let i = 0; i < up; i++) at = at.parent!;
  return at;
}

function navigate(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    // Fields of the JSON only: a reference to `constructor` or `length` must not reach JavaScript's own.
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    if (key === "length" && Array.isArray(at)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}
