import {
  type Body,
  CONVERSIONS,
  type Expr,
  HIDDEN,
  type Path,
  type PlanNode,
  partsOf,
} from "../../plan/index.ts";

/** Where an expression stands: the score itself, or what is inside a map, a loop or an `onError`. */
export interface Scope {
  readonly body: Body;
  /** What paths of its nodes begin with: empty, or `drafts/`. */
  readonly prefix: string;
  /** What its `item` is called: absent inside a map, where it is an item. */
  readonly item?: "state" | "failure";
  readonly parent: Scope | undefined;
}

/** A hidden node that reads hidden nodes that read … is cut here, or its text could double with each. */
const MOST_TEXT = 2_000;
const CUT = "…";

/**
 * Expressions as their authors wrote them, for comparing and for showing. Nodes are named by their path; hidden ones,
 * whose names are numbers that move, are written out where they are read.
 */
export class ExprText {
  /** From a node's path to the one it had before. */
  readonly #renamed: ReadonlyMap<string, string>;
  readonly #hidden = new Map<PlanNode, string>();

  constructor(renamed: ReadonlyMap<string, string> = new Map()) {
    this.#renamed = renamed;
  }

  /** `gte(found.output.quality, 0.8)` */
  of(expr: Expr, scope: Scope): string {
    switch (expr.is) {
      case "literal":
        return JSON.stringify(expr.value);
      case "input":
        return `input${toSteps(expr.path)}`;
      case "output":
        return this.#output(expr, scope);
      case "item":
        return `${scopeAt(scope, expr.up).item ?? "item"}${"^".repeat(expr.up)}${toSteps(expr.path)}`;
      case "index":
        return `${scopeAt(scope, expr.up).item === "state" ? "turn" : "index"}${"^".repeat(expr.up)}`;
      case "secret":
        return `secret(${JSON.stringify(expr.name)})`;
      case "object":
        return toBraces(
          Object.entries(expr.fields).map(([key, value]) => `${key}: ${this.of(value, scope)}`),
        );
      case "array":
        return `[${expr.items.map((item) => this.of(item, scope)).join(", ")}]`;
      case "optional":
        return `optional(${this.of(expr.of, scope)}${toSteps(expr.path)})`;
      case "case": {
        const node = this.nameOf(expr.node, expr.up, scope);
        const isBranch = expr.cases.length > 0 && expr.cases.every((value) => typeof value === "boolean");
        if (isBranch)
          return expr.cases.map((yes) => `${node}.${yes !== expr.negate ? "yes" : "no"}`).join(" or ");
        return expr.negate
          ? `${node}.otherwise`
          : `${node}.is(${expr.cases.map((value) => JSON.stringify(value)).join(", ")})`;
      }
      default:
        return `${expr.is}(${partsOf(expr)
          .map((part) => this.of(part, scope))
          .join(", ")})`;
    }
  }

  /** A node's path, the one it had before when it was renamed. */
  nameOf(name: string, up: number, from: Scope): string {
    const path = scopeAt(from, up).prefix + name;
    return this.#renamed.get(path) ?? path;
  }

  #output({ node: name, up, path }: Extract<Expr, { is: "output" }>, from: Scope): string {
    if (!name.startsWith(HIDDEN)) return `${this.nameOf(name, up, from)}.output${toSteps(path)}`;
    const scope = scopeAt(from, up);
    const node = scope.body.nodes[name];
    return node === undefined ? name : this.#ofHidden(node, scope) + toSteps(path);
  }

  #ofHidden(node: PlanNode, scope: Scope): string {
    const known = this.#hidden.get(node);
    if (known !== undefined) return known;
    // Stands in while it is being written, so that a cycle ends.
    this.#hidden.set(node, CUT);
    const text = this.ofValue(node, scope);
    const kept = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}${CUT}` : text;
    this.#hidden.set(node, kept);
    return kept;
  }

  /** What a `text`, `oneOf` or `derive` computes; empty for other kinds. */
  ofValue(node: PlanNode, scope: Scope): string {
    const all = (exprs: readonly Expr[]) => exprs.map((expr) => this.of(expr, scope)).join(", ");
    switch (node.kind) {
      case "text":
        return `text\`${node.strings
          .map((string, i) => string + (node.values[i] ? `\${${this.of(node.values[i], scope)}}` : ""))
          .join("")}\``;
      case "derive":
        return `${node.convert ? CONVERSIONS[node.convert.to] : node.kind}(${all(node.of)})`;
      case "oneOf":
        return `${node.kind}(${all(node.of)})`;
      default:
        return "";
    }
  }
}

function scopeAt(from: Scope, up: number): Scope {
  let scope = from;
  for (let i = 0; i < up && scope.parent; i++) scope = scope.parent;
  return scope;
}

function toBraces(fields: readonly string[]): string {
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

/** `.leads[0].name` */
function toSteps(path: Path): string {
  return path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
}
