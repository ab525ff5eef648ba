import { outputCheckOf, type Playable } from "../engine/index.ts";
import { type JsonSchema, schemaAt } from "../plan/index.ts";
import { type Edit, isOfInput } from "./apply-edits.ts";
import { toValue } from "./to-value.ts";

/** An edit as somebody has said it: a value, or a text that means what is wanted at its place. */
export type SaidEdit = Edit | (Pick<Edit, "node" | "path"> & { readonly text: string });

/** What is said becomes values. A schema decides what a text means: `3` is a number only where one is wanted. */
export function settleEdits(said: readonly SaidEdit[], playable: Playable): Edit[] {
  return said.map((edit) => {
    if (!("text" in edit)) return edit;
    const { node, path, text } = edit;
    return { node, path, value: toValue(text, schemaAt(schemaOf(node, playable), path)) };
  });
}

function schemaOf(node: string, playable: Playable): JsonSchema | undefined {
  const { plan, code } = playable;
  if (isOfInput(playable, node)) return plan.input;
  const found = Object.hasOwn(plan.body.nodes, node) ? plan.body.nodes[node] : undefined;
  return found && outputCheckOf(found, plan, code)?.schema;
}
