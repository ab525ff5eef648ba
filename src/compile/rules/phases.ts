import { type ArtifactNode, remakingOf } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import { type Edge, edgesOf } from "../graph/order.ts";
import { type GraphNode, readerName, type ScoreGraph, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** MS2210, MS2211: a phase that the score does not have, and nodes that wait for one of a later phase: both would for ever. */
export function phases({ graph, report }: GraphContext): void {
  const { score } = graph;
  const known = score.plan.phases ?? [];
  const ranks = new Map(known.map((name, i) => [name, i]));
  const phased = graph.nodes.filter((node) => phaseOf(node) !== undefined);
  if (phased.length === 0) return;
  for (const node of phased) {
    const phase = phaseOf(node)!;
    if (ranks.has(phase)) continue;
    report({
      code: "MS2210",
      facts: { node: readerName(node), phase, known, guess: nearest(phase, known) },
      sites: sitesOf(score, node),
      path: ["phase"],
      subject: `${score.id}/${node.path}`,
    });
  }
  const edges = allEdges(graph);
  const latest = latestOf(graph, edges, ranks);
  for (const node of phased) {
    const own = ranks.get(phaseOf(node)!);
    if (own === undefined) continue;
    const late = edges.get(node)!.find(({ to }) => (latest.get(to)?.rank ?? -1) > own);
    if (!late) continue;
    const { node: other } = latest.get(late.to)!;
    report({
      code: "MS2211",
      facts: {
        node: readerName(node),
        phase: phaseOf(node)!,
        other: other.name,
        later: phaseOf(other)!,
        through: late.to === other ? undefined : readerName(late.to),
      },
      sites: sitesOf(score, late.reader),
      path: late.at,
      others: [
        { sites: sitesOf(score, other), path: ["phase"], label: `"${other.name}" is of a later phase` },
      ],
      subject: `${score.id}/${node.path}`,
    });
  }
}

function phaseOf({ plan }: GraphNode): string | undefined {
  return "phase" in plan ? plan.phase : undefined;
}

interface Latest {
  readonly rank: number;
  readonly node: GraphNode;
}

/** The latest phase that each node stands in: its own, or else that of what it waits for. */
function latestOf(
  graph: ScoreGraph,
  edges: ReadonlyMap<GraphNode, readonly Edge[]>,
  ranks: ReadonlyMap<string, number>,
): ReadonlyMap<GraphNode, Latest> {
  const readers = Map.groupBy([...edges.values()].flat(), ({ to }) => to);
  const latest = new Map<GraphNode, Latest>();
  const open: GraphNode[] = [];
  for (const node of graph.nodes) {
    const rank = ranks.get(phaseOf(node) ?? "");
    if (rank !== undefined) latest.set(node, { rank, node }) && open.push(node);
  }
  // What is found is looked at as well; a node comes again only when it stands in a later phase than was known.
  for (const node of open) {
    const found = latest.get(node)!;
    for (const { from } of readers.get(node) ?? []) {
      if (phaseOf(from) !== undefined || (latest.get(from)?.rank ?? -1) >= found.rank) continue;
      latest.set(from, found);
      open.push(from);
    }
  }
  return latest;
}

/** Who waits for whom in the score's own nodes; also what holds readers back until an artifact is kept, or agrees (E12). */
function allEdges(graph: ScoreGraph): ReadonlyMap<GraphNode, readonly Edge[]> {
  const own = edgesOf(graph);
  const all = new Map<GraphNode, Edge[]>();
  for (const [node, edges] of own) all.set(node, [...edges]);
  const scope = graph.nodes[0]!.scope;
  const readersOf = (held: GraphNode) => [...own].filter(([, edges]) => edges.some(({ to }) => to === held));
  const hold = (held: GraphNode, until: GraphNode, isFree: (reader: GraphNode) => boolean) => {
    for (const [from, edges] of readersOf(held)) {
      const way = edges.find(({ to }) => to === held)!;
      if (from !== until && !isFree(from)) all.get(from)!.push({ ...way, to: until });
    }
  };
  for (const node of graph.nodes) {
    if (node.scope !== scope) continue;
    const { plan } = node;
    if (plan.kind === "artifact") {
      const { makers, between } = remakingOf(scope.body, plan as ArtifactNode) ?? { makers: [], between: [] };
      for (const name of [...makers, ...between]) {
        const held = scope.nodes.get(name)!;
        hold(held, node, (reader) => between.includes(reader.name));
        // Its phase would be over, and it be played again.
        all.get(held)!.push({ from: held, to: node, reader: held, at: ["phase"], isAfter: true });
      }
    }
    if (plan.kind === "derive" && plan.harmony?.onConflict === "fail") {
      const before = neededFor(node, own);
      for (const name of plan.harmony.artifacts)
        hold(scope.nodes.get(name)!, node, (reader) => before.has(reader));
    }
  }
  return all;
}

function neededFor(node: GraphNode, edges: ReadonlyMap<GraphNode, readonly Edge[]>): ReadonlySet<GraphNode> {
  const found = new Set([node]);
  for (const one of found) for (const { to } of edges.get(one) ?? []) found.add(to);
  return found;
}
