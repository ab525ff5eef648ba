import type { ImportEdge } from "./child/protocol.ts";

/** Which file of a workspace imports which. */
export interface ImportGraph {
  /** `file` and everything it imports, directly or not; sorted. */
  reachedFrom(file: string): readonly string[];
  /** The shortest circle of imports through `file`, beginning with it; `undefined` when it is in none. */
  circleThrough(file: string): readonly ImportEdge[] | undefined;
}

export function toImportGraph(edges: readonly ImportEdge[]): LiveImportGraph {
  const graph = new LiveImportGraph();
  graph.add(edges);
  return graph;
}

/** An import graph that follows the sources. */
export class LiveImportGraph implements ImportGraph {
  readonly #from = new Map<string, Map<string, ImportEdge>>();

  add(edges: readonly ImportEdge[]): void {
    for (const edge of edges) {
      const own = this.#from.get(edge.from) ?? new Map<string, ImportEdge>();
      this.#from.set(edge.from, own.set(edge.to, edge));
    }
  }

  /** Forgets what `files` import. */
  forget(files: Iterable<string>): void {
    for (const file of files) this.#from.delete(file);
  }

  /** Every file that imports or is imported. */
  files(): Set<string> {
    const found = new Set<string>();
    for (const [from, edges] of this.#from) {
      found.add(from);
      for (const to of edges.keys()) found.add(to);
    }
    return found;
  }

  reachedFrom(file: string): readonly string[] {
    return [...this.#walk(file).keys()].sort();
  }

  /** `files` and everything they import. What nobody imports any more is known, and no part of it. */
  reachedFromAny(files: Iterable<string>): Set<string> {
    const reached = new Set(files);
    for (const file of reached) for (const to of this.#from.get(file)?.keys() ?? []) reached.add(to);
    return reached;
  }

  /** `files` and everything that imports one of them, directly or not. */
  importersOf(files: Iterable<string>): Set<string> {
    const importers = new Map<string, string[]>();
    for (const [from, edges] of this.#from) {
      for (const to of edges.keys()) {
        const known = importers.get(to);
        if (known) known.push(from);
        else importers.set(to, [from]);
      }
    }
    const found = new Set(files);
    for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer);
    return found;
  }

  circleThrough(file: string): readonly ImportEdge[] | undefined {
    const reached = this.#walk(file);
    for (const at of reached.keys()) {
      const back = this.#from.get(at)?.get(file);
      if (!back) continue;
      const circle = [back];
      for (let edge = reached.get(at); edge; edge = reached.get(edge.from)) circle.unshift(edge);
      return circle;
    }
    return undefined;
  }

  /** How each file was first reached, breadth first. */
  #walk(start: string): Map<string, ImportEdge | undefined> {
    const reached = new Map<string, ImportEdge | undefined>([[start, undefined]]);
    for (const file of reached.keys()) {
      for (const edge of this.#from.get(file)?.values() ?? [])
        if (!reached.has(edge.to)) reached.set(edge.to, edge);
    }
    return reached;
  }
}
