import {
  type Body,
  bindingsOf,
  bodyOf,
  type Expr,
  HIDDEN,
  type Plan,
  type PlanNode,
  partsOf,
} from "../../plan/index.ts";
import { type Drawing, type DrawnEdge, type DrawnNode, INPUT, OUTPUT } from "./drawing.ts";
import { policiesOf } from "./policies-of.ts";

/** One scope: the score itself, or the inside of a map. */
interface Scope {
  readonly body: Body;
  /** What names in it begin with: empty, or `drafts/`. */
  readonly prefix: string;
  readonly map: string | undefined;
  readonly parent: Scope | undefined;
  readonly depth: number;
}

/** A visible node that something reads. */
interface Source extends Pick<DrawnEdge, "kind" | "label"> {
  readonly from: string;
  readonly depth: number;
}

type As = Pick<DrawnEdge, "kind" | "label">;

const DATA: As = { kind: "data" };
const WHEN: As = { kind: "guard", label: "when" };

/** The nodes and edges of `plan`, as people see them. Draws whatever it is given, also a plan with findings. */
export function toDrawing(plan: Plan): Drawing {
  const nodes: DrawnNode[] = [];
  const edges = new Map<string, DrawnEdge>();
  const reads = new Reads();
  const connect = (sources: readonly Source[], to: string) => {
    for (const { from, kind, label } of sources) {
      // What is inside a map is connected with it by standing there.
      if (to === from || to.startsWith(`${from}/`)) continue;
      const edge: DrawnEdge = { from, to, kind, ...(label === undefined ? {} : { label }) };
      edges.set(JSON.stringify(edge), edge);
    }
  };

  const addScope = (scope: Scope) => {
    for (const [key, node] of Object.entries(scope.body.nodes)) {
      if (key.startsWith(HIDDEN)) continue;
      const name = scope.prefix + key;
      const policies = policiesOf(node);
      nodes.push({
        name,
        label: labelOf(key, node, scope),
        kind: node.kind,
        ...(policies.length === 0 ? {} : { policies }),
        ...(scope.map === undefined ? {} : { map: scope.map }),
      });
      connect(reads.ofNode(node, scope), name);
      const body = bodyOf(node);
      if (!body) continue;
      const inside: Scope = {
        body,
        prefix: `${name}/`,
        map: name,
        parent: scope,
        depth: scope.depth + 1,
      };
      connect(
        reads.ofExpr(body.output, inside, DATA).filter(({ depth }) => depth < inside.depth),
        name,
      );
      addScope(inside);
    }
  };
  const root: Scope = { body: plan.body, prefix: "", map: undefined, parent: undefined, depth: 0 };
  addScope(root);
  connect(reads.ofExpr(plan.body.output, root, DATA), OUTPUT);

  const drawn = [...edges.values()];
  const isRead = plan.input !== undefined || drawn.some(({ from }) => from === INPUT);
  const isWritten = drawn.some(({ to }) => to === OUTPUT);
  return {
    title: plan.score,
    nodes: [
      ...(isRead ? [{ name: INPUT, label: "input", kind: "input" } as const] : []),
      ...nodes,
      ...(isWritten ? [{ name: OUTPUT, label: "output", kind: "output" } as const] : []),
    ],
    edges: drawn.filter((edge) => !isImplied(edge, edges)),
  };
}

/** The one node of a map has no name of its own: what it does says more. */
function labelOf(key: string, node: PlanNode, { body }: Scope): string {
  return body.single && node.kind === "task" && node.task !== undefined ? node.task : key;
}

/** An order that reading gives already. */
function isImplied({ from, to, kind }: DrawnEdge, edges: ReadonlyMap<string, DrawnEdge>): boolean {
  return kind === "after" && edges.has(JSON.stringify({ from, to, kind: "data" } satisfies DrawnEdge));
}

/** Finds what nodes and expressions read, through the hidden nodes in between. */
class Reads {
  /** Of hidden nodes; empty for one that is being looked at, so that a cycle ends. */
  readonly #known = new Map<PlanNode, readonly Source[]>();

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
    let scope: Scope | undefined = from;
    for (let i = 0; i < up; i++) scope = scope?.parent;
    if (scope === undefined || !Object.hasOwn(scope.body.nodes, name)) return [];
    if (!name.startsWith(HIDDEN)) return [{ from: scope.prefix + name, depth: scope.depth, ...as }];
    const sources = this.#ofHidden(scope.body.nodes[name]!, scope);
    return as.kind === "data" ? sources : sources.map((source) => ({ ...source, ...as }));
  }

  #ofHidden(node: PlanNode, scope: Scope): readonly Source[] {
    const known = this.#known.get(node);
    if (known) return known;
    this.#known.set(node, []);
    const sources = new Map(this.ofNode(node, scope).map((source) => [JSON.stringify(source), source]));
    this.#known.set(node, [...sources.values()]);
    return [...sources.values()];
  }
}

function caseLabel({ cases, negate }: Extract<Expr, { is: "case" }>): string {
  if (cases.length > 0 && cases.every((value) => typeof value === "boolean")) {
    return cases.map((value) => (value !== negate ? "yes" : "no")).join(" or ");
  }
  return negate ? "otherwise" : `is ${cases.join(", ")}`;
}
