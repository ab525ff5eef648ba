import { type Body, bindingsOf, type Condition, waysOutOf } from "../../plan/index.ts";
import { eachBodySource, eachSource } from "./each-source.ts";

/** The nodes of `body` whose output is read: by others, by what is inside of them, by its output, by what handles its failure. */
export function readNodes(
  body: Body,
  { handler, until }: { readonly handler?: Body | undefined; readonly until?: Condition | undefined },
): ReadonlySet<string> {
  const read = new Set<string>();
  const add = (name: string) => read.add(name);
  eachSource(body.output, 0, add);
  if (until) eachSource(until, 0, add);
  if (handler) eachBodySource({ body: handler }, add);
  for (const node of Object.values(body.nodes)) {
    for (const { expr } of bindingsOf(node)) eachSource(expr, 0, add);
    if (node.kind === "map" || node.kind === "loop") eachBodySource(node, add);
    const { fallback, reconstruct } = waysOutOf(node);
    if (fallback && "node" in fallback) add(fallback.node);
    if (reconstruct) add(reconstruct.from);
  }
  return read;
}
