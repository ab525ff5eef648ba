import type { PlanNode } from "../../plan/index.ts";
import { readerName, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** MS3003: what a node does outside may be done twice, because it is tried again. */
export function unsafeRetry({ graph, report }: GraphContext): void {
  const { score, nodes } = graph;
  for (const node of nodes) {
    const unsafe = unsafeIn(node.plan);
    if (!unsafe) continue;
    report({
      code: "MS3003",
      facts: { node: readerName(node), ...unsafe },
      sites: sitesOf(score, node),
      path: ["retry"],
      subject: `${score.id}/${node.path}`,
    });
  }
}

function unsafeIn(plan: PlanNode): { readonly what: string; readonly next: string } | undefined {
  if (plan.kind !== "http" && plan.kind !== "shell") return undefined;
  const { retry, idempotent } = plan;
  if (retry === undefined || retry === "never" || retry.attempts < 2 || idempotent) return undefined;
  if (plan.kind === "shell")
    return {
      what: "its program",
      next: 'say idempotent: true if running it twice does no harm; else retry: "never"',
    };
  // The others do by definition the same when they are sent twice.
  if ((plan.method !== "POST" && plan.method !== "PATCH") || plan.idempotencyHeader !== undefined)
    return undefined;
  return {
    what: `its ${plan.method} request`,
    next: 'add idempotencyHeader: "Idempotency-Key" if the service knows one, or idempotent: true if sending it twice does no harm; else retry: "never"',
  };
}
