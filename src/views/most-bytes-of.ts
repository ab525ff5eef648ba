import type { JsonSchema } from "../plan/index.ts";

/** A character of a string can be written as an escape. */
const BYTES_OF_CHARACTER = 6;
const BYTES_OF_NUMBER = 25;

type Most = { readonly bytes: number } | { readonly why: string };

/** How many bytes a value of this schema can have as JSON, or why that has no end. */
export function mostBytesOf(schema: JsonSchema, path: string): Most {
  const { type, maxLength, enum: values, const: only, items, maxItems, anyOf, oneOf } = schema;
  if (only !== undefined) return { bytes: JSON.stringify(only).length };
  if (Array.isArray(values))
    return { bytes: Math.max(0, ...values.map((one) => JSON.stringify(one).length)) };
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return largest(choices.map((one) => mostBytesOf(one as JsonSchema, path)));
  switch (type) {
    case "boolean":
    case "null":
      return { bytes: 5 };
    case "number":
    case "integer":
      return { bytes: BYTES_OF_NUMBER };
    case "string":
      return typeof maxLength === "number"
        ? { bytes: maxLength * BYTES_OF_CHARACTER + 2 }
        : { why: `\`${path}\` is a text without a longest length (.max())` };
    case "array": {
      if (typeof maxItems !== "number") return { why: `\`${path}\` is a list without a most (.max())` };
      const item =
        typeof items === "object" && items !== null
          ? mostBytesOf(items as JsonSchema, `${path}[]`)
          : undefined;
      if (!item) return { why: `what is in \`${path}\` has no schema` };
      return "why" in item ? item : { bytes: maxItems * (item.bytes + 1) + 2 };
    }
    case "object":
      return ofObject(schema, path);
    default:
      return { why: `\`${path}\` has a schema that says too little` };
  }
}

function ofObject({ properties = {}, additionalProperties }: JsonSchema, path: string): Most {
  if (additionalProperties !== undefined && additionalProperties !== false)
    return { why: `\`${path}\` may have any fields` };
  let bytes = 2;
  for (const [key, inner] of Object.entries(properties as Readonly<Record<string, JsonSchema>>)) {
    const most = mostBytesOf(inner, `${path}.${key}`);
    if ("why" in most) return most;
    bytes += JSON.stringify(key).length + most.bytes + 2;
  }
  return { bytes };
}

function largest(all: readonly Most[]): Most {
  const endless = all.find((one) => "why" in one);
  return endless ?? { bytes: Math.max(0, ...all.map((one) => ("bytes" in one ? one.bytes : 0))) };
}
