import { bindingsOf } from "./bindings-of.ts";
import { type Expr, partsOf } from "./expr.ts";
import type { ArtifactNode, Body, PlanNode } from "./plan.ts";

/** How the value of an artifact is made anew when a gate says so. */
export interface Remaking {
  /** The nodes of its scope that are played again. */
  readonly makers: readonly string[];
  /** What is computed of theirs before the artifact reads it, each after what it reads itself. */
  readonly between: readonly string[];
}

/**
 * What is played again for `artifact`, a node of `body`: every task, agent, request and program that its value reads,
 * itself or through a text, a derive or a oneOf. `undefined` when none of its gates has the value made anew.
 */
export function remakingOf({ nodes }: Body, artifact: ArtifactNode): Remaking | undefined {
  if (!artifact.gates.some(({ onFail }) => isRemade(onFail))) return undefined;
  const makers = new Set<string>();
  const between: string[] = [];
  // Depth first without a recursion: what was opened stands on the stack twice, the second time to be closed.
  const leads = new Set<string>();
  const seen = new Set<string>();
  const stack = namesIn(artifact.value).map((name) => ({ name, isOpen: false }));
  for (let at = stack.pop(); at; at = stack.pop()) {
    const { name, isOpen } = at;
    const node = nodes[name];
    if (!node) continue;
    if (isOpen) {
      if (!readNamesOf(node).some((read) => leads.has(read))) continue;
      leads.add(name);
      between.push(name);
    } else if (!seen.has(name)) {
      seen.add(name);
      if (isMaker(node)) makers.add(name) && leads.add(name);
      else if (isComputed(node)) {
        stack.push({ name, isOpen: true });
        stack.push(...readNamesOf(node).map((read) => ({ name: read, isOpen: false })));
      }
    }
  }
  return { makers: [...makers], between };
}

/** Does the gate have the value made anew? */
export function isRemade(onFail: string): boolean {
  return onFail === "retry" || onFail === "escalate";
}

function isMaker({ kind }: PlanNode): boolean {
  return kind === "task" || kind === "agent" || kind === "http" || kind === "shell";
}

function isComputed({ kind }: PlanNode): boolean {
  return kind === "text" || kind === "derive" || kind === "oneOf";
}

function readNamesOf(node: PlanNode): string[] {
  return bindingsOf(node).flatMap(({ expr }) => namesIn(expr));
}

/** The nodes of its own scope that `expr` reads. */
function namesIn(expr: Expr): string[] {
  const names: string[] = [];
  const stack = [expr];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (at.is === "output" && at.up === 0) names.push(at.node);
    stack.push(...partsOf(at));
  }
  return names;
}
