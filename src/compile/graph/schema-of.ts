import type { Expr, JsonSchema, Path, PlanNode } from "../../plan/index.ts";
import { type GraphNode, type GraphScope, nodeAt, scopeAt } from "./score-graph.ts";

/** What is known of a value: its schema, or the field on the way to it that does not exist. */
type Known =
  | { readonly schema: JsonSchema }
  | {
      readonly missing: string;
      readonly node: GraphNode;
      /** From the node's output to the object that lacks it. */
      readonly way: Path;
      readonly fields: readonly string[];
    };

const MOST_HOPS = 50;

/** What JSON Schema says about the value of `expr`; `undefined` when that cannot be decided. */
export function schemaOf(expr: Expr, scope: GraphScope): Known | undefined {
  let at: Hop = { expr, path: [], scope };
  for (let hop = 0; hop < MOST_HOPS && at && "expr" in at; hop++) at = hopOf(at.expr, at.path, at.scope);
  return at && "expr" in at ? undefined : at;
}

type Hop = Known | { readonly expr: Expr; readonly path: Path; readonly scope: GraphScope } | undefined;

function hopOf(expr: Expr, rest: Path, scope: GraphScope): Hop {
  switch (expr.is) {
    case "input": {
      const { inputValues } = scope.score;
      return inputValues && within(inputValues, [...expr.path, ...rest], undefined);
    }
    case "output": {
      const node = nodeAt(scope, expr.node, expr.up);
      return node && outputHop(node, [...expr.path, ...rest]);
    }
    case "item":
      return itemHop(scopeAt(scope, expr.up), [...expr.path, ...rest]);
    case "index":
      return { schema: { type: "integer", minimum: 0 } };
    case "object": {
      const [key, ...deeper] = rest;
      const field = key === undefined ? undefined : expr.fields[String(key)];
      return field && { expr: field, path: deeper, scope };
    }
    case "optional":
      return { expr: expr.of, path: [...expr.path, ...rest], scope };
    default:
      return undefined;
  }
}

/** One of a map's list, a loop's state, or what an `onError` is told. */
function itemHop(scope: GraphScope | undefined, path: Path): Hop {
  const owner = scope?.owner;
  if (scope?.isHandler) return within(FAILURE, path, undefined);
  if (owner?.plan.kind === "loop") return owner.plan.state && within(owner.plan.state, path, owner);
  if (owner?.plan.kind !== "map") return undefined;
  return { expr: owner.plan.over, path: [0, ...path], scope: owner.scope };
}

const TEXT: JsonSchema = { type: "string" };
const FAILURE: JsonSchema = {
  type: "object",
  properties: { message: TEXT, code: TEXT, step: TEXT },
  required: ["message", "step"],
  additionalProperties: false,
};
const SHELL_RESULT: JsonSchema = {
  type: "object",
  properties: { exitCode: { type: "integer" }, stdout: TEXT, stderr: TEXT },
  required: ["exitCode", "stdout", "stderr"],
  additionalProperties: false,
};

function outputHop(node: GraphNode, path: Path): Hop {
  const { plan, scope } = node;
  switch (plan.kind) {
    case "switchOn":
      return { expr: plan.on, path, scope };
    case "artifact":
      return { expr: plan.value, path, scope };
    case "map": {
      const { inside } = node;
      if (!inside || plan.onItemError === "collect" || typeof path[0] !== "number") return undefined;
      return { expr: plan.body.output, path: path.slice(1), scope: inside };
    }
    case "score": {
      const called = scope.graphOf(plan.score)?.outputs[0]?.scope;
      return called && { expr: called.body.output, path, scope: called };
    }
    default: {
      const schema = ownSchema(plan, scope);
      return schema && within(schema, path, node);
    }
  }
}

/** The schema that a node itself has for its output. */
function ownSchema(plan: PlanNode, { score }: GraphScope): JsonSchema | undefined {
  switch (plan.kind) {
    case "task":
    case "http":
      return plan.output;
    case "agent":
      return score.plan.agents?.[plan.agent]?.output;
    case "loop":
      return plan.state;
    case "checkpoint":
      return plan.decision;
    case "shell":
      return SHELL_RESULT;
    case "wait":
    case "text":
      return TEXT;
    case "branch":
      return { type: "boolean" };
    default:
      return undefined;
  }
}

/** Walks `path` into a schema. Stops, undecided, at anything that may be several things. */
function within(schema: JsonSchema, path: Path, node: GraphNode | undefined): Known | undefined {
  let at: JsonSchema | undefined = withoutNull(schema);
  for (const [i, step] of path.entries()) {
    if (!at) return undefined;
    const next: JsonSchema | "missing" | undefined =
      typeof step === "number" ? itemOf(at, step) : fieldOf(at, step);
    if (next === "missing")
      return (
        node && {
          missing: String(step),
          node,
          way: path.slice(0, i),
          fields: Object.keys(at.properties as object),
        }
      );
    at = next && withoutNull(next);
  }
  return at && { schema: at };
}

const COMBINED = ["anyOf", "oneOf", "allOf", "$ref", "$dynamicRef", "not", "if", "patternProperties"];

/** The schema itself, or what it is besides null; `undefined` when it is a combination of others. */
function withoutNull(schema: JsonSchema): JsonSchema | undefined {
  const options = schema.anyOf;
  if (
    Array.isArray(options) &&
    Object.keys(schema).every((key) => ["anyOf", "default", "description", "title", "$schema"].includes(key))
  ) {
    const rest = (options as JsonSchema[]).filter((option) => option.type !== "null");
    return rest.length === 1 ? withoutNull(rest[0]!) : undefined;
  }
  return COMBINED.some((key) => key in schema) ? undefined : schema;
}

function fieldOf(schema: JsonSchema, key: string): JsonSchema | "missing" | undefined {
  const { type, properties, additionalProperties } = schema;
  if (type !== "object" || !isSchema(properties)) return undefined;
  if (Object.hasOwn(properties, key)) return isSchema(properties[key]) ? properties[key] : undefined;
  return additionalProperties === undefined || additionalProperties === false ? "missing" : undefined;
}

function itemOf({ type, items, prefixItems }: JsonSchema, index: number): JsonSchema | undefined {
  if (type !== "array") return undefined;
  const item =
    Array.isArray(prefixItems) && index < prefixItems.length ? (prefixItems as JsonSchema[])[index] : items;
  return isSchema(item) ? item : undefined;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every value the schema allows, when they can be counted. */
export function valuesOf({
  enum: listed,
  const: one,
  type,
}: JsonSchema): readonly (string | number | boolean)[] | undefined {
  const values = Array.isArray(listed)
    ? listed
    : one === undefined
      ? type === "boolean"
        ? [true, false]
        : undefined
      : [one];
  return values?.every(
    (value) => typeof value === "string" || typeof value === "number" || typeof value === "boolean",
  )
    ? (values as (string | number | boolean)[])
    : undefined;
}
