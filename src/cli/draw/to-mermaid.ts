import type { Plan } from "../../plan/index.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { DrawnNode } from "./drawing.ts";
import { shorten } from "./shorten.ts";
import { toDrawing } from "./to-drawing.ts";
import { toFlowchart } from "./to-flowchart.ts";

/** Everything that Mermaid, Markdown or HTML could take for something else than text. */
const SPECIAL = /[^\p{L}\p{N} _.,:/?-]/gu;

/**
 * `plan` as a Mermaid flowchart: tasks are boxes, branches and switches diamonds, computed values rounded, a map a
 * frame around what it plays. A solid edge is a value or, with a case on it, a guard; a dotted one is order alone. Behind a name its policies.
 */
export function toMermaid(plan: Plan): string {
  const drawing = toDrawing(plan);
  return toFlowchart(
    { ...drawing, nodes: drawing.nodes.map(withPolicies) },
    { quote: (text) => `"${escapeText(shorten(toVisible(text)))}"` },
  );
}

function withPolicies(node: DrawnNode): DrawnNode {
  return node.policies ? { ...node, label: `${node.label} (${node.policies.join(", ")})` } : node;
}

/** @see https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters */
function escapeText(text: string): string {
  return text.replace(SPECIAL, (character) => `#${character.codePointAt(0)};`);
}
