import type { JsonSchema } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";
import { sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** MS3007: a decision that no form can ask for. What its schema leaves open is not claimed to be wrong. */
export function decisionForm({ graph, report }: GraphContext): void {
  const { score } = graph;
  for (const node of graph.nodes) {
    const { plan } = node;
    if (plan.kind !== "checkpoint" || !plan.decision) continue;
    for (const { path, found } of problemsOf(plan.decision)) {
      report({
        code: "MS3007",
        facts: { checkpoint: node.name, field: path.join("."), found },
        sites: sitesOf(score, node),
        path: ["decision", ...path],
        subject: `${score.id}/${node.path}`,
      });
    }
  }
}

interface Problem {
  readonly path: readonly string[];
  readonly found: string;
}

function problemsOf(decision: JsonSchema): readonly Problem[] {
  const found = withoutFields(decision);
  if (found !== undefined) return [{ path: [], found }];
  return fieldsOf(decision).flatMap(([name, field]): Problem[] => {
    const options = optionsOf(field);
    const [only] = options ?? [];
    const isGroup = options?.length === 1 && only!.type === "object";
    if (!isGroup) return toProblem([name], whyNoField(field));
    const unknown = withoutFields(only!);
    if (unknown !== undefined) return [{ path: [name], found: unknown }];
    return fieldsOf(only!).flatMap(([inner, schema]) => toProblem([name, inner], whyNoField(schema)));
  });
}

function toProblem(path: readonly string[], found: string | undefined): Problem[] {
  return found === undefined ? [] : [{ path, found }];
}

/** What `schema` is when it is no object with named fields. */
function withoutFields(schema: JsonSchema): string | undefined {
  const options = optionsOf(schema);
  if (!options) return undefined;
  if (options.length !== 1) return "one of several things";
  const [only] = options;
  if (only!.type === undefined) return isChoice(only!) ? "a choice" : "anything";
  if (only!.type !== "object") return `${only!.type === "array" ? "a list" : `a ${only!.type}`}`;
  const { properties, additionalProperties, patternProperties } = only!;
  const hasNames =
    isSchema(properties) && (Object.keys(properties).length > 0 || additionalProperties === false);
  return hasNames || patternProperties !== undefined ? undefined : "an object whose fields have no names";
}

function fieldsOf({ properties }: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  if (!isSchema(properties)) return [];
  return Object.entries(properties).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1]));
}

const SCALARS: ReadonlySet<unknown> = new Set(["string", "number", "integer", "boolean"]);

/** What a field is that no form can show: neither a scalar, nor a choice, nor a list of these. */
function whyNoField(schema: JsonSchema): string | undefined {
  const options = optionsOf(schema);
  if (!options || options.every(isChoice)) return options?.length === 0 ? "always null" : undefined;
  if (options.length > 1) return "one of several things";
  const { type, items, prefixItems } = options[0]!;
  if (type === undefined) return "anything";
  if (SCALARS.has(type)) return undefined;
  if (type === "object") return "an object inside another";
  if (prefixItems !== undefined) return "a list whose places differ";
  const inner = isSchema(items) ? optionsOf(items) : [{}];
  if (!inner || inner.every((one) => isChoice(one) || SCALARS.has(one.type))) return undefined;
  const [first] = inner;
  if (inner.length > 1) return "a list of several things";
  return first!.type === "object"
    ? "a list of objects"
    : first!.type === "array"
      ? "a list of lists"
      : "a list of anything";
}

/** The schemas of which a value fits one, without null; `undefined` when that cannot be told. */
function optionsOf(schema: JsonSchema): readonly JsonSchema[] | undefined {
  if (UNSURE.some((key) => key in schema)) return undefined;
  const { anyOf, oneOf, type } = schema;
  const listed = anyOf ?? oneOf;
  if (Array.isArray(listed)) {
    const all = listed.map((one) => (isSchema(one) ? optionsOf(one) : undefined));
    return all.every((one) => one !== undefined) ? all.flat() : undefined;
  }
  if (Array.isArray(type))
    return type.filter((one) => one !== "null").map((one) => ({ ...schema, type: one }));
  return type === "null" ? [] : [schema];
}

const UNSURE = ["$ref", "$dynamicRef", "allOf", "not", "if"];

function isChoice({ enum: listed, const: one }: JsonSchema): boolean {
  return listed !== undefined || one !== undefined;
}

function isSchema(value: Json | undefined): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
