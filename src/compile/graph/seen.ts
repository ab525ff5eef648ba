import type { GraphNode, ScoreGraph } from "./score-graph.ts";
import type { Cell, Source, Suspect, Taint } from "./taint.ts";

/** Looks of one score: with so many, what is left counts as seen. */
const MOST_LOOKS = 1_000_000;

/**
 * What a person has seen before a node is played: what a checkpoint showed that the node waits for, and only that. What
 * was shown as part of a text, of an object or a list was seen; what was computed from it afterwards is made of what
 * was seen.
 */
export class Seen {
  readonly #taint: Taint;
  readonly #graph: ScoreGraph;
  readonly #hasCheckpoints: boolean;
  readonly #shown = new Map<GraphNode, ReadonlySet<string>>();
  readonly #names = new Map<Cell["owner"], number>();
  #looks = 0;

  constructor(graph: ScoreGraph, taint: Taint) {
    this.#graph = graph;
    this.#taint = taint;
    this.#hasCheckpoints = graph.nodes.some(({ plan }) => plan.kind === "checkpoint");
  }

  /** The first of the suspect's sources among `kinds` that reaches `reader` past every checkpoint before it. */
  unseen({ sources, cell }: Suspect, reader: GraphNode, kinds: readonly Source["is"][]): Source | undefined {
    const wanted = sources.filter(({ is }) => kinds.includes(is));
    if (wanted.length === 0 || !cell || !this.#hasCheckpoints) return wanted[0];
    const shown = this.#checkpointsBefore(reader).map((checkpoint) => this.#shownAt(checkpoint));
    if (shown.length === 0) return wanted[0];
    for (const { is } of wanted) {
      const source = this.#sourcePast(shown, cell, is);
      if (source) return source;
    }
    return undefined;
  }

  #sourcePast(shown: readonly ReadonlySet<string>[], start: Cell, kind: Source["is"]): Source | undefined {
    const { score } = this.#graph;
    const visited = new Set([start]);
    for (const cell of visited) {
      if (this.#looks++ > MOST_LOOKS) return undefined;
      if (shown.some((keys) => this.#covers(keys, cell))) continue;
      const { own } = cell;
      // The input of a score that is played in between is what this one gives it.
      if (own?.is === kind && (own.is !== "input" || own.score === score)) return own;
      for (const { cell: other, isGated } of cell.from)
        if (!(isGated && kind === "model")) visited.add(other);
    }
    return undefined;
  }

  /** Every checkpoint that is decided before `reader` is played. */
  #checkpointsBefore(reader: GraphNode): readonly GraphNode[] {
    const visited = new Set([reader]);
    for (const node of visited) {
      if (this.#looks++ > MOST_LOOKS) break;
      for (const { target } of node.reads) visited.add(target);
      for (const other of [...node.after, ...node.standsInFor]) visited.add(other);
      if (node.scope.owner) visited.add(node.scope.owner);
      // A map or loop that has ended has played what is in it.
      const isAround = node === reader || isInside(reader, node);
      if (node.inside && !isAround) for (const inner of node.inside.nodes.values()) visited.add(inner);
    }
    visited.delete(reader);
    return [...visited].filter(({ plan }) => plan.kind === "checkpoint");
  }

  #shownAt(checkpoint: GraphNode): ReadonlySet<string> {
    const known = this.#shown.get(checkpoint);
    if (known) return known;
    const { plan, scope } = checkpoint;
    const exprs = plan.kind === "checkpoint" ? [plan.title, ...(plan.show ? [plan.show] : [])] : [];
    const cells = new Set(exprs.flatMap((expr) => this.#taint.cellsIn(expr, scope)));
    for (const { from } of cells) for (const { cell, isVerbatim } of from) if (isVerbatim) cells.add(cell);
    const keys = new Set([...cells].map(({ owner, path }) => this.#keyOf(owner, path)));
    this.#shown.set(checkpoint, keys);
    return keys;
  }

  /** Was the value shown, or one that holds it? */
  #covers(keys: ReadonlySet<string>, { owner, path }: Cell): boolean {
    for (let length = 0; length <= path.length; length++)
      if (keys.has(this.#keyOf(owner, path.slice(0, length)))) return true;
    return false;
  }

  #keyOf(owner: Cell["owner"], path: Cell["path"]): string {
    const name = this.#names.get(owner) ?? this.#names.size;
    this.#names.set(owner, name);
    return `${name} ${JSON.stringify(path)}`;
  }
}

function isInside(reader: GraphNode, node: GraphNode): boolean {
  for (let owner = reader.scope.owner; owner; owner = owner.scope.owner) if (owner === node) return true;
  return false;
}
