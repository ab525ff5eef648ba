import type { JsonSchema } from "../../plan/index.ts";
import { type Json, toCanonicalJson } from "../../support/json.ts";

/** Keywords that say nothing about which values are allowed. */
export const REMARKS: ReadonlySet<string> = new Set([
  "$schema",
  "$id",
  "$defs",
  "title",
  "description",
  "examples",
  "deprecated",
]);

export function isSchema(value: Json | undefined): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The schema that `$ref` points to within `root`, or the schema itself. A reference to itself ends. */
export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let at = schema;
  for (let hops = 0; typeof at.$ref === "string" && hops < 20; hops++) {
    let found: Json | undefined = root;
    for (const step of at.$ref.split("/").slice(1)) {
      const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
      found = isSchema(found) && Object.hasOwn(found, key) ? found[key] : undefined;
    }
    if (!isSchema(found)) return at;
    at = found;
  }
  return at;
}

/** What a value may be: the alternatives of a union, each one by itself; `[schema]` for what is no union. */
export function optionsOf(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const listed = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(listed)) {
    return listed.flatMap((option: Json) => (isSchema(option) ? optionsOf(resolve(option, root), root) : []));
  }
  if (Array.isArray(schema.type)) return schema.type.map((type: Json) => ({ ...schema, type }));
  if (Array.isArray(schema.enum)) {
    const { enum: values, ...rest } = schema;
    return values.map((value: Json) => ({ ...rest, const: value }));
  }
  return [schema];
}

/** `schema` without remarks and default, as text that is equal for equal schemas. */
export function toKey(schema: JsonSchema): string {
  return toCanonicalJson(
    Object.fromEntries(Object.entries(schema).filter(([key]) => !REMARKS.has(key) && key !== "default")),
  );
}

/** A schema in a word, for showing: `string`, `"refund"`, `object`, `number`. */
export function toWord(schema: JsonSchema): string {
  if ("const" in schema) return JSON.stringify(schema.const);
  if (typeof schema.type === "string") return schema.type;
  return Object.keys(schema).filter((key) => !REMARKS.has(key)).length === 0 ? "anything" : "schema";
}
