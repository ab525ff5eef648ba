import type { Json } from "../support/json.ts";

export type Path = readonly (string | number)[];

/**
 * A value that exists only while a score runs, as JSON.
 *
 * `up` counts scopes: 0 is the scope the expression stands in, 1 the one around it (a map's body stands in the
 * scope of its map, a loop's in that of its loop). `item` is a map's item, a loop's state or an `onError`'s failure. Reading a node that was skipped gives *absent*, which spreads outwards until an `optional`
 * or a `oneOf` node takes it.
 */
export type Expr =
  | { readonly is: "literal"; readonly value: Json }
  | { readonly is: "input"; readonly path: Path }
  | { readonly is: "output"; readonly node: string; readonly up: number; readonly path: Path }
  | { readonly is: "item"; readonly up: number; readonly path: Path }
  | { readonly is: "index"; readonly up: number }
  /** A secret, by name: opened where the step is performed, never stored. */
  | { readonly is: "secret"; readonly name: string }
  | { readonly is: "object"; readonly fields: Readonly<Record<string, Expr>> }
  | { readonly is: "array"; readonly items: readonly Expr[] }
  | { readonly is: "optional"; readonly of: Expr; readonly path: Path }
  | Condition;

export type Comparison = "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "includes";

/** An expression that is true or false. */
export type Condition =
  | { readonly is: Comparison; readonly left: Expr; readonly right: Expr }
  | { readonly is: "isPresent"; readonly of: Expr }
  | { readonly is: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly is: "not"; readonly of: Condition }
  /** Whether a branch or switch took one of `cases`; with `negate`, whether it took none of them. */
  | {
      readonly is: "case";
      readonly node: string;
      readonly up: number;
      readonly cases: readonly (string | number | boolean)[];
      readonly negate: boolean;
    };

/** The expressions directly inside `expr`. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.is) {
    case "object":
      return Object.values(expr.fields);
    case "array":
      return expr.items;
    case "all":
    case "any":
      return expr.of;
    case "optional":
    case "isPresent":
    case "not":
      return [expr.of];
    case "eq":
    case "ne":
    case "gt":
    case "gte":
    case "lt":
    case "lte":
    case "includes":
      return [expr.left, expr.right];
    case "literal":
    case "input":
    case "output":
    case "item":
    case "index":
    case "secret":
    case "case":
      return [];
    default:
      return expr satisfies never;
  }
}
