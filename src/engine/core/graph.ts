import {
  type Body,
  bindingsOf,
  type Condition,
  type Expr,
  HIDDEN,
  type Plan,
  type PlanNode,
  partsOf,
} from "../../plan/index.ts";
import { type Evaluator, toConditionEvaluator, toEvaluator } from "./evaluate.ts";

/** A body made ready to be played many times: names are indices, expressions are functions. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** How many distinct nodes each node waits for, by index: the counters a new scope begins with. */
  readonly waits: readonly number[];
  /** As many zeros as there are nodes: the states a new scope begins with. Plain arrays are made faster than typed ones. */
  readonly fresh: readonly number[];
  readonly output: Evaluator;
  readonly single: boolean;
}

export interface GraphNode {
  readonly index: number;
  readonly name: string;
  readonly plan: PlanNode;
  /** Computed by the compiler's choice; nobody is shown it. */
  readonly hidden: boolean;
  /** Nodes of the same scope to be told when this one has settled. */
  readonly readers: number[];
  /** Nodes of the same scope that it reads or is ordered after. */
  readonly sources: readonly number[];
  readonly after: readonly number[];
  readonly when: Evaluator<boolean> | undefined;
  /** A task's input, a switch's value, a map's list; `undefined` for kinds that have several parts. */
  readonly value: Evaluator | undefined;
  /** The values of a text, a derive or a oneOf; of a oneOf with the nodes that each has to wait for. */
  readonly parts: readonly Evaluator[];
  readonly partSources: readonly (readonly number[])[];
  readonly body: Graph | undefined;
}

interface Level {
  readonly names: ReadonlyMap<string, number>;
  readonly parent: Level | undefined;
}

/** Makes `plan` ready to be played. Work is proportional to its nodes and references; do it once per deployment. */
export function toGraph(plan: Plan): Graph {
  return bodyToGraph(plan.body, undefined);
}

function bodyToGraph(body: Body, parent: Level | undefined): Graph {
  const entries = Object.entries(body.nodes);
  const level: Level = { names: new Map(entries.map(([name], i) => [name, i])), parent };
  const resolve = (name: string, up: number): number => {
    let at: Level | undefined = level;
    for (let i = 0; i < up; i++) at = at?.parent;
    const index = at?.names.get(name);
    if (index === undefined)
      throw new Error(`the plan reads "${name}", ${up} scopes up, which it does not have`);
    return index;
  };
  const nodes = entries.map(([name, plan], index) => toGraphNode(name, plan, index, level, resolve));
  for (const node of nodes) for (const source of node.sources) nodes[source]!.readers.push(node.index);
  // A oneOf is looked at whenever one of its alternatives settles, so it counts nothing.
  const waits = nodes.map(({ plan, sources }) => (plan.kind === "oneOf" ? 0 : sources.length));
  const fresh = nodes.map(() => 0);
  return { nodes, waits, fresh, output: toEvaluator(body.output, resolve), single: body.single === true };
}

type Resolve = (name: string, up: number) => number;

function toGraphNode(name: string, plan: PlanNode, index: number, level: Level, resolve: Resolve): GraphNode {
  const partExprs =
    plan.kind === "text" ? plan.values : plan.kind === "oneOf" || plan.kind === "derive" ? plan.of : [];
  const valueExpr =
    plan.kind === "task"
      ? plan.input
      : plan.kind === "map"
        ? plan.over
        : plan.kind === "switchOn" || plan.kind === "branch"
          ? plan.on
          : undefined;
  const when = "when" in plan ? plan.when : undefined;
  const after = ("after" in plan && plan.after ? plan.after : []).map((other) => resolve(other, 0));
  const sources = new Set<number>(after);
  const add = (source: string) => sources.add(resolve(source, 0));
  for (const expr of [valueExpr, when, ...partExprs]) if (expr) eachSource(expr, 0, add);
  if (plan.kind === "map") eachBodySource(plan.body, add);
  return {
    index,
    name,
    plan,
    hidden: name.startsWith(HIDDEN),
    readers: [],
    sources: [...sources],
    after,
    when: when && toConditionEvaluator(when, resolve),
    value: valueExpr && toEvaluator(valueExpr, resolve),
    parts: partExprs.map((part) => toEvaluator(part, resolve)),
    partSources: plan.kind === "oneOf" ? partExprs.map((part) => sourcesOf(part, resolve)) : [],
    body: plan.kind === "map" ? bodyToGraph(plan.body, level) : undefined,
  };
}

function sourcesOf(expr: Expr, resolve: Resolve): number[] {
  const sources = new Set<number>();
  eachSource(expr, 0, (name) => sources.add(resolve(name, 0)));
  return [...sources];
}

/** Calls `visit` for every node that `expr` reads `depth` scopes up. */
function eachSource(expr: Expr | Condition, depth: number, visit: (name: string) => void): void {
  const stack: Expr[] = [expr];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if ((at.is === "output" || at.is === "case") && at.up === depth) visit(at.node);
    stack.push(...partsOf(at));
  }
}

/** Calls `visit` for every node of the enclosing scope that something inside `body` reads: the map waits for them. */
function eachBodySource(body: Body, visit: (name: string) => void): void {
  const stack: { readonly body: Body; readonly depth: number }[] = [{ body, depth: 1 }];
  for (let at = stack.pop(); at; at = stack.pop()) {
    const { depth } = at;
    eachSource(at.body.output, depth, visit);
    for (const node of Object.values(at.body.nodes)) {
      for (const { expr } of bindingsOf(node)) eachSource(expr, depth, visit);
      if (node.kind === "map") stack.push({ body: node.body, depth: depth + 1 });
    }
  }
}
