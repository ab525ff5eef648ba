import { type schemaAt, typesOf } from "../plan/index.ts";

/** `text` as what is wanted there: JSON where the schema takes that, else the text itself. */
export function toValue(text: string, wanted: ReturnType<typeof schemaAt>): unknown {
  const types = typesOf(wanted);
  if (types.has("boolean") && /^(true|yes|on)$/i.test(text)) return true;
  if (types.has("boolean") && /^(false|no|off)$/i.test(text)) return false;
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const isTaken =
    types.size === 0 || types.has(typeName(value)) || (types.has("integer") && Number.isInteger(value));
  return isTaken || !types.has("string") ? value : text;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
