import { nodeRecord } from "./record.ts";
import { refInfo } from "./ref.ts";

/** Text as it is, and what somebody gave instead of text: `5`, `an object`. Never throws, whatever that is. */
export function toText(value: unknown): string {
  return (typeof value === "object" && value !== null) || typeof value === "function"
    ? describe(value)
    : String(value);
}

/** An id as it is, and in brackets, which no id has, what somebody gave instead of one: `(no id)`, `(a number)`. */
export function idText(id: unknown): string {
  if (typeof id === "string") return id;
  return id === undefined ? "(no id)" : `(${describe(id)})`;
}

/** What a wrong value is, in words: `a string`, `an array`, `undefined`. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (refInfo(value)) return "a reference";
  if (nodeRecord(value)) return "a node";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") {
    const name = Object.getPrototypeOf(value)?.constructor?.name;
    return name && name !== "Object" ? `a ${name}` : "an object";
  }
  return `a ${typeof value}`;
}
