import type { PlanNode, Retry } from "../../plan/index.ts";
import { toDurationText } from "../../support/duration-text.ts";
import { type GraphNode, isInHandler, sitesOf } from "../graph/score-graph.ts";
import { toWaiting } from "../graph/waiting.ts";
import type { GraphContext } from "./index.ts";

/** MS3002: a node may take, or a row of waits does take, longer than the whole run may. */
export function runTimeout(context: GraphContext): void {
  const { graph, isRead, report } = context;
  const { score } = graph;
  const { timeoutMs } = score.plan;
  // A timeout that is none has been told, and says nothing of how long a run may take.
  if (timeoutMs === undefined || !isRead) return;
  const tell = (node: GraphNode, why: string, key: string) =>
    report({
      code: "MS3002",
      facts: { score: score.id, why, timeout: toDurationText(timeoutMs) },
      sites: sitesOf(score, node),
      path: [key],
      others: [{ sites: score.sites[""] ?? [], path: ["timeout"], label: "the run may take so long" }],
      subject: `${score.id}/${node.path}`,
    });
  for (const node of graph.nodes) {
    const longest = isInHandler(node.scope) ? undefined : longestOf(node);
    if (longest && longest.ms > timeoutMs) tell(node, `"${node.name}" ${longest.words}`, longest.key);
  }
  const row = firstRowOver(timeoutMs, context);
  if (row)
    tell(row.last, `The waits up to "${row.last.name}" take ${toDurationText(row.ms)} together`, "for");
}

interface Longest {
  readonly ms: number;
  readonly words: string;
  readonly key: string;
}

/** The longest time the node says it may take. */
function longestOf({ plan, scope }: GraphNode): Longest | undefined {
  if (plan.kind === "wait")
    return plan.forMs === undefined
      ? undefined
      : { ms: plan.forMs, words: `takes ${toDurationText(plan.forMs)}`, key: "for" };
  const one = timeoutOf(plan, scope.score.plan.agents);
  if (one === undefined) return undefined;
  if (plan.kind === "checkpoint")
    return { ms: one, words: `may wait ${toDurationText(one)} for an answer`, key: "timeout" };
  const retry = "retry" in plan && typeof plan.retry === "object" ? plan.retry : undefined;
  const attempts = retry?.attempts ?? 1;
  const between = retry ? backoffsOf(retry) : 0;
  const words =
    attempts === 1
      ? `may take ${toDurationText(one)}`
      : `may take ${attempts} attempts of ${toDurationText(one)} and ${toDurationText(between)} between them`;
  return { ms: attempts * one + between, words, key: "timeout" };
}

function timeoutOf(
  plan: PlanNode,
  agents: GraphNode["scope"]["score"]["plan"]["agents"],
): number | undefined {
  const own = "timeoutMs" in plan ? plan.timeoutMs : undefined;
  return own ?? (plan.kind === "agent" ? agents?.[plan.agent]?.timeoutMs : undefined);
}

/** All the waits between attempts, each as long as it may be. */
function backoffsOf({ attempts, backoffMs, maxBackoffMs }: Retry): number {
  let sum = 0;
  for (let n = 1; n < attempts; n++) sum += Math.min(maxBackoffMs, backoffMs * 2 ** (n - 1));
  return sum;
}

/** The first wait before which, with itself, waits that no run skips add up to more than `mostMs`. */
function firstRowOver(
  mostMs: number,
  { graph, presence }: GraphContext,
): { readonly last: GraphNode; readonly ms: number } | undefined {
  const isCertain = (node: GraphNode) => presence.present(node) === presence.formulas.true;
  if (!graph.nodes.some(({ plan }) => plan.kind === "wait" && plan.forMs !== undefined)) return undefined;
  const { order, sources } = toWaiting(graph);
  const spent = new Map<GraphNode, number>();
  for (const node of order) {
    const { plan, scope } = node;
    if (scope.owner || scope.isHandler) continue;
    let before = 0;
    for (const source of sources.get(node)!) before = Math.max(before, spent.get(source)!);
    const own = plan.kind === "wait" && isCertain(node) ? (plan.forMs ?? 0) : 0;
    spent.set(node, before + own);
    if (own > 0 && own <= mostMs && before <= mostMs && before + own > mostMs)
      return { last: node, ms: before + own };
  }
  return undefined;
}
