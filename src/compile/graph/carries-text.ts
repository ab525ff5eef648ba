import type { JsonSchema } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";

const MOST_LOOKS = 1_000;
/** What these formats allow is nothing that a program would read as code. */
const FIXED_FORMATS = new Set(["date", "date-time", "time", "duration", "uuid", "ipv4", "ipv6"]);

/**
 * May a value of this schema hold text that its writer chose? A number, a boolean, one of listed values, or a text whose
 * pattern lists what may stand in it cannot. What the schema leaves open can.
 */
export function carriesText(schema: JsonSchema): boolean {
  const stack: Json[] = [schema];
  for (let looks = 0; stack.length > 0; looks++) {
    const at = stack.pop()!;
    if (at === false) continue;
    if (typeof at !== "object" || at === null || Array.isArray(at) || looks > MOST_LOOKS) return true;
    const parts = partsOf(at as JsonSchema);
    if (!parts) return true;
    stack.push(...parts);
  }
  return false;
}

/** The schemas of what a value holds; `undefined` when it is free text, or anything. */
function partsOf(schema: JsonSchema): readonly Json[] | undefined {
  if ("enum" in schema || "const" in schema) return [];
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return choices;
  const { type, properties = {}, additionalProperties = false, items, prefixItems = [] } = schema;
  switch (type) {
    case "boolean":
    case "number":
    case "integer":
    case "null":
      return [];
    case "string":
      return isListed(schema) ? [] : undefined;
    case "object":
      // The keys of a record are text.
      return additionalProperties === false ? Object.values(properties as JsonSchema) : undefined;
    case "array":
      return [...(prefixItems as Json[]), ...(items === undefined ? [] : [items])];
    default:
      return undefined;
  }
}

function isListed({ format, pattern }: JsonSchema): boolean {
  if (typeof format === "string" && FIXED_FORMATS.has(format)) return true;
  if (typeof pattern !== "string" || !pattern.startsWith("^") || !pattern.endsWith("$")) return false;
  const allowed = pattern
    .replace(/\(\?[!=][^)]*\)/g, "")
    .replace(/\[(?:\\.|[^\]\\])*\]/g, (set) => (set.startsWith("[^") ? "." : "x"));
  return !/(?:^|[^\\])\.|\\[SWDs]/.test(allowed);
}
