import type { Comparison, Condition, Expr } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";

type OrderTest = Extract<Comparison, "gt" | "gte" | "lt" | "lte">;

/** A value against a literal, by size. */
export interface Ordering {
  readonly is: OrderTest;
  readonly value: Expr;
  readonly literal: number | string;
}

/** A value against a literal, for being the same. */
interface Sameness {
  readonly is: "eq" | "ne";
  readonly value: Expr;
  readonly literal: Json;
}

export function isSameness(compared: Ordering | Sameness): compared is Sameness {
  return compared.is === "eq" || compared.is === "ne";
}

const TURNED = { gt: "lt", gte: "lte", lt: "gt", lte: "gte" } as const;

/** The comparison as one with a literal, the value first; `undefined` when it is none. */
export function withLiteral({
  is,
  left,
  right,
}: Extract<Condition, { left: Expr }>): Ordering | Sameness | undefined {
  const isTurned = left.is === "literal";
  const [value, other] = isTurned ? [right, left] : [left, right];
  if (is === "includes" || other.is !== "literal" || value.is === "literal") return undefined;
  if (is === "eq" || is === "ne") return { is, value, literal: other.value };
  const { value: literal } = other;
  if (typeof literal !== "number" && typeof literal !== "string") return undefined;
  return { is: isTurned ? TURNED[is] : is, value, literal };
}

/** The literals that one value is compared with, anywhere in a score. */
export interface Compared {
  /** By size. */
  readonly ordered: Set<number | string>;
  /** For being the same, as JSON. */
  readonly same: Set<string>;
}

/** Each sample is asked each test: more would take too long. */
const MOST_LITERALS = 100;

/**
 * Values, as JSON, that stand for all that the compared one can be: each literal, and one out of every gap between them.
 * Any other value answers each comparison as one of these does. It is taken for ordered, as its type says: a number
 * where it is compared with numbers, a string where with strings. `undefined` when it is not compared by size, or with
 * too many.
 */
export function toSamples({ ordered, same }: Compared, isInteger: boolean): string[] | undefined {
  if (ordered.size === 0 || ordered.size + same.size > MOST_LITERALS) return undefined;
  const found = new Set(same);
  const literals = [...ordered, ...[...same].map((json) => JSON.parse(json) as Json)];
  if ([...ordered].some((literal) => typeof literal === "number"))
    for (const number of samplesOf(literals.filter(isNumber), isInteger ? WHOLE : REAL))
      found.add(json(number));
  if ([...ordered].some((literal) => typeof literal === "string"))
    for (const text of samplesOf(literals.filter(isString), TEXT)) found.add(json(text));
  return [...found];
}

/** Does `value` pass the test against `literal`? As the engine says: values of two types have no order. */
export function passes(test: OrderTest, value: Json, literal: number | string): boolean {
  if (typeof value !== typeof literal) return false;
  const ordered = value as typeof literal;
  switch (test) {
    case "gt":
      return ordered > literal;
    case "gte":
      return ordered >= literal;
    case "lt":
      return ordered < literal;
    case "lte":
      return ordered <= literal;
    default:
      return test satisfies never;
  }
}

/** A value between two others; before the first and after the last one is `undefined`. */
interface Order<T> {
  readonly between: (low: T | undefined, high: T | undefined) => T;
  /** Can the value be this literal? */
  readonly has?: (literal: T) => boolean;
}

const REAL: Order<number> = {
  between: (low = -Number.MAX_VALUE, high = Number.MAX_VALUE) => low / 2 + high / 2,
};
const WHOLE: Order<number> = {
  between: (low, high = 0) => (low === undefined ? Math.ceil(high) - 1 : Math.floor(low) + 1),
  has: Number.isInteger,
};
const TEXT: Order<string> = {
  between: (low) => (low === undefined ? "" : `${low}\u0000`),
};

function samplesOf<T extends number | string>(
  literals: readonly T[],
  { between, has = () => true }: Order<T>,
): T[] {
  const points = [...new Set(literals)].sort((a, b) => (a < b ? -1 : 1));
  const edges = [undefined, ...points, undefined];
  const gaps = edges.slice(1).flatMap((high, i) => {
    const low = edges[i];
    const inside = between(low, high);
    const isThere = (low === undefined || inside > low) && (high === undefined || inside < high);
    return isThere ? [inside] : [];
  });
  return [...points.filter(has), ...gaps];
}

function isNumber(value: Json): value is number {
  return typeof value === "number";
}

function isString(value: Json): value is string {
  return typeof value === "string";
}

function json(value: number | string): string {
  return JSON.stringify(value);
}
