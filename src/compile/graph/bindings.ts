import type { Expr, JsonSchema, Path } from "../../plan/index.ts";
import type { Declaration } from "./declaration.ts";
import type { GraphNode, GraphScope } from "./score-graph.ts";

/** A value that is passed on, and the schema it has to fit. */
export interface Binding {
  readonly expr: Expr;
  readonly scope: GraphScope;
  /** The way to it from the options of `node`. */
  readonly at: Path;
  readonly node: GraphNode;
  readonly taken: JsonSchema;
  /** As a message calls it, before the way into it: `mail.input`. */
  readonly name: string;
  readonly declared: Declaration | undefined;
}

/** Everything that `node` passes on to what has a schema for it. */
export function schemaBindings(node: GraphNode): readonly Binding[] {
  const { plan } = node;
  const own = ownBindings(node);
  const retry = "retry" in plan && typeof plan.retry === "object" ? plan.retry : undefined;
  const [input] = own;
  if (!retry?.vary || !input) return own;
  const taken = withoutRequired(input.taken);
  if (!taken) return own;
  const varied = retry.vary.map((expr, i): Binding => {
    return { ...input, expr, taken, at: ["retry", "vary", i], name: `${node.name}.retry.vary[${i}]` };
  });
  return [...own, ...varied];
}

/** The schema of a part of what `taken` takes; `undefined` where that cannot be said. */
function withoutRequired({ required, ...taken }: JsonSchema): JsonSchema | undefined {
  return typeof taken.type === "string" && (taken.type !== "object" || taken.properties) ? taken : undefined;
}

function ownBindings(node: GraphNode): readonly Binding[] {
  const { plan, scope, path, name, inside } = node;
  const { score } = scope;
  const bind = (expr: Expr, at: Path, key: string, option: string, from = scope): Binding[] => {
    const taken = score.inputs[key];
    if (!taken) return [];
    const sites = score.definitions[key];
    const declared = sites ? { sites, path: [option] } : { sites: score.sites[path] ?? [], path: [option] };
    return [{ expr, scope: from, at, node, taken, name: `${name}.${at.join(".")}`, declared }];
  };
  switch (plan.kind) {
    case "task":
    case "agent":
      return bind(plan.input, ["input"], path, "input");
    case "score": {
      const called = scope.graphOf(plan.score)?.score;
      const taken = called?.inputs[""];
      const sites = called?.definitions[""];
      const declared = sites && { sites, path: [0] };
      return taken
        ? [{ expr: plan.input, scope, at: ["input"], node, taken, name: `${name}.input`, declared }]
        : [];
    }
    case "loop":
      return [
        ...bind(plan.start, ["start"], path, "state"),
        ...(inside ? bind(plan.body.output, ["next"], path, "state", inside) : []),
      ];
    case "checkpoint": {
      const { onTimeout } = plan;
      if (typeof onTimeout !== "object") return [];
      return bind({ is: "literal", value: onTimeout.decide }, ["onTimeout", "decide"], path, "decision");
    }
    case "artifact":
      return [
        ...bind(plan.value, ["value"], path, "schema"),
        ...plan.gates.flatMap(({ by }, i) => {
          const given: Expr = { is: "object", fields: { value: plan.value } };
          const judge = "task" in by ? by.task : by.agent;
          return bind(given, ["gates", i, "by"], `${path}/~gate${i}`, "input").map((binding) => ({
            ...binding,
            name: `${judge}.input`,
          }));
        }),
      ];
    default:
      return [];
  }
}
