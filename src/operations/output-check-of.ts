import type { Check, Code, JsonSchema, Plan, PlanNode } from "../plan/index.ts";

/** What the output of a step has to be like; both absent when anything goes. */
export interface OutputCheck {
  readonly schema: JsonSchema | undefined;
  readonly check: Check | undefined;
}

/** For a node whose output the journal keeps; `undefined` for one whose output is made anew from others whenever it is needed. */
export function outputCheckOf(node: PlanNode, { agents }: Plan, code: Code): OutputCheck | undefined {
  switch (node.kind) {
    case "task":
      return { schema: node.output, check: code.tasks[node.code]?.checkOutput };
    case "agent": {
      const agent = agents?.[node.agent];
      return { schema: agent?.output, check: agent && code.agents[agent.code]?.checkOutput };
    }
    case "http":
      return { schema: node.output, check: code.checks[node.code] };
    case "checkpoint":
      return { schema: node.decision, check: code.checks[node.code] };
    case "shell":
    case "score":
      return { schema: undefined, check: undefined };
    case "wait":
    case "map":
    case "loop":
    case "artifact":
    case "branch":
    case "switchOn":
    case "text":
    case "oneOf":
    case "derive":
      return undefined;
    default:
      return node satisfies never;
  }
}
