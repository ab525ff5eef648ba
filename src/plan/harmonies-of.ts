import type { DeriveNode, Plan } from "./plan.ts";

/** What a score says of its artifacts, in the author's order, by the names of the nodes that check it. */
export function harmoniesOf({
  body,
}: Plan): readonly (readonly [string, NonNullable<DeriveNode["harmony"]>])[] {
  return Object.entries(body.nodes).flatMap(([name, node]) =>
    node.kind === "derive" && node.harmony ? [[name, node.harmony] as const] : [],
  );
}
