import type { JsonSchema } from "./plan.ts";

/** A place in a schema, with the document that its `$ref`s are about. */
export interface SchemaPlace {
  readonly schemas: readonly JsonSchema[];
  readonly root: JsonSchema;
}

const MOST_HOPS = 32;

/** What the schema says of the value at `path`: several, where it offers several. */
export function schemaAt(root: JsonSchema | undefined, path: readonly string[]): SchemaPlace | undefined {
  if (!root) return undefined;
  let schemas = alternatives(root, root);
  for (const key of path)
    schemas = schemas
      .flatMap((schema) => memberOf(schema, key))
      .flatMap((schema) => alternatives(schema, root));
  return { schemas, root };
}

/** The JSON types that a value may have there, as JSON Schema names them; empty when anything goes. */
export function typesOf(place: SchemaPlace | undefined): ReadonlySet<string> {
  const types = new Set<string>();
  for (const schema of place?.schemas ?? []) {
    const { type, const: only, enum: some } = schema;
    for (const name of Array.isArray(type) ? type : type === undefined ? [] : [type]) types.add(String(name));
    if (type === undefined && only !== undefined) types.add(typeof only);
    if (type === undefined && Array.isArray(some)) for (const value of some) types.add(typeof value);
  }
  return types;
}

function memberOf(schema: JsonSchema, key: string): JsonSchema[] {
  const { properties, additionalProperties, items } = schema as Record<string, JsonSchema | undefined>;
  if (properties && Object.hasOwn(properties, key)) return [properties[key] as JsonSchema];
  if (typeof additionalProperties === "object") return [additionalProperties];
  return /^\d+$/.test(key) && typeof items === "object" ? [items] : [];
}

/** The schema itself, what it refers to, and what it is a choice or a combination of. */
function alternatives(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const found: JsonSchema[] = [];
  const open = [schema];
  for (let hops = 0; open.length > 0 && hops < MOST_HOPS; hops++) {
    const at = open.pop()!;
    found.push(at);
    const { $ref, anyOf, oneOf, allOf } = at as Record<string, unknown>;
    if (typeof $ref === "string") open.push(...referred($ref, root));
    for (const list of [anyOf, oneOf, allOf]) if (Array.isArray(list)) open.push(...(list as JsonSchema[]));
  }
  return found;
}

function referred(ref: string, root: JsonSchema): JsonSchema[] {
  let at: unknown = root;
  for (const key of ref.replace(/^#\/?/, "").split("/").filter(Boolean)) {
    at = (at as Record<string, unknown> | undefined)?.[key.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return typeof at === "object" && at !== null ? [at as JsonSchema] : [];
}
