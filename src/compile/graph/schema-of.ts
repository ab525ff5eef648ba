import type { Expr, JsonSchema, Path } from "../../plan/index.ts";
import { type GraphNode, type GraphScope, nodeAt, scopeAt } from "./score-graph.ts";

/** What is known of a value: its schema, or the field on the way to it that does not exist. */
type Known =
  | { readonly schema: JsonSchema }
  | { readonly missing: string; readonly node: GraphNode; readonly fields: readonly string[] };

const MOST_HOPS = 50;

/** What JSON Schema says about the value of `expr`; `undefined` when that cannot be decided. */
export function schemaOf(
  expr: Expr,
  scope: GraphScope,
  inputValues: JsonSchema | undefined,
): Known | undefined {
  let at: { expr: Expr; path: Path; scope: GraphScope } = { expr, path: [], scope };
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const next = hopOf(at.expr, at.path, at.scope, inputValues);
    if (!next || !("expr" in next)) return next;
    at = next;
  }
  return undefined;
}

type Hop = Known | { readonly expr: Expr; readonly path: Path; readonly scope: GraphScope } | undefined;

function hopOf(expr: Expr, rest: Path, scope: GraphScope, inputValues: JsonSchema | undefined): Hop {
  switch (expr.is) {
    case "input":
      return inputValues && within(inputValues, [...expr.path, ...rest], undefined);
    case "output": {
      const node = nodeAt(scope, expr.node, expr.up);
      return node && outputHop(node, [...expr.path, ...rest], inputValues);
    }
    case "item": {
      const own = scopeAt(scope, expr.up);
      const owner = own?.owner;
      if (owner?.plan.kind !== "map") return undefined;
      return { expr: owner.plan.over, path: [0, ...expr.path, ...rest], scope: owner.scope };
    }
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

function outputHop(node: GraphNode, path: Path, inputValues: JsonSchema | undefined): Hop {
  const { plan, scope } = node;
  if (plan.kind === "task") return plan.output && within(plan.output, path, node);
  if (plan.kind === "branch") return path.length === 0 ? { schema: { type: "boolean" } } : undefined;
  if (plan.kind === "switchOn") return { expr: plan.on, path, scope };
  if (plan.kind !== "map" || plan.onItemError === "collect" || typeof path[0] !== "number") return undefined;
  const inside: GraphScope = {
    prefix: `${node.path}/`,
    body: plan.body,
    owner: node,
    parent: scope,
    nodes: new Map(),
  };
  return innerHop(plan.body.output, path.slice(1), inside, node, inputValues);
}

/** Into a map's body, whose scope is made up here: only its own nodes are looked up, by their plans. */
function innerHop(
  output: Expr,
  path: Path,
  inside: GraphScope,
  owner: GraphNode,
  inputValues: JsonSchema | undefined,
): Hop {
  if (output.is !== "output" || output.up !== 0)
    return output.is === "object" || output.is === "item"
      ? { expr: output, path, scope: withNodes(inside) }
      : undefined;
  const plan = inside.body.nodes[output.node];
  if (!plan) return undefined;
  const node: GraphNode = {
    path: `${owner.path}/${output.node}`,
    name: output.node,
    plan,
    scope: withNodes(inside),
    reads: [],
    after: [],
  };
  return outputHop(node, [...output.path, ...path], inputValues);
}

function withNodes(scope: GraphScope): GraphScope {
  const nodes = new Map<string, GraphNode>();
  const whole: GraphScope = { ...scope, nodes };
  for (const [name, plan] of Object.entries(scope.body.nodes))
    nodes.set(name, { path: scope.prefix + name, name, plan, scope: whole, reads: [], after: [] });
  return whole;
}

/** Walks `path` into a schema. Stops, undecided, at anything that may be several things. */
function within(schema: JsonSchema, path: Path, node: GraphNode | undefined): Known | undefined {
  let at: JsonSchema | undefined = withoutNull(schema);
  for (const step of path) {
    if (!at) return undefined;
    const next: JsonSchema | "missing" | undefined =
      typeof step === "number" ? itemOf(at, step) : fieldOf(at, step);
    if (next === "missing")
      return node && { missing: String(step), node, fields: Object.keys(at.properties as object) };
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
