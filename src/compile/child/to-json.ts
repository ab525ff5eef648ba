import type { Json } from "../../support/json.ts";

/** `value` as JSON carries it; what JSON cannot carry is left out. */
export function toJson(value: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null") as Json;
  } catch {
    return null;
  }
}
