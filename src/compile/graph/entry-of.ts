import type { Expr, Path } from "../../plan/index.ts";
import type { GraphNode } from "./score-graph.ts";
import { isNode, type Source, type Suspect, type Taint } from "./taint.ts";

/** A reference by the node whose options hold it. */
export interface Entry {
  readonly reader: GraphNode;
  readonly at: Path;
}

/** Where in the texts that `suspect` is put together from the source comes in; `undefined` when it is no text. */
export function entryOf(suspect: Suspect, source: Source, taint: Taint): Entry | undefined {
  let entry: Entry | undefined;
  let at: Suspect | undefined = suspect;
  const visited = new Set<GraphNode>();
  for (let text = textOf(at); text && !visited.has(text); text = textOf(at)) {
    visited.add(text);
    const { scope } = text;
    at = valuesOf(text)
      .flatMap((value, i) => taint.suspects(value, [i], scope))
      .find(({ sources }) => sources.some((one) => isSame(one, source)));
    if (at) entry = { reader: text, at: at.at };
  }
  return entry;
}

function textOf(suspect: Suspect | undefined): GraphNode | undefined {
  const owner = suspect?.cell?.owner;
  return owner && isNode(owner) && owner.plan.kind === "text" ? owner : undefined;
}

function valuesOf({ plan }: GraphNode): readonly Expr[] {
  return plan.kind === "text" ? plan.values : [];
}

function isSame(one: Source, other: Source): boolean {
  if (one.is === "secret" || other.is === "secret")
    return one.is === "secret" && other.is === "secret" && one.name === other.name;
  return one.is === other.is;
}
