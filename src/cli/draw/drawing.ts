import type { PlanNode } from "../../plan/index.ts";

/** What there is to draw of a plan. Hidden nodes are dissolved: their sources are connected with their readers. */
export interface Drawing {
  readonly title: string;
  /** What is agreed for a whole run: `7d in all`; absent when nothing is. */
  readonly policies?: readonly string[];
  /** In the author's order; the inside of a frame right behind it, `onError` last. */
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

export interface DrawnNode {
  /** Its path from the root, `drafts/letter`; `$input`, `$output` and `$onError` for what no author named. */
  readonly name: string;
  /** What it is called where it stands. */
  readonly label: string;
  readonly kind: PlanNode["kind"] | "input" | "output" | "onError";
  /** What it asks, plays or runs: `writer, anthropic/claude-sonnet`, `GET crm.example.com`, `git`, `2h`. */
  readonly detail?: string;
  /** What is agreed for when it goes wrong or takes long: `retry ×3`, `60s`; absent when nothing is. */
  readonly policies?: readonly string[];
  /** Name of the frame it stands in: a map, a loop, or `$onError`. */
  readonly inside?: string;
}

/**
 * Why `to` comes after `from`: it reads it, is guarded by it, is only ordered after it, reads it when nothing before it
 * is there, or stands in for it when it fails. A `reconstruct` leads from a later node to the one that is rebuilt from it.
 */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "data" | "guard" | "after" | "choice" | "fallback" | "reconstruct";
  /** Of a guard the case, `yes`, `is refund`; of a choice its rank, `1`, `2`; of the last two what happens. */
  readonly label?: string;
}

export const INPUT = "$input";
export const OUTPUT = "$output";
export const ON_ERROR = "$onError";

/** Kinds that need a word: a box is a task, and those that choose or compute have shapes of their own. */
export const UNSAID: ReadonlySet<DrawnNode["kind"]> = new Set([
  "agent",
  "http",
  "shell",
  "score",
  "loop",
  "wait",
  "checkpoint",
  "artifact",
]);

/** The frames around `node`, the innermost first. */
export function framesAround(node: DrawnNode, byName: ReadonlyMap<string, DrawnNode>): string[] {
  const frames: string[] = [];
  for (let frame = node.inside; frame !== undefined; frame = byName.get(frame)?.inside) frames.push(frame);
  return frames;
}

export function toNodesByName(drawing: Drawing): Map<string, DrawnNode> {
  return new Map(drawing.nodes.map((node) => [node.name, node]));
}

/** What stands above a frame: `drafts: each item`. */
export function frameTitle({ label, kind }: DrawnNode): string {
  if (kind === "onError") return "if the run fails";
  return `${label}: each ${kind === "loop" ? "turn" : "item"}`;
}
