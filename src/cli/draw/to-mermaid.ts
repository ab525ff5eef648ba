import type { Plan } from "../../plan/index.ts";
import { toVisible } from "../../support/to-visible.ts";
import { type DrawnNode, UNSAID } from "./drawing.ts";
import { shorten } from "./shorten.ts";
import { toDrawing } from "./to-drawing.ts";
import { toFlowchart } from "./to-flowchart.ts";

/** More than elsewhere: what a node is stands behind its name. */
const MOST_LETTERS = 120;

/** Everything that Mermaid, Markdown or HTML could take for something else than text. */
const SPECIAL = /[^\p{L}\p{N} _.,:/?-]/gu;

/**
 * `plan` as a Mermaid flowchart: tasks are boxes, branches and switches diamonds, checkpoints hexagons, computed values
 * rounded, a map or a loop a frame around what it plays, and so is what is played when the run fails. A solid edge is a
 * value or, with a case on it, a guard; a dotted one is order alone, a thick one what happens after a failure. Behind a
 * name stands what it is and its policies.
 */
export function toMermaid(plan: Plan): string {
  const drawing = toDrawing(plan);
  const flowchart = toFlowchart(
    { ...drawing, nodes: drawing.nodes.map(withMore) },
    { quote: (text) => `"${escapeText(shorten(toVisible(text), MOST_LETTERS))}"` },
  );
  const { title, policies } = drawing;
  return policies
    ? `---\ntitle: ${JSON.stringify(toVisible(`${title}: ${policies.join(", ")}`))}\n---\n${flowchart}`
    : flowchart;
}

/** `letters (http GET crm.example.com, retry ×3)`; a task's box, a branch's diamond and a loop's frame say what they are. */
function withMore(node: DrawnNode): DrawnNode {
  const { label, kind, detail, policies = [] } = node;
  const what = [
    ...(UNSAID.has(kind) && kind !== "loop" ? [kind] : []),
    ...(detail === undefined ? [] : [detail]),
  ].join(" ");
  const more = [...(what === "" ? [] : [what]), ...policies];
  return more.length === 0 ? node : { ...node, label: `${label} (${more.join(", ")})` };
}

/** @see https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters */
function escapeText(text: string): string {
  return text.replace(SPECIAL, (character) => `#${character.codePointAt(0)};`);
}
