import { bindingsOf } from "../../plan/index.ts";
import { sitesOf } from "../graph/score-graph.ts";
import { variesIn } from "../graph/varies.ts";
import type { GraphContext } from "./index.ts";

/** MS3009: each item of a map, or turn of a loop, keeps something under one name. A guard that picks one is left alone. */
export function artifactName({ graph, isRead, report }: GraphContext): void {
  if (!isRead) return;
  const { score } = graph;
  for (const node of graph.nodes) {
    const { plan, scope } = node;
    const { owner } = scope;
    if (plan.kind !== "artifact" || !owner) continue;
    const most =
      owner.plan.kind === "map" ? owner.plan.maxItems : owner.plan.kind === "loop" ? owner.plan.max : 1;
    const guards = bindingsOf(plan).filter(({ isGuard }) => isGuard);
    if (most === 1 || variesIn(scope, [plan.name, ...guards.map(({ expr }) => expr)])) continue;
    report({
      code: "MS3009",
      facts: { artifact: node.name, owner: owner.name, each: owner.plan.kind === "loop" ? "turn" : "item" },
      sites: sitesOf(score, node),
      path: ["name"],
      others: [
        {
          sites: sitesOf(score, owner),
          label: `it is kept once per ${owner.plan.kind === "loop" ? "turn" : "item"} of "${owner.name}"`,
        },
      ],
      subject: `${score.id}/${node.path}`,
    });
  }
}
