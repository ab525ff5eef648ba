import { type Expr, type Path, type PlanNode, waysOutOf } from "../../plan/index.ts";
import type { CompiledScore } from "../compilation.ts";
import { carriesText } from "./carries-text.ts";
import { ANY, type Part, partsAt } from "./parts-at.ts";
import { schemaOf } from "./schema-of.ts";
import { type GraphNode, type GraphScope, nodeAt, type ScoreGraph, scopeAt } from "./score-graph.ts";

/** Where a value comes from that has to be looked after. */
export type Source =
  /** What a model answered. */
  | { readonly is: "model"; readonly node: GraphNode }
  /** What a service answered, or a program printed. */
  | { readonly is: "outside"; readonly node: GraphNode }
  /** What a failed step said, as `onError` is told. */
  | { readonly is: "failure" }
  /** What a run of `score` is given: from outside, unless another score plays it. */
  | { readonly is: "input"; readonly score: CompiledScore; readonly path: Path }
  | { readonly is: "secret"; readonly name: string };

/** A value of a running score, by where it stands: a node's output, what a scope is given per item, a run's input. */
export interface Cell {
  readonly owner: GraphNode | GraphScope | CompiledScore;
  readonly path: Path;
  /** Where it comes from, each kind once. */
  readonly sources: Map<string, Source>;
  readonly own: Source | undefined;
  readonly from: Origin[];
  readonly edges: Edge[];
}

/** A value that another one is made of. */
interface Origin {
  readonly cell: Cell;
  /** It is held as it is. */
  readonly isVerbatim: boolean;
  readonly isGated: boolean;
}

/** A reference, with what it brings. */
export interface Suspect {
  /** The way to it from the options of the node that reads it. */
  readonly at: Path;
  readonly sources: readonly Source[];
  /** Absent for a secret that is read directly. */
  readonly cell: Cell | undefined;
  readonly isCompared: boolean;
}

interface Edge {
  readonly to: Cell;
  /** A judge or a person stands between: what a model wrote is checked there. */
  readonly isGated: boolean;
  /** The reader is a text, a oneOf or a derive, which is stored nowhere. */
  readonly isValue: boolean;
  /** The node that plays the score in which the value is. */
  readonly caller: GraphNode | undefined;
}

/** A state that takes itself apart turn by turn has no end of paths. */
const LONGEST_PATH = 16;

/**
 * Where values come from: each reference is followed once, and what a source taints is found by spreading it along
 * them, so the whole is linear in the graph.
 *
 * A task ends it: its code is the author's, it takes what its schema allows and answers for what it gives; nobody can
 * look into a function, and doubting all of them would make every warning noise. A derive is a function, too, but it is
 * for small computations on the way, and passes on. What cannot be text ends it as well.
 */
export class Taint {
  readonly #cells = new Map<Cell["owner"], Map<string, Cell>>();
  readonly #asking = new Map<ScoreGraph, boolean>();
  readonly #fresh: Cell[] = [];
  readonly #spreading: { readonly cell: Cell; readonly key: string }[] = [];

  /** The references in `expr`, which stands in `scope`, that bring something. */
  suspects(expr: Expr, at: Path, scope: GraphScope): readonly Suspect[] {
    const parts = partsAt(expr, [], at).map((part) => ({ part, cell: this.#cellOf(part, scope) }));
    this.#settle();
    return parts.flatMap(({ part, cell }) => {
      const { expr: leaf, at, isCompared } = part;
      const sources: Source[] =
        leaf.is === "secret" ? [{ is: "secret", name: leaf.name }] : [...(cell?.sources.values() ?? [])];
      return sources.length > 0 ? [{ at, sources, cell, isCompared }] : [];
    });
  }

  /** The values that `expr` holds as they are: what a person sees who is shown it. */
  cellsIn(expr: Expr, scope: GraphScope): readonly Cell[] {
    const cells = partsAt(expr, []).flatMap((part) => this.#cellOf(part, scope) ?? []);
    this.#settle();
    return cells;
  }

  #cellOf({ expr, path }: Part, scope: GraphScope): Cell | undefined {
    if (path.length > LONGEST_PATH) return undefined;
    switch (expr.is) {
      case "input":
        return this.#cell(scope.score, path, scope);
      case "output": {
        const node = nodeAt(scope, expr.node, expr.up);
        return node && this.#cell(node, path, node.scope);
      }
      case "item": {
        const at = scopeAt(scope, expr.up);
        return at && this.#cell(at, path, at);
      }
      default:
        return undefined;
    }
  }

  #cell(owner: Cell["owner"], path: Path, scope: GraphScope): Cell {
    const known = this.#cells.get(owner) ?? new Map<string, Cell>();
    this.#cells.set(owner, known);
    const key = JSON.stringify(path);
    const before = known.get(key);
    if (before) return before;
    const mayTaint = isText(owner, path, scope);
    const own = mayTaint ? sourceOf(owner, path) : undefined;
    const cell: Cell = { owner, path, own, sources: new Map(), from: [], edges: [] };
    known.set(key, cell);
    if (own) this.#add(cell, own.is, own);
    if (mayTaint) this.#fresh.push(cell);
    return cell;
  }

  /** Follows what was found, until nothing new comes. */
  #settle(): void {
    for (;;) {
      const fresh = this.#fresh.pop();
      if (fresh) {
        this.#open(fresh);
        continue;
      }
      const next = this.#spreading.pop();
      if (!next) return;
      for (const edge of next.cell.edges) this.#pass(next.cell.sources.get(next.key)!, next.key, edge);
    }
  }

  #add(cell: Cell, key: string, source: Source): void {
    if (cell.sources.has(key)) return;
    cell.sources.set(key, source);
    this.#spreading.push({ cell, key });
  }

  #pass(source: Source, key: string, { to, isGated, isValue, caller }: Edge): void {
    if (source.is === "secret" && !isValue) return;
    if (source.is === "model" && isGated) return;
    if (caller && source.is === "input") {
      const { plan, scope } = caller;
      if (plan.kind === "score") this.#read(to, plan.input, source.path, scope);
    } else this.#add(to, key, source);
  }

  /** Makes `to` read what is at `path` of `expr`. */
  #read(
    to: Cell,
    expr: Expr,
    path: Path,
    scope: GraphScope,
    how: { readonly isVerbatim?: boolean; readonly isGated?: boolean; readonly caller?: GraphNode } = {},
  ): void {
    const { isVerbatim = true, isGated = false, caller } = how;
    const isValue = isNode(to.owner) && VALUES.has(to.owner.plan.kind);
    for (const part of partsAt(expr, path)) {
      if (part.isCompared) continue;
      const leaf = part.expr;
      if (leaf.is === "secret") {
        if (isValue) this.#add(to, `secret ${leaf.name}`, { is: "secret", name: leaf.name });
        continue;
      }
      const cell = this.#cellOf(part, scope);
      if (cell) this.#connect(cell, { to, isGated, isValue, caller }, isVerbatim);
    }
  }

  #connect(cell: Cell, edge: Edge, isVerbatim: boolean): void {
    cell.edges.push(edge);
    edge.to.from.push({ cell, isVerbatim, isGated: edge.isGated });
    for (const [key, source] of cell.sources) this.#pass(source, key, edge);
  }

  /** Does the score ask a person? */
  #asks(graph: ScoreGraph): boolean {
    const known = this.#asking.get(graph) ?? graph.nodes.some(({ plan }) => plan.kind === "checkpoint");
    this.#asking.set(graph, known);
    return known;
  }

  #open(cell: Cell): void {
    const { owner, path } = cell;
    if (isNode(owner)) this.#openOutput(cell, owner);
    else if (isScope(owner) && owner.owner) {
      const { plan, scope } = owner.owner;
      if (plan.kind === "map") this.#read(cell, plan.over, [ANY, ...path], scope);
      if (plan.kind === "loop") {
        this.#read(cell, plan.start, path, scope);
        this.#read(cell, plan.body.output, path, owner);
      }
    }
  }

  #openOutput(cell: Cell, node: GraphNode): void {
    const { path } = cell;
    const { plan, scope, inside, standIn } = node;
    const { fallback } = waysOutOf(plan);
    if (fallback && "value" in fallback) this.#read(cell, fallback.value, path, scope);
    if (standIn)
      this.#connect(
        this.#cell(standIn, path, scope),
        { to: cell, isGated: false, isValue: false, caller: undefined },
        true,
      );
    switch (plan.kind) {
      case "text":
        for (const value of plan.values) this.#read(cell, value, [], scope);
        return;
      case "oneOf":
        for (const value of plan.of) this.#read(cell, value, path, scope);
        return;
      case "derive":
        for (const value of plan.of) this.#read(cell, value, [], scope, { isVerbatim: false });
        return;
      case "switchOn":
        this.#read(cell, plan.on, path, scope);
        return;
      case "artifact":
        this.#read(cell, plan.value, path, scope, { isGated: plan.gates.length > 0 });
        return;
      case "map": {
        const rest = inItem(path, plan.onItemError === "collect");
        if (inside && rest) this.#read(cell, plan.body.output, rest, inside);
        return;
      }
      case "loop":
        if (inside) this.#read(cell, plan.body.output, path, inside);
        return;
      case "score": {
        const graph = scope.graphOf(plan.score);
        const called = graph?.outputs[0]?.scope;
        // Whoever is asked in a score answers for what it gives.
        const how = { caller: node, isGated: graph !== undefined && this.#asks(graph) };
        if (called) this.#read(cell, called.body.output, path, called, how);
        return;
      }
      case "task":
      case "agent":
      case "http":
      case "shell":
      case "branch":
      case "wait":
      case "checkpoint":
        return;
      default:
        plan satisfies never;
    }
  }
}

const VALUES: ReadonlySet<PlanNode["kind"]> = new Set(["text", "oneOf", "derive"]);

export function isNode(owner: Cell["owner"]): owner is GraphNode {
  return "scope" in owner;
}

function isScope(owner: Cell["owner"]): owner is GraphScope {
  return "isHandler" in owner;
}

/** From the way into a map's list, the way into what one item gives; `undefined` into how it ended. */
function inItem([, ...rest]: Path, isCollected: boolean): Path | undefined {
  if (!isCollected || rest.length === 0) return rest;
  return rest[0] === "value" ? rest.slice(1) : undefined;
}

/** Is the value one that may hold text? Unknown ones may. */
function isText(owner: Cell["owner"], path: Path, scope: GraphScope): boolean {
  const expr: Expr = isScope(owner)
    ? { is: "item", up: 0, path }
    : isNode(owner)
      ? { is: "output", node: owner.name, up: 0, path }
      : { is: "input", path };
  const known = schemaOf(expr, scope);
  return known === undefined || !("schema" in known) || carriesText(known.schema);
}

function sourceOf(owner: Cell["owner"], path: Path): Source | undefined {
  if (isScope(owner))
    return owner.isHandler && (path.length === 0 || path[0] === "message") ? { is: "failure" } : undefined;
  if (!isNode(owner)) return { is: "input", score: owner, path };
  switch (owner.plan.kind) {
    case "agent":
      return { is: "model", node: owner };
    case "http":
    case "shell":
      return { is: "outside", node: owner };
    default:
      return undefined;
  }
}
