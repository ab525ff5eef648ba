import type { JsonSchema } from "../../plan/index.ts";
import { isSchema, REMARKS, resolve } from "../diff/schema-shape.ts";

const MOST_ALTERNATIVES = 50;
const MOST_HOPS = 20;
const UNION_KEYS: ReadonlySet<string> = new Set([...REMARKS, "anyOf", "oneOf", "default", "readOnly"]);
/** Keywords by which a schema is more than one kind of value with its limits. */
const COMBINED = [
  "allOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "$ref",
  "$dynamicRef",
  "patternProperties",
  "dependentSchemas",
  "dependentRequired",
  "unevaluatedProperties",
  "unevaluatedItems",
  "contains",
];

/**
 * The kinds of values that `schema` allows, each with one `type`, or a `const` or an `enum`. `undefined` stands for
 * what cannot be told apart like this.
 * @param root where `$ref` points into; without it none is followed
 */
export function alternativesOf(
  schema: JsonSchema,
  root?: JsonSchema | undefined,
): readonly (JsonSchema | undefined)[] {
  const found: (JsonSchema | undefined)[] = [];
  const open: { readonly schema: JsonSchema; readonly hops: number }[] = [{ schema, hops: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const at = root ? resolve(next.schema, root) : next.schema;
    const options = at.anyOf ?? at.oneOf;
    if (next.hops > MOST_HOPS || found.length + open.length > MOST_ALTERNATIVES) return [undefined];
    if (Array.isArray(options) && Object.keys(at).every((key) => UNION_KEYS.has(key))) {
      for (const option of options.toReversed())
        if (isSchema(option)) open.push({ schema: option, hops: next.hops + 1 });
        else found.push(undefined);
    } else if (COMBINED.some((key) => key in at)) found.push(undefined);
    else if ("const" in at || Array.isArray(at.enum) || typeof at.type === "string") found.push(at);
    else if (Array.isArray(at.type)) for (const type of at.type) found.push({ ...at, type });
    else found.push(undefined);
  }
  return found;
}
