import type { Finding } from "../../define/finding.ts";
import {
  type Body,
  type Condition,
  type Expr,
  HIDDEN,
  type Path,
  type PlanNode,
  partsOf,
} from "../../plan/index.ts";
import type { CompiledScore } from "../compilation.ts";

/** The nodes that are played together: a score's own, or those inside a map. */
export interface GraphScope {
  /** What its nodes' paths begin with: `""`, `drafts/`. */
  readonly prefix: string;
  readonly body: Body;
  /** The map it is the inside of. */
  readonly owner: GraphNode | undefined;
  readonly parent: GraphScope | undefined;
  readonly nodes: ReadonlyMap<string, GraphNode>;
}

export interface GraphNode {
  /** From the root, `drafts/letter`; unique in the score. */
  readonly path: string;
  readonly name: string;
  readonly plan: PlanNode;
  readonly scope: GraphScope;
  /** Everything it reads, in the order of its options. */
  readonly reads: readonly Read[];
  /** Nodes of its scope that it is only ordered after. */
  readonly after: readonly GraphNode[];
}

/** One reference to a node. */
export interface Read {
  readonly target: GraphNode;
  readonly expr: Extract<Expr, { is: "output" | "case" }>;
  /** The way from the reader's options to the reference, for places. */
  readonly at: Path;
  /** In `when`: without the value the reader is skipped, which is what a guard is for. */
  readonly isGuard: boolean;
  /** Inside `optional`, `oneOf` or `isPresent`, where a missing value is expected. */
  readonly acceptsAbsence: boolean;
}

/** What a score, or the inside of a map, gives. */
interface GraphOutput {
  readonly scope: GraphScope;
  readonly reads: readonly Read[];
}

/** A plan with its references followed. */
export interface ScoreGraph {
  readonly score: CompiledScore;
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphOutput[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Follows every reference of the score's plan once. Loops over lists, so that long chains need no deep stack. */
export function toScoreGraph(score: CompiledScore): ScoreGraph {
  const nodes: Mutable<GraphNode>[] = [];
  const scopes: GraphScope[] = [];
  const open: { body: Body; owner: GraphNode | undefined }[] = [{ body: score.plan.body, owner: undefined }];
  for (let next = open.shift(); next; next = open.shift()) {
    const { body, owner } = next;
    const own = new Map<string, GraphNode>();
    const prefix = owner ? `${owner.path}/` : "";
    const scope: GraphScope = { prefix, body, owner, parent: owner?.scope, nodes: own };
    scopes.push(scope);
    for (const [name, plan] of Object.entries(body.nodes)) {
      const node: Mutable<GraphNode> = { path: prefix + name, name, plan, scope, reads: [], after: [] };
      own.set(name, node);
      nodes.push(node);
      if (plan.kind === "map") open.push({ body: plan.body, owner: node });
    }
  }
  for (const node of nodes) {
    node.reads = bindingsOf(node.plan).flatMap(({ expr, at, isGuard }) =>
      readsOf(expr, { scope: node.scope, at, isGuard, accepts: node.plan.kind === "oneOf" }),
    );
    const after = "after" in node.plan ? (node.plan.after ?? []) : [];
    node.after = after.map((name) => node.scope.nodes.get(name)).filter((other) => other !== undefined);
  }
  const outputs = scopes.map((scope) => ({
    scope,
    reads: readsOf(scope.body.output, { scope, at: ["output"], isGuard: false, accepts: false }),
  }));
  return { score, nodes, outputs };
}

interface Binding {
  readonly expr: Expr;
  readonly at: Path;
  readonly isGuard: boolean;
}

/** The expressions of a node, with the way to each in its source. */
export function bindingsOf(plan: PlanNode): readonly Binding[] {
  const guard = "when" in plan && plan.when ? [{ expr: plan.when as Expr, at: ["when"], isGuard: true }] : [];
  const value = (expr: Expr, ...at: Path): Binding => ({ expr, at, isGuard: false });
  switch (plan.kind) {
    case "task":
      return [...guard, value(plan.input, "input")];
    case "map":
      return [...guard, value(plan.over, "over")];
    case "branch":
    case "switchOn":
      return [...guard, value(plan.on, "on")];
    case "text":
      return plan.values.map((expr, i) => value(expr, i));
    case "oneOf":
    case "derive":
      return plan.of.map((expr, i) => value(expr, i));
    default:
      return plan satisfies never;
  }
}

interface Reading {
  readonly scope: GraphScope;
  readonly at: Path;
  readonly isGuard: boolean;
  readonly accepts: boolean;
}

function readsOf(expr: Expr, { scope, at, isGuard, accepts }: Reading): Read[] {
  return leavesOf(expr, at, accepts).flatMap(({ expr: leaf, at, accepts }) => {
    const target = leaf.is === "output" || leaf.is === "case" ? nodeAt(scope, leaf.node, leaf.up) : undefined;
    return target ? [{ target, expr: leaf as Read["expr"], at, isGuard, acceptsAbsence: accepts }] : [];
  });
}

/** What `expr` is made of, in the order of its source, with the way to each. */
export function leavesOf(
  expr: Expr,
  at: Path,
  accepts = false,
): readonly { readonly expr: Expr; readonly at: Path; readonly accepts: boolean }[] {
  const leaves: { expr: Expr; at: Path; accepts: boolean }[] = [];
  const stack = [{ expr, at, accepts }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { expr: inner, at, accepts } = next;
    const acceptsInside = accepts || inner.is === "optional" || inner.is === "isPresent";
    const keys = inner.is === "object" ? Object.keys(inner.fields) : undefined;
    const parts = partsOf(inner);
    if (parts.length === 0) leaves.push(next);
    for (let i = parts.length - 1; i >= 0; i--)
      stack.push({ expr: parts[i]!, at: [...at, keys ? keys[i]! : i], accepts: acceptsInside });
  }
  return leaves;
}

/** The node called `name`, `up` scopes up. */
export function nodeAt(scope: GraphScope, name: string, up: number): GraphNode | undefined {
  return scopeAt(scope, up)?.nodes.get(name);
}

export function scopeAt(scope: GraphScope, up: number): GraphScope | undefined {
  let at: GraphScope | undefined = scope;
  for (let i = 0; i < up; i++) at = at?.parent;
  return at;
}

/** Computed by the compiler's choice; its author knows it as an expression. */
export function isHidden({ name }: Pick<GraphNode, "name">): boolean {
  return name.startsWith(HIDDEN);
}

/** As a message names a reader: `"drafts"`, or `A text` for what has no name. */
export function readerName(node: GraphNode): string {
  return isHidden(node) ? `A ${node.plan.kind}` : `"${node.name}"`;
}

/** Where the node was built. */
export function sitesOf(score: CompiledScore, node: GraphNode): Finding["sites"] {
  return score.sites[node.path] ?? score.sites[node.scope.owner?.path ?? ""] ?? [];
}

/** The conditions directly or deeper in `condition`, itself included. */
export function conditionsIn(condition: Condition): readonly Condition[] {
  const found: Condition[] = [];
  const stack: Condition[] = [condition];
  for (let next = stack.pop(); next; next = stack.pop()) {
    found.push(next);
    if (next.is === "all" || next.is === "any") stack.push(...next.of);
    else if (next.is === "not") stack.push(next.of);
  }
  return found;
}
