import type { Sharing } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import { readerName, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** MS2113, MS2114: resources that the configuration does not have, or not as much of. Such a step would never begin. */
export function resources({ graph, config, isConfigRead, report }: GraphContext): void {
  if (!isConfigRead) return;
  const { score } = graph;
  const capacities = config?.resources ?? {};
  const known = Object.keys(capacities);
  for (const node of graph.nodes) {
    const { resources: needs = {} } = node.plan as Sharing;
    for (const [name, needed] of Object.entries(needs)) {
      const place = {
        sites: sitesOf(score, node),
        path: ["resources", name],
        subject: `${score.id}/${node.path}`,
      };
      const reader = readerName(node);
      const capacity = capacities[name];
      if (capacity === undefined) {
        const guess = nearest(name, known);
        report({ code: "MS2113", facts: { node: reader, resource: name, known, guess }, ...place });
      } else if (needed > capacity)
        report({
          code: "MS2114",
          facts: { node: reader, resource: name, needed, capacity },
          ...place,
          others: [{ sites: config!.sites, path: ["resources", name], label: "there is this much" }],
        });
    }
  }
}
