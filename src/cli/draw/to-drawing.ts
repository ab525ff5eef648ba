import { ExprText, type Scope as TextScope } from "../../compile/diff/expr-text.ts";
import {
  type Body,
  bodyOf,
  HIDDEN,
  type LoopNode,
  type Plan,
  type PlanNode,
  standInOf,
  waysOutOf,
} from "../../plan/index.ts";
import { detailOf, toWords } from "./detail-of.ts";
import { type Drawing, type DrawnEdge, type DrawnNode, INPUT, ON_ERROR, OUTPUT } from "./drawing.ts";
import { policiesOf, runPolicies } from "./policies-of.ts";
import { DATA, Reads, type Scope, type Source } from "./reads.ts";

/** The nodes and edges of `plan`, as people see them. Draws whatever it is given, also a plan with findings. */
export function toDrawing(plan: Plan): Drawing {
  const drawer = new Drawer(plan.agents);
  const root: Scope = { body: plan.body, prefix: "", parent: undefined, depth: 0 };
  drawer.addScope(root);
  drawer.connect(drawer.reads.ofExpr(plan.body.output, root, DATA), OUTPUT);
  const { nodes } = drawer;
  if (plan.onError) drawer.addHandler(plan.onError, root);

  const drawn = [...drawer.edges.values()];
  const [own, handler] = [nodes.filter((node) => !isHandler(node)), nodes.filter(isHandler)];
  const isRead = plan.input !== undefined || drawn.some(({ from }) => from === INPUT);
  const isWritten = drawn.some(({ to }) => to === OUTPUT);
  const policies = runPolicies(plan);
  return {
    title: plan.score,
    ...(policies.length === 0 ? {} : { policies }),
    nodes: [
      ...(isRead ? [{ name: INPUT, label: "input", kind: "input" } as const] : []),
      ...own,
      ...(isWritten ? [{ name: OUTPUT, label: "output", kind: "output" } as const] : []),
      ...handler,
    ],
    edges: drawn.filter((edge) => !isImplied(edge, drawer.edges)),
  };
}

function isHandler({ name }: DrawnNode): boolean {
  return name === ON_ERROR || name.startsWith(`${ON_ERROR}/`);
}

/** Collects the nodes of one scope after the other, and the edges between all of them. */
class Drawer {
  readonly nodes: DrawnNode[] = [];
  readonly edges = new Map<string, DrawnEdge>();
  readonly reads = new Reads();
  readonly #text = new ExprText();
  readonly #agents: Plan["agents"];

  constructor(agents: Plan["agents"]) {
    this.#agents = agents;
  }

  connect(sources: readonly Source[], to: string): void {
    for (const { from, kind, label } of sources) {
      // What is inside a frame is connected with it by standing there.
      if (to === from || to.startsWith(`${from}/`)) continue;
      this.#add({ from, to, kind, ...(label === undefined ? {} : { label }) });
    }
  }

  #add(edge: DrawnEdge): void {
    this.edges.set(JSON.stringify(edge), edge);
  }

  addScope(scope: Scope): void {
    for (const [key, node] of Object.entries(scope.body.nodes)) {
      if (key.startsWith(HIDDEN)) continue;
      const name = scope.prefix + key;
      this.nodes.push(this.#toNode(node, key, scope));
      this.connect(this.reads.ofNode(node, scope), name);
      this.#addStandIn(node, name, scope);
      const body = bodyOf(node);
      if (body) this.#addInside(body, node, name, scope);
    }
  }

  /** What is played when a run fails: a frame of its own, behind everything else. */
  addHandler(body: Body, root: Scope): void {
    this.nodes.push({ name: ON_ERROR, label: "onError", kind: "onError" });
    const prefix = `${ON_ERROR}/`;
    this.addScope({ body, prefix, inside: ON_ERROR, item: "failure", parent: root, depth: 1 });
  }

  #addInside(body: Body, node: PlanNode, name: string, parent: Scope): void {
    const depth = parent.depth + 1;
    const item = node.kind === "loop" ? { item: "state" as const } : {};
    const inside: Scope = { body, prefix: `${name}/`, inside: name, ...item, parent, depth };
    const ends = node.kind === "loop" ? [body.output, node.until] : [body.output];
    for (const end of ends)
      this.connect(
        this.reads.ofExpr(end, inside, DATA).filter((source) => source.depth < depth),
        name,
      );
    this.addScope(inside);
  }

  /** A stand-in comes after what it stands in for; what is rebuilt, before what it is rebuilt from. */
  #addStandIn(node: PlanNode, name: string, { body, prefix }: Scope): void {
    const standIn = standInOf(node);
    const source = waysOutOf(node).reconstruct?.from;
    if (standIn !== undefined && Object.hasOwn(body.nodes, standIn))
      this.#add({ from: name, to: prefix + standIn, kind: "fallback", label: "if it fails" });
    if (source !== undefined && Object.hasOwn(body.nodes, source))
      this.#add({ from: prefix + source, to: name, kind: "reconstruct", label: "rebuilds" });
  }

  #toNode(node: PlanNode, key: string, scope: Scope): DrawnNode {
    const written = { scope: toTextScope(scope), text: this.#text, agents: this.#agents };
    const policies = policiesOf(node, (loop) => this.#untilOf(loop, scope));
    const detail = detailOf(node, written);
    return {
      name: scope.prefix + key,
      label: labelOf(key, node, scope),
      kind: node.kind,
      ...(detail === undefined ? {} : { detail }),
      ...(policies.length === 0 ? {} : { policies }),
      ...(scope.inside === undefined ? {} : { inside: scope.inside }),
    };
  }

  #untilOf({ until, body }: LoopNode, parent: Scope): string {
    const scope = { body, prefix: "", item: "state" as const, parent: toTextScope(parent) };
    return toWords(until, { scope, text: this.#text });
  }
}

/** The same scope for writing expressions: in a label the names around it are plain. */
function toTextScope({ body, item, parent }: Scope): TextScope {
  return { body, prefix: "", ...(item ? { item } : {}), parent: parent && toTextScope(parent) };
}

/** The one node of a map has no name of its own: what it does says more. */
function labelOf(key: string, node: PlanNode, { body, inside }: Scope): string {
  if (!body.single) return key;
  const id =
    node.kind === "task"
      ? node.task
      : node.kind === "agent"
        ? node.agent
        : node.kind === "score"
          ? node.score
          : undefined;
  return id ?? (inside === ON_ERROR ? node.kind : key);
}

/** An order that reading gives already. */
function isImplied({ from, to, kind }: DrawnEdge, edges: ReadonlyMap<string, DrawnEdge>): boolean {
  return kind === "after" && edges.has(JSON.stringify({ from, to, kind: "data" } satisfies DrawnEdge));
}
