import { isRemade, remakingOf } from "../../plan/index.ts";
import { withArticle } from "../../support/with-article.ts";
import { circlesIn } from "../graph/circles.ts";
import { type Edge, edgesOf } from "../graph/order.ts";
import { type GraphNode, isHidden, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

interface Remade {
  readonly artifact: GraphNode;
  readonly makers: readonly GraphNode[];
  readonly between: readonly GraphNode[];
  /** Where its gate says so. */
  readonly at: readonly (string | number)[];
  readonly onFail: string;
}

/**
 * MS3110: a gate has a value made anew that no node makes. MS3111: it is made by what must not happen twice. MS3112: two
 * artifacts have the same node played again. MS3113: what the artifact waits for reads the value before it is final.
 */
export function remadeValue({ graph, isRead, report }: GraphContext): void {
  const remade = graph.nodes.flatMap(toRemade);
  if (remade.length === 0) return;
  const { score } = graph;
  const holders = new Map<GraphNode, Remade>();
  let isShared = false;
  for (const one of remade) {
    const { artifact, makers, at, onFail } = one;
    const { name } = artifact;
    const place = { sites: sitesOf(score, artifact), path: at, subject: `${score.id}/${artifact.path}` };
    const builtAt = (node: GraphNode) => [
      { sites: sitesOf(score, node), label: `"${node.name}" is built here` },
    ];
    if (makers.length === 0 && isRead)
      report({ code: "MS3110", facts: { artifact: name, onFail }, ...place });
    for (const maker of makers) {
      const why = whyOnlyOnce(maker);
      const first = holders.get(maker);
      const facts = { artifact: name, maker: maker.name };
      if (why !== undefined)
        report({ code: "MS3111", facts: { ...facts, why }, ...place, others: builtAt(maker) });
      isShared ||= first !== undefined;
      if (!first) holders.set(maker, one);
      else {
        const other = first.artifact;
        report({ code: "MS3112", facts: { ...facts, other: other.name }, ...place, others: builtAt(other) });
      }
    }
  }
  // Two that share a maker wait for each other, which has been said.
  if (!isShared) tellCircles(remade, { graph, report });
}

function toRemade(artifact: GraphNode): Remade[] {
  const { plan, scope } = artifact;
  const remaking = plan.kind === "artifact" ? remakingOf(scope.body, plan) : undefined;
  if (plan.kind !== "artifact" || !remaking) return [];
  const index = plan.gates.findIndex(({ onFail }) => isRemade(onFail));
  const toNodes = (names: readonly string[]) => names.map((name) => scope.nodes.get(name)!);
  return [
    {
      artifact,
      makers: toNodes(remaking.makers),
      between: toNodes(remaking.between),
      at: ["gates", index, "onFail"],
      onFail: plan.gates[index]!.onFail,
    },
  ];
}

/** Why playing it again does harm; `undefined` when it does none. */
function whyOnlyOnce({ plan }: GraphNode): string | undefined {
  if ("retry" in plan && plan.retry === "never") return 'says retry: "never"';
  if ((plan.kind !== "http" && plan.kind !== "shell") || plan.idempotent) return undefined;
  if (plan.kind === "shell") return "runs a program that is not idempotent: true";
  const isQuery = plan.method !== "POST" && plan.method !== "PATCH";
  return isQuery || plan.idempotencyHeader !== undefined
    ? undefined
    : `sends a ${plan.method} request without idempotencyHeader or idempotent: true`;
}

/** Whoever reads a maker's value waits for the artifact: what the artifact waits for itself cannot. */
function tellCircles(
  remade: readonly Remade[],
  { graph, report }: Pick<GraphContext, "graph" | "report">,
): void {
  const { score } = graph;
  const own = edgesOf(graph);
  const edges = new Map([...own].map(([node, list]) => [node, [...list]]));
  const held = new Map<Edge, { readonly one: Remade; readonly source: GraphNode }>();
  for (const one of remade) {
    const { artifact, makers, between } = one;
    const sources = new Set([...makers, ...between]);
    const hold = (from: GraphNode, source: GraphNode, edge: Pick<Edge, "reader" | "at">) => {
      const added: Edge = { from, to: artifact, reader: edge.reader, at: edge.at, isAfter: false };
      edges.get(from)!.push(added);
      held.set(added, { one, source });
    };
    for (const [from, list] of own) {
      if (from === artifact || between.includes(from) || from === artifact.standIn) continue;
      for (const edge of list) {
        // That a stand-in is looked at when its node has failed is no reading.
        if (sources.has(edge.to) && edge.reader.standIn !== edge.to) hold(from, edge.to, edge);
      }
    }
    // What stands in for a maker is asked at once, and skipped only when the artifact has settled.
    for (const maker of makers) {
      if (!maker.standIn) continue;
      edges.set(
        maker,
        edges.get(maker)!.filter((edge) => edge.to !== maker.standIn || edge.reader !== maker),
      );
      hold(maker.standIn, maker, { reader: maker, at: ["onFailure"] });
    }
  }
  for (const circle of circlesIn(graph.nodes, edges)) {
    const edge = circle.find((one) => held.has(one));
    if (!edge) continue;
    const { one, source } = held.get(edge)!;
    const named = isHidden(source) ? `${withArticle(source.plan.kind)} of its value` : `"${source.name}"`;
    const reader = isHidden(edge.reader) ? withArticle(edge.reader.plan.kind, true) : `"${edge.reader.name}"`;
    const isStandIn = edge.reader === source;
    report({
      code: "MS3113",
      facts: {
        artifact: one.artifact.name,
        how: isStandIn ? `"${edge.from.name}" stands in for ${named}` : `${reader} reads ${named}`,
      },
      sites: sitesOf(score, one.artifact),
      path: one.at,
      others: [{ sites: sitesOf(score, edge.reader), path: edge.at, label: "it is read here" }],
      subject: `${score.id}/${one.artifact.path}`,
    });
  }
}
