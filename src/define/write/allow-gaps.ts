import {
  type Body,
  bindingsOf,
  bodyOf,
  type Condition,
  type Expr,
  type PlanNode,
  partsOf,
  standInOf,
} from "../../plan/index.ts";

/**
 * The body in which every `onFailure: "auto"` that names no way out may leave a gap, where everybody who reads the node
 * expects one: through `optional` or `isPresent`, or a `oneOf` that has a constant.
 * @param until of a loop's body: its condition
 */
export function allowGaps(body: Body, until?: Condition): Body {
  const plain = Object.entries(body.nodes).filter(([, node]) => isPlainAuto(node));
  if (plain.length === 0) return body;
  const reads = readsOf(body, until);
  const nodes = { ...body.nodes };
  for (const [name, node] of plain)
    if (isMissable(name, reads)) nodes[name] = { ...node, onFailure: { is: "auto", skip: true } } as PlanNode;
  return { ...body, nodes };
}

function isPlainAuto(node: PlanNode): boolean {
  const onFailure = "onFailure" in node ? node.onFailure : undefined;
  return typeof onFailure === "object" && onFailure.is === "auto" && Object.keys(onFailure).length === 1;
}

/** By the name of what is read: who needs it. `undefined` for one who cannot do without, else a value that is absent then, too. */
type Reads = ReadonlyMap<string, readonly (string | undefined)[]>;

function isMissable(name: string, reads: Reads): boolean {
  const open = [name];
  const seen = new Set(open);
  for (const next of open) {
    for (const reader of reads.get(next) ?? []) {
      if (reader === undefined) return false;
      if (!seen.has(reader)) open.push(reader);
      seen.add(reader);
    }
  }
  return true;
}

/** Every read that does not expect a gap. */
function readsOf(body: Body, until: Condition | undefined): Reads {
  const reads = new Map<string, (string | undefined)[]>();
  const add = (name: string, reader: string | undefined) => {
    const known = reads.get(name);
    if (known) known.push(reader);
    else reads.set(name, [reader]);
  };
  for (const expr of until ? [body.output, until] : [body.output])
    for (const name of neededIn(expr, 0)) add(name, undefined);
  const open: { readonly nodes: Body["nodes"]; readonly depth: number }[] = [{ nodes: body.nodes, depth: 0 }];
  for (const { nodes, depth } of open) {
    for (const [name, node] of Object.entries(nodes)) {
      const isValue = node.kind === "text" || node.kind === "derive" || node.kind === "oneOf";
      const reader = isValue && depth === 0 ? name : undefined;
      for (const expr of exprsOf(node)) for (const source of neededIn(expr, depth)) add(source, reader);
      if (depth === 0) for (const source of heldUpBy(node)) add(source, undefined);
      const inside = bodyOf(node);
      if (!inside) continue;
      open.push({ nodes: inside.nodes, depth: depth + 1 });
      const ends = node.kind === "loop" ? [inside.output, node.until] : [inside.output];
      for (const expr of ends) for (const source of neededIn(expr, depth + 1)) add(source, undefined);
    }
  }
  return reads;
}

/** A `oneOf` with a constant is always there. */
function exprsOf(node: PlanNode): readonly Expr[] {
  if (node.kind === "oneOf" && node.of.some((part) => isConstant(part))) return [];
  return bindingsOf(node).map(({ expr }) => expr);
}

function isConstant(expr: Expr): boolean {
  return expr.is === "literal" && expr.value !== null;
}

/** Nodes that it is ordered after, or lets stand in for it: without them it is not there either. */
function heldUpBy(node: PlanNode): readonly string[] {
  const after = "after" in node && !("onSkip" in node) ? (node.after ?? []) : [];
  const standIn = standInOf(node);
  return standIn === undefined ? after : [...after, standIn];
}

/** The nodes `depth` scopes up that `expr` reads where nothing expects a gap. */
function neededIn(expr: Expr, depth: number): string[] {
  const names: string[] = [];
  const stack: Expr[] = [expr];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (at.is === "optional" || at.is === "isPresent") continue;
    if ((at.is === "output" || at.is === "case") && at.up === depth) names.push(at.node);
    stack.push(...partsOf(at));
  }
  return names;
}
