import type { JsonSchema } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";
import { isSchema, REMARKS } from "../diff/schema-shape.ts";

const MOST_VALUES = 5;
const MOST_TEXT = 40;

const TYPES: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  null: "null",
  array: "a list",
  object: "an object",
};

const FORMATS: Readonly<Record<string, string>> = {
  email: "an email address",
  uri: "a URL",
  uuid: "a UUID",
  "date-time": "a date with a time (2027-01-31T09:00:00Z)",
  date: "a date (2027-01-31)",
  time: "a time (09:00:00)",
  duration: "an ISO 8601 duration",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  base64: "base64",
};

/** What a schema allows, in a few words: `a string`, `"bug" or "refund"`, `an email address`. */
export function wordsOf(schema: JsonSchema): string {
  const { enum: values, const: one, type, format } = schema;
  const options = schema.anyOf ?? schema.oneOf;
  if ("const" in schema) return textOf(one!);
  if (Array.isArray(values)) return joined(values.map(textOf));
  if (Array.isArray(options))
    return joined([...new Set(options.filter(isSchema).map((option) => wordsOf(option)))]);
  if (Array.isArray(type)) return joined(type.map((each) => TYPES[String(each)] ?? "something else"));
  if (type === "string" && typeof format === "string" && format in FORMATS) return FORMATS[format]!;
  return TYPES[String(type)] ?? "something else";
}

/** A value as a message shows it: cut when it is long. */
export function textOf(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}

/** Does it allow every value? */
export function isAnything(schema: JsonSchema): boolean {
  return Object.keys(schema).every((key) => REMARKS.has(key) || key === "default" || key === "readOnly");
}

function joined(words: readonly string[]): string {
  const shown = words.slice(0, MOST_VALUES);
  if (words.length > MOST_VALUES) shown.push(`${words.length - MOST_VALUES} more`);
  const last = shown.pop();
  return shown.length > 0 ? `${shown.join(", ")} or ${last}` : (last ?? "nothing");
}
