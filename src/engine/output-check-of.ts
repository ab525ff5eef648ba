import type { Check, Code, JsonSchema, Plan, PlanNode } from "../plan/index.ts";
import { outputCheck } from "./output-check.ts";

/** What the output of a step has to be like; both absent when anything goes. */
export interface OutputCheck {
  readonly schema: JsonSchema | undefined;
  readonly check: Check | undefined;
}

/** For a node whose output the journal keeps; `undefined` for one whose output is made anew from others whenever it is needed. */
export function outputCheckOf(node: PlanNode, plan: Plan, code: Code): OutputCheck | undefined {
  const check = outputCheck(node, { plan, code });
  switch (node.kind) {
    case "task":
    case "http":
      return { schema: node.output, check };
    case "agent":
      return { schema: plan.agents?.[node.agent]?.output, check };
    case "checkpoint":
      return { schema: node.decision, check };
    case "shell":
    case "score":
      return { schema: undefined, check };
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
