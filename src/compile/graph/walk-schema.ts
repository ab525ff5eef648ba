import type { JsonSchema, Path } from "../../plan/index.ts";
import { isSchema } from "../diff/schema-shape.ts";

/** In a path: any entry of a list, one that is there. */
export const EACH = -1;

/** A path as it is written after a name: `.leads[0].name`, `.leads[…]`. */
export function stepsOf(path: Path): string {
  return path
    .map((step) => (step === EACH ? "[…]" : typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("");
}

/** Where a path leads: to a schema, or to a field that does not exist. */
export type Walked =
  | { readonly schema: JsonSchema; readonly mayBeMissing: boolean }
  | {
      readonly missing: string;
      /** From the beginning to the object that lacks it. */
      readonly way: Path;
      readonly fields: readonly string[];
    };

/** Walks `path` into a schema. Stops, undecided, at anything that may be several things. */
export function walkSchema(schema: JsonSchema, path: Path): Walked | undefined {
  let at: JsonSchema | undefined = schema;
  let mayBeMissing = false;
  for (const [i, step] of path.entries()) {
    const whole: JsonSchema | undefined = at && withoutNull(at);
    if (!whole) return undefined;
    const next: JsonSchema | "missing" | undefined =
      typeof step === "number" ? itemOf(whole, step) : fieldOf(whole, step);
    if (next === "missing")
      return {
        missing: String(step),
        way: path.slice(0, i),
        fields: Object.keys(whole.properties as object),
      };
    mayBeMissing ||= whole !== at || !isAlways(whole, step);
    at = next;
  }
  return at && { schema: at, mayBeMissing };
}

function isAlways({ required, minItems }: JsonSchema, step: string | number): boolean {
  if (step === EACH) return true;
  if (typeof step === "number") return typeof minItems === "number" && minItems > step;
  return Array.isArray(required) && required.includes(step);
}

const COMBINED = ["anyOf", "oneOf", "allOf", "$ref", "$dynamicRef", "not", "if", "patternProperties"];

/** The schema itself, or what it is besides null; `undefined` when it is a combination of others. */
export function withoutNull(schema: JsonSchema): JsonSchema | undefined {
  const { anyOf: options, type } = schema;
  if (
    Array.isArray(options) &&
    Object.keys(schema).every((key) => ["anyOf", "default", "description", "title", "$schema"].includes(key))
  ) {
    const rest = (options as JsonSchema[]).filter((option) => option.type !== "null");
    return rest.length === 1 ? withoutNull(rest[0]!) : undefined;
  }
  if (Array.isArray(type)) {
    const rest = type.filter((one) => one !== "null");
    return rest.length === 1 ? withoutNull({ ...schema, type: rest[0]! }) : undefined;
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
  const first = Array.isArray(prefixItems) ? prefixItems : [];
  if (index === EACH && first.length > 0) return undefined;
  const item = index !== EACH && index < first.length ? first[index] : items;
  return isSchema(item) ? item : undefined;
}
