import { type Body, bindingsOf, type Expr, HIDDEN, type PlanNode, partsOf } from "../../plan/index.ts";
import { type DrawnEdge, INPUT } from "./drawing.ts";

/** One scope: the score itself, or the inside of a frame. */
export interface Scope {
  readonly body: Body;
  /** What names in it begin with: empty, or `drafts/`. */
  readonly prefix: string;
  /** Name of the frame. */
  readonly inside?: string;
  readonly item?: "state" | "failure";
  readonly parent: Scope | undefined;
  readonly depth: number;
}

/** A visible node that something reads. */
export interface Source extends Pick<DrawnEdge, "kind" | "label"> {
  readonly from: string;
  readonly depth: number;
}

/** As what something is read. */
export type As = Pick<DrawnEdge, "kind" | "label">;

export const DATA: As = { kind: "data" };
const WHEN: As = { kind: "guard", label: "when" };

/** Finds what nodes and expressions read, through the hidden nodes in between. */
export class Reads {
  /** Of hidden nodes; empty for one that is being looked at, so that a cycle ends. */
  readonly #known = new Map<PlanNode, readonly Source[]>();
  /** Set while one is being looked at: then what it reads is known, or it is in a cycle. */
  #isLooking = false;

  ofNode(node: PlanNode, scope: Scope): readonly Source[] {
    const guards = "when" in node && node.when !== undefined ? this.ofExpr(node.when, scope, WHEN) : [];
    const order =
      "after" in node
        ? (node.after ?? []).flatMap((name) => this.#of({ node: name, up: 0 }, scope, { kind: "after" }))
        : [];
    return [...this.#ofValues(node, scope), ...guards, ...order];
  }

  #ofValues(node: PlanNode, scope: Scope): readonly Source[] {
    return bindingsOf(node).flatMap(({ expr, at: [i], isGuard }) => {
      if (isGuard) return [];
      return this.ofExpr(
        expr,
        scope,
        node.kind === "oneOf" ? { kind: "choice", label: String(Number(i) + 1) } : DATA,
      );
    });
  }

  ofExpr(expr: Expr, scope: Scope, as: As): readonly Source[] {
    if (expr.is === "output") return this.#of(expr, scope, as);
    if (expr.is === "input") return [{ from: INPUT, depth: 0, ...as }];
    if (expr.is === "case") return this.#of(expr, scope, { kind: "guard", label: caseLabel(expr) });
    if (expr.is === "not" && expr.of.is === "case")
      return this.ofExpr({ ...expr.of, negate: !expr.of.negate }, scope, as);
    return partsOf(expr).flatMap((part) => this.ofExpr(part, scope, as));
  }

  #of(
    { node: name, up }: { readonly node: string; readonly up: number },
    from: Scope,
    as: As,
  ): readonly Source[] {
    const scope = scopeAt(from, up);
    if (scope === undefined || !Object.hasOwn(scope.body.nodes, name)) return [];
    if (!name.startsWith(HIDDEN)) return [{ from: scope.prefix + name, depth: scope.depth, ...as }];
    const sources = this.#ofHidden(scope.body.nodes[name]!, scope);
    return as.kind === "data" ? sources : sources.map((source) => ({ ...source, ...as }));
  }

  /** Those it reads itself come first, without a stack of calls: 10,000 of them may stand in a row. */
  #ofHidden(node: PlanNode, scope: Scope): readonly Source[] {
    const known = this.#known.get(node);
    if (known || this.#isLooking) return known ?? [];
    this.#isLooking = true;
    const way = [{ node, scope, waiting: hiddenIn(node, scope) }];
    this.#known.set(node, []);
    for (let at = way.at(-1); at; at = way.at(-1)) {
      const next = at.waiting.pop();
      if (!next) {
        const sources = this.ofNode(at.node, at.scope).map(
          (source) => [JSON.stringify(source), source] as const,
        );
        this.#known.set(at.node, [...new Map(sources).values()]);
        way.pop();
      } else if (!this.#known.has(next.node)) {
        this.#known.set(next.node, []);
        way.push({ ...next, waiting: hiddenIn(next.node, next.scope) });
      }
    }
    this.#isLooking = false;
    return this.#known.get(node)!;
  }
}

/** The hidden nodes that `node` reads itself. */
function hiddenIn(node: PlanNode, from: Scope): { readonly node: PlanNode; readonly scope: Scope }[] {
  const found: { readonly node: PlanNode; readonly scope: Scope }[] = [];
  const waiting = bindingsOf(node).map(({ expr }): Expr => expr);
  for (let expr = waiting.pop(); expr; expr = waiting.pop()) {
    waiting.push(...partsOf(expr));
    if (expr.is !== "output" || !expr.node.startsWith(HIDDEN)) continue;
    const scope = scopeAt(from, expr.up);
    const hidden = scope?.body.nodes[expr.node];
    if (scope && hidden) found.push({ node: hidden, scope });
  }
  return found;
}

function scopeAt(from: Scope, up: number): Scope | undefined {
  let scope: Scope | undefined = from;
  for (let i = 0; i < up; i++) scope = scope?.parent;
  return scope;
}

function caseLabel({ cases, negate }: Extract<Expr, { is: "case" }>): string {
  if (cases.length > 0 && cases.every((value) => typeof value === "boolean")) {
    return cases.map((value) => (value !== negate ? "yes" : "no")).join(" or ");
  }
  return negate ? "otherwise" : `is ${cases.join(", ")}`;
}
