import { type ArtifactNode, type Body, remakingOf } from "../../plan/index.ts";
import type { GraphNode } from "./graph.ts";

/** Of an artifact whose value may be made anew: the nodes that are played, and those that are computed, again. */
export interface Remakes {
  readonly makers: readonly number[];
  readonly between: readonly number[];
}

/**
 * E12: lets everyone else who reads a maker's value wait until the artifact has settled, so that nobody ever reads a
 * value that was made anew after that. What stands in for the artifact is asked for only when it has failed: it does
 * not wait.
 * @param nodes of one body; their `sources` and `readers` are added to
 */
export function holdReaders(nodes: readonly GraphNode[], artifact: GraphNode, remakes: Remakes): void {
  const held = [...remakes.makers, ...remakes.between];
  const own = new Set([...remakes.between, artifact.index]);
  for (const index of held) {
    const node = nodes[index]!;
    node.heldBy ??= artifact.index;
    for (const reader of [...node.readers]) {
      if (own.has(reader) || reader === artifact.standIn) continue;
      waitFor(nodes[reader]!, artifact, index);
    }
  }
}

/** `reader`, which reads the node `held`, waits for `other` as well. */
export function waitFor(reader: GraphNode, other: GraphNode, held: number): void {
  // A oneOf looks at each alternative when what that waits for has settled.
  for (const sources of reader.partSources as number[][])
    if (sources.includes(held) && !sources.includes(other.index)) sources.push(other.index);
  if (reader.sources.includes(other.index)) return;
  (reader.sources as number[]).push(other.index);
  other.readers.push(reader.index);
}

/** Which nodes are played again for `artifact`, as indices; `undefined` when its value is made once. */
export function toRemakes(
  artifact: ArtifactNode,
  body: Body,
  indexOf: (name: string) => number,
): Remakes | undefined {
  const remaking = remakingOf(body, artifact);
  if (!remaking) return undefined;
  return { makers: remaking.makers.map(indexOf), between: remaking.between.map(indexOf) };
}
