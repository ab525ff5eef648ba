import type { JsonSchema, PlanNode } from "../../plan/index.ts";
import { isAnything } from "../graph/schema-words.ts";
import { type GraphNode, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** MS2108: what a node gives may be anything. */
export function shapelessOutput({ graph, report }: GraphContext): void {
  const { score, nodes } = graph;
  for (const node of nodes) {
    const output = outputOf(node);
    if (!output?.schema || !isAnything(output.schema)) continue;
    const { what, option } = output;
    const defined = isDefined(node.plan) ? score.definitions[node.path] : undefined;
    report({
      code: "MS2108",
      facts: { what },
      sites: defined ?? sitesOf(score, node),
      path: [option],
      subject: defined ? what : `${score.id}/${node.path}`,
    });
  }
}

function isDefined({ kind }: PlanNode): boolean {
  return kind === "task" || kind === "agent";
}

interface Output {
  readonly schema: JsonSchema | undefined;
  readonly what: string;
  readonly option: string;
}

function outputOf({ plan, name, scope }: GraphNode): Output | undefined {
  switch (plan.kind) {
    case "task": {
      const what = plan.task === undefined ? `the output of "${name}"` : `the output of task "${plan.task}"`;
      return { schema: plan.output, what, option: "output" };
    }
    case "agent": {
      const schema = scope.score.plan.agents?.[plan.agent]?.output;
      return { schema, what: `the output of agent "${plan.agent}"`, option: "output" };
    }
    case "http":
      return { schema: plan.output, what: `the response of "${name}"`, option: "response" };
    case "checkpoint":
      return { schema: plan.decision, what: `the decision of "${name}"`, option: "decision" };
    case "loop":
      return { schema: plan.state, what: `the state of "${name}"`, option: "state" };
    default:
      return undefined;
  }
}
