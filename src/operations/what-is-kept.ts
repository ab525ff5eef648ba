import type { Playable } from "../engine/index.ts";
import { bindingsOf, bodyOf, type Expr, type PlanNode, partsOf } from "../plan/index.ts";

/** What decides how much of an earlier run is played again. */
export interface PlayedAgain {
  /** Names of nodes. */
  readonly from: Iterable<string>;
  /** Keys of steps without an output. */
  readonly failed: ReadonlySet<string>;
}

/**
 * Says of a step's key whether its output is taken over. A stand-in's is: what it stands in for has failed, so that is
 * played again with whoever reads it, and the stand-in is asked only if it fails once more.
 */
export function whatIsKept(
  { graph: { nodes } }: Playable,
  { from, failed }: PlayedAgain,
): (key: string) => boolean {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const whole = new Set(from);
  const partly = new Set<string>();
  const items = new Set<string>();
  for (const key of failed) {
    const [name, item] = key.split("/", 2) as [string, string | undefined];
    const isMap = byName.get(name)?.plan.kind === "map";
    (isMap ? partly : whole).add(name);
    // What was made for an artifact that was not kept is made anew.
    for (const maker of byName.get(name)?.remakes?.makers ?? []) whole.add(nodes[maker]!.name);
    if (isMap && item !== undefined) items.add(`${name}/${item}`);
  }
  const dependents = new Set<string>();
  const open = [...whole, ...partly];
  for (const name of open) {
    for (const index of byName.get(name)?.readers ?? []) {
      const reader = nodes[index]!.name;
      if (dependents.has(reader)) continue;
      dependents.add(reader);
      open.push(reader);
    }
  }
  return (key) => {
    const [name, item] = key.split("/", 2) as [string, string | undefined];
    if (!byName.has(name) || whole.has(name) || dependents.has(name)) return false;
    if (!partly.has(name)) return true;
    return item !== undefined && !items.has(`${name}/${item}`);
  };
}

/** Does `node`, or anything played inside it, read a place of the run's input for which `isChanged`? */
export function readsInput(
  node: PlanNode,
  isChanged: (path: readonly (string | number)[]) => boolean,
): boolean {
  const open: PlanNode[] = [node];
  for (let at = open.pop(); at; at = open.pop()) {
    const exprs = bindingsOf(at).map(({ expr }) => expr);
    const body = bodyOf(at);
    if (body) {
      open.push(...Object.values(body.nodes));
      exprs.push(body.output);
    }
    if (at.kind === "loop") exprs.push(at.until);
    if (exprs.some((expr) => isRead(expr, isChanged))) return true;
  }
  return false;
}

function isRead(whole: Expr, isChanged: (path: readonly (string | number)[]) => boolean): boolean {
  const open = [whole];
  for (let at = open.pop(); at; at = open.pop()) {
    if (at.is === "input" && isChanged(at.path)) return true;
    open.push(...partsOf(at));
  }
  return false;
}
