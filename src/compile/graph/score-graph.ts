import type { Finding } from "../../define/finding.ts";
import {
  type Body,
  bindingsOf,
  bodyOf,
  CONVERSIONS,
  type Condition,
  type Expr,
  HIDDEN,
  type Path,
  type PlanNode,
  partsOf,
  standInOf,
} from "../../plan/index.ts";
import { withArticle } from "../../support/with-article.ts";
import type { CompiledScore } from "../compilation.ts";

/** The nodes that are played together: a score's own, those inside a map or a loop, or those of `onError`. */
export interface GraphScope {
  /** What its nodes' paths begin with: `""`, `drafts/`. */
  readonly prefix: string;
  readonly body: Body;
  /** The map or loop it is the inside of. */
  readonly owner: GraphNode | undefined;
  readonly parent: GraphScope | undefined;
  /** It is played when a run has failed. */
  readonly isHandler: boolean;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly score: CompiledScore;
  /** The other scores of the workspace, by id. */
  readonly graphOf: GraphOf;
}

/** Finds the graph of a score by its id. */
export type GraphOf = (id: string) => ScoreGraph | undefined;

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
  /** What is played in it, of a map or loop. */
  readonly inside: GraphScope | undefined;
  /** The node that stands in when it fails. */
  readonly standIn: GraphNode | undefined;
  /** The nodes that it stands in for: it is played when one of them has failed, and for nothing else. */
  readonly standsInFor: readonly GraphNode[];
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
  /** Read by what is played when a run has failed, of what was played before that: it may not be there. */
  readonly isAfterFailure: boolean;
}

/** What a score, or the inside of a map or loop, gives; of a loop also what says whether it ends. */
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
export function toScoreGraph(score: CompiledScore, graphOf: GraphOf = () => undefined): ScoreGraph {
  const nodes: Mutable<GraphNode>[] = [];
  const scopes: GraphScope[] = [];
  const open: Opening[] = [{ body: score.plan.body, owner: undefined }];
  for (let next = open.shift(); next; next = open.shift()) {
    const { body, owner, isHandler = false } = next;
    const own = new Map<string, Mutable<GraphNode>>();
    const prefix = isHandler ? HANDLER : owner ? `${owner.path}/` : "";
    const parent = isHandler ? scopes[0] : owner?.scope;
    const scope: GraphScope = { prefix, body, owner, parent, isHandler, nodes: own, score, graphOf };
    scopes.push(scope);
    if (owner) owner.inside = scope;
    for (const [name, plan] of Object.entries(body.nodes)) {
      const node: Mutable<GraphNode> = { ...LONELY, path: prefix + name, name, plan, scope };
      own.set(name, node);
      nodes.push(node);
      const inside = bodyOf(plan);
      if (inside) open.push({ body: inside, owner: node });
    }
    for (const node of own.values()) {
      const other = standInOf(node.plan);
      const standIn = other === undefined ? undefined : own.get(other);
      if (!standIn) continue;
      node.standIn = standIn;
      standIn.standsInFor = [...standIn.standsInFor, node];
    }
    if (scopes.length === 1 && score.plan.onError)
      open.push({ body: score.plan.onError, owner: undefined, isHandler: true });
  }
  for (const node of nodes) {
    node.reads = bindingsOf(node.plan).flatMap(({ expr, at, isGuard }) =>
      readsOf(expr, { scope: node.scope, at, isGuard, accepts: node.plan.kind === "oneOf" }),
    );
    const after = "after" in node.plan ? (node.plan.after ?? []) : [];
    node.after = after.map((name) => node.scope.nodes.get(name)).filter((other) => other !== undefined);
  }
  const outputs = scopes.map((scope) => {
    const reads = endOf(scope).flatMap(({ expr, at }) =>
      readsOf(expr, { scope, at, isGuard: false, accepts: false }),
    );
    return { scope, reads };
  });
  return { score, nodes, outputs };
}

interface Opening {
  readonly body: Body;
  readonly owner: Mutable<GraphNode> | undefined;
  readonly isHandler?: boolean;
}

/** As `toPlan` names the places of nodes inside `onError`. */
const HANDLER = `${HIDDEN}onError/`;
const LONELY = { reads: [], after: [], inside: undefined, standIn: undefined, standsInFor: [] };

/** What is read when everything in the scope has been played: its output, of a loop the next state and whether it ends. */
export function endOf({ body, owner }: GraphScope): readonly { readonly expr: Expr; readonly at: Path }[] {
  if (owner?.plan.kind !== "loop") return [{ expr: body.output, at: ["output"] }];
  return [
    { expr: body.output, at: ["next"] },
    { expr: owner.plan.until, at: ["until"] },
  ];
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
    if (!target) return [];
    const isAfterFailure = isInHandler(scope) && !isInHandler(target.scope);
    return [{ target, expr: leaf as Read["expr"], at, isGuard, acceptsAbsence: accepts, isAfterFailure }];
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

/** Is it the inside of `onError`, or of a map or loop in there? */
export function isInHandler(scope: GraphScope): boolean {
  let at = scope;
  while (at.owner) at = at.owner.scope;
  return at.isHandler;
}

/** Computed by the compiler's choice; its author knows it as an expression. */
export function isHidden({ name }: Pick<GraphNode, "name">): boolean {
  return name.startsWith(HIDDEN);
}

/** As a message names a reader: `"drafts"`, also for the one node inside it, or `A text` for what has no name. */
export function readerName(node: GraphNode): string {
  const { owner, body } = node.scope;
  if (body.single && owner && !isHidden(node)) return `"${owner.name}"`;
  return isHidden(node) ? withArticle(calledOf(node), true) : `"${node.name}"`;
}

/** The function that its author called. */
export function calledOf({ plan }: GraphNode): string {
  return plan.kind === "derive" && plan.convert ? CONVERSIONS[plan.convert.to] : plan.kind;
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
