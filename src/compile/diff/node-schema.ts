import type { JsonSchema, PlanNode } from "../../plan/index.ts";
import type { SchemaSide } from "./compare-schemas.ts";

/** The schema that is written down of a node, under the option that it is; absent for kinds that have none. */
export function schemaOf(
  node: PlanNode,
): { readonly side: SchemaSide; readonly schema: JsonSchema | undefined } | undefined {
  switch (node.kind) {
    case "task":
      return { side: "output", schema: node.output };
    case "http":
      return { side: "response", schema: node.output };
    case "loop":
      return { side: "state", schema: node.state };
    case "checkpoint":
      return { side: "decision", schema: node.decision };
    case "artifact":
      return { side: "schema", schema: node.output };
    case "derive":
      return node.convert && { side: "schema", schema: node.convert.output };
    case "agent":
    case "shell":
    case "score":
    case "map":
    case "branch":
    case "switchOn":
    case "wait":
    case "text":
    case "oneOf":
      return undefined;
    default:
      return node satisfies never;
  }
}
