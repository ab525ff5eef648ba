import type { PlanNode } from "../../plan/index.ts";

/** What there is to draw of a plan. Hidden nodes are dissolved: their sources are connected with their readers. */
export interface Drawing {
  readonly title: string;
  /** In the author's order; the inside of a map right behind it. */
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

export interface DrawnNode {
  /** Its path from the root, `drafts/letter`; `$input` and `$output` for what goes in and what comes out. */
  readonly name: string;
  /** What it is called where it stands. */
  readonly label: string;
  readonly kind: PlanNode["kind"] | "input" | "output";
  /** What is agreed for when it goes wrong or takes long: `retry ×3`, `60s`; absent when nothing is. */
  readonly policies?: readonly string[];
  /** Name of the map it is played in. */
  readonly map?: string;
}

/**
 * Why `to` comes after `from`: it reads it, is guarded by it, is only ordered after it, or reads it when nothing
 * before it is there.
 */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "data" | "guard" | "after" | "choice";
  /** Of a guard the case, `yes`, `is refund`; of a choice its rank, `1`, `2`. */
  readonly label?: string;
}

export const INPUT = "$input";
export const OUTPUT = "$output";

/** The maps around `node`, the innermost first. */
export function mapsAround(node: DrawnNode, byName: ReadonlyMap<string, DrawnNode>): string[] {
  const maps: string[] = [];
  for (let map = node.map; map !== undefined; map = byName.get(map)?.map) maps.push(map);
  return maps;
}

export function toNodesByName(drawing: Drawing): Map<string, DrawnNode> {
  return new Map(drawing.nodes.map((node) => [node.name, node]));
}
