import type { Expr, JsonSchema, Path, PlanNode } from "../../plan/index.ts";
import type { CompiledScore } from "../compilation.ts";
import { calledOf, type GraphNode, type GraphScope, isHidden, nodeAt, scopeAt } from "./score-graph.ts";
import { EACH, stepsOf, type Walked, walkSchema, withoutNull } from "./walk-schema.ts";

/** What a schema says of a value where it is declared. */
export interface Declared {
  /** As it is written, null included. */
  readonly schema: JsonSchema;
  /** The value may not be there although the node that gives it was played. */
  readonly mayBeMissing: boolean;
  readonly origin: Origin;
  readonly path: Path;
  /** Put together of texts: what it looks like is not known. */
  readonly isText: boolean;
}

/** A field on the way to the value that its schema does not have. */
export interface MissingField {
  readonly missing: string;
  /** From the origin to the object that lacks it. */
  readonly way: Path;
  readonly origin: Origin;
  readonly fields: readonly string[];
}

/** What has the schema. */
export interface Origin {
  readonly score: CompiledScore;
  readonly is: "input" | "output" | "state" | "failure" | "index";
  /** The node; absent for a score's input and what an `onError` is told. */
  readonly node?: GraphNode;
}

const MOST_HOPS = 50;

/** What is declared of the value of `expr`; `undefined` when that cannot be decided. */
export function declaredOf(expr: Expr, scope: GraphScope): Declared | MissingField | undefined {
  let at: Hop = { expr, path: [], scope, isOptional: false };
  for (let hop = 0; hop < MOST_HOPS && at && "expr" in at; hop++) at = hopOf(at);
  return at && "expr" in at ? undefined : at;
}

/** What JSON Schema says about the value of `expr` when it is there and not null; `undefined` when that cannot be decided. */
export function schemaOf(
  expr: Expr,
  scope: GraphScope,
): { readonly schema: JsonSchema } | MissingField | undefined {
  const declared = declaredOf(expr, scope);
  if (!declared || "missing" in declared) return declared;
  const schema = withoutNull(declared.schema);
  return schema && { schema };
}

interface Step {
  readonly expr: Expr;
  readonly path: Path;
  readonly scope: GraphScope;
  /** It was read through something that gives nothing when there is nothing. */
  readonly isOptional: boolean;
}
type Hop = Declared | MissingField | Step | undefined;

function hopOf({ expr, path: rest, scope, isOptional }: Step): Hop {
  const { score } = scope;
  switch (expr.is) {
    case "input":
      return toHop(score.inputValues, [...expr.path, ...rest], { score, is: "input" }, isOptional);
    case "output": {
      const node = nodeAt(scope, expr.node, expr.up);
      return node && outputHop(node, [...expr.path, ...rest], isOptional);
    }
    case "item":
      return itemHop(scopeAt(scope, expr.up), [...expr.path, ...rest], isOptional);
    case "index":
      return toHop(INDEX, rest, { score, is: "index" }, isOptional);
    case "object": {
      const [key, ...path] = rest;
      const field = key === undefined ? undefined : expr.fields[String(key)];
      return field && { expr: field, path, scope, isOptional };
    }
    case "optional":
      return { expr: expr.of, path: [...expr.path, ...rest], scope, isOptional: true };
    default:
      return undefined;
  }
}

/** One of a map's list, a loop's state, or what an `onError` is told. */
function itemHop(scope: GraphScope | undefined, path: Path, isOptional: boolean): Hop {
  if (!scope) return undefined;
  const { owner: node, score } = scope;
  if (scope.isHandler) return toHop(FAILURE, path, { score, is: "failure" }, isOptional);
  if (node?.plan.kind === "loop")
    return toHop(node.plan.state, path, { score, is: "state", node }, isOptional);
  if (node?.plan.kind !== "map") return undefined;
  return { expr: node.plan.over, path: [EACH, ...path], scope: node.scope, isOptional };
}

function outputHop(node: GraphNode, path: Path, isOptional: boolean): Hop {
  const { plan, scope } = node;
  switch (plan.kind) {
    case "switchOn":
      return { expr: plan.on, path, scope, isOptional };
    case "artifact":
      return { expr: plan.value, path, scope, isOptional };
    case "map": {
      const { inside } = node;
      const [index, ...deeper] = path;
      if (!inside || plan.onItemError === "collect" || typeof index !== "number") return undefined;
      return {
        expr: plan.body.output,
        path: deeper,
        scope: inside,
        isOptional: isOptional || index !== EACH,
      };
    }
    case "score": {
      const called = scope.graphOf(plan.score)?.outputs[0]?.scope;
      return called && { expr: called.body.output, path, scope: called, isOptional };
    }
    default:
      return toHop(ownSchema(plan, scope), path, { score: scope.score, is: "output", node }, isOptional);
  }
}

function toHop(schema: JsonSchema | undefined, path: Path, origin: Origin, isOptional: boolean): Hop {
  const walked: Walked | undefined = schema && walkSchema(schema, path);
  if (!walked) return undefined;
  if ("missing" in walked) return { ...walked, origin };
  const isText = origin.node?.plan.kind === "text";
  return { ...walked, mayBeMissing: walked.mayBeMissing || isOptional, origin, path, isText };
}

/** The value as the author of `reader` reads it: `draft.output.text`, `input.profile`, of another score `below/found.output`. */
export function nameOf({ origin, path }: Pick<Declared, "origin" | "path">, reader: CompiledScore): string {
  const { is, node, score } = origin;
  const own =
    is !== "output" || !node ? is : isHidden(node) ? `this ${calledOf(node)}` : `${node.name}.output`;
  return (score === reader ? own : `${score.id}/${own}`) + stepsOf(path);
}

const INDEX: JsonSchema = { type: "integer", minimum: 0 };
const TEXT: JsonSchema = { type: "string" };
const INSTANT: JsonSchema = { type: "string", format: "date-time" };
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
      return INSTANT;
    case "text":
      return TEXT;
    case "branch":
      return { type: "boolean" };
    case "derive":
      return plan.convert?.output;
    default:
      return undefined;
  }
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
