import { type Expr, type Path, partsOf } from "../../plan/index.ts";

/** Stands in a path for every item of a list. */
export const ANY = -1;

/** A reference that a value is made of, and the rest of the way into what it refers to. */
export interface Part {
  readonly expr: Extract<Expr, { is: "input" | "output" | "item" | "secret" }>;
  readonly path: Path;
  /** The way from the beginning of the expression to the reference. */
  readonly at: Path;
  /** Only compared with: what comes out is true or false. */
  readonly isCompared: boolean;
}

/** What the value at `path` of `expr` is made of, in the order of the source. Without recursion. */
export function partsAt(expr: Expr, path: Path, at: Path = []): readonly Part[] {
  const parts: Part[] = [];
  const stack = [{ expr, path, at, isCompared: false }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { expr: inner, path: rest, isCompared } = next;
    switch (inner.is) {
      case "literal":
      case "index":
      case "case":
        break;
      case "input":
      case "output":
      case "item":
        parts.push({ ...next, expr: inner, path: [...inner.path, ...rest] });
        break;
      case "secret":
        parts.push({ ...next, expr: inner });
        break;
      case "optional":
        stack.push({ ...next, expr: inner.of, path: [...inner.path, ...rest], at: [...next.at, 0] });
        break;
      case "object":
      case "array": {
        const fields = inner.is === "object" ? Object.entries(inner.fields) : [...inner.items.entries()];
        const [key, ...deeper] = rest;
        const wanted = fields.filter(
          ([name]) => key === undefined || key === name || (key === ANY && typeof name === "number"),
        );
        for (const [name, field] of wanted.reverse())
          stack.push({ expr: field, path: deeper, at: [...next.at, name], isCompared });
        break;
      }
      default:
        for (const [i, operand] of [...partsOf(inner).entries()].reverse())
          stack.push({ expr: operand, path: [], at: [...next.at, i], isCompared: true });
    }
  }
  return parts;
}
