/** Types as tsc writes them in its messages, read just far enough to say them in words. */

const OPENING = "([{<";
const CLOSING = ")]}>";
const MOST_NAMED = 6;

/** `text` cut at each `separator` that stands inside no bracket and no string. */
function splitAt(text: string, separator: string): string[] {
  const parts: string[] = [];
  let [depth, start, quote] = [0, 0, ""];
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quote !== "") {
      if (character === "\\") i++;
      else if (character === quote) quote = "";
    } else if (character === '"' || character === "'" || character === "`") quote = character;
    else if (OPENING.includes(character)) depth++;
    // The `>` of an arrow closes nothing.
    else if (CLOSING.includes(character) && text[i - 1] !== "=") depth--;
    else if (depth === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(start, i));
      start = i + separator.length;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter(Boolean);
}

/** What stands between the brackets of `Ref<…>`, when `text` is one of `names` and nothing else. */
export function insideOf(text: string, names: readonly string[]): string | undefined {
  const [first = "", ...rest] = splitAt(text, " & ");
  const match = /^(\w+)<(.*)>$/s.exec(first);
  // An `Out` that tsc has spelled out is `Ref<…> & { … }`.
  const isAlone = rest.every((part) => part.startsWith("{"));
  return match && isAlone && names.includes(match[1]!) && splitAt(first, "|").length === 1
    ? match[2]!
    : undefined;
}

/** What a reference of type `text` stands for, a score's input among them; `undefined` when it is no reference. */
export function referredBy(text: string): string | undefined {
  const given = insideOf(text, ["Input"]);
  return given === undefined ? insideOf(text, ["Ref", "Out"]) : splitAt(given, ", ").at(-1);
}

/** The fields of an object type and their types; of an intersection, those of all its object types. */
export function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of splitAt(text, " & ")) {
    if (!part.startsWith("{") || !part.endsWith("}")) continue;
    for (const field of splitAt(part.slice(1, -1), ";")) {
      const [, name, type] = /^(?:readonly )?("[^"]*"|[\w$]+)\??: (.*)$/s.exec(field) ?? [];
      if (name !== undefined) fields.set(name.replaceAll('"', ""), type!);
    }
  }
  return fields;
}

/** May the value be missing? */
export function mayBeMissing(text: string): boolean {
  const inner = referredBy(text) ?? insideOf(text, ["Bind"]);
  return inner === undefined ? splitAt(text, "|").includes("undefined") : mayBeMissing(inner);
}

/** `a string`, `"bug", "other" or "refund"`, `a reference to a number`: what a value of this type is. */
export function describeType(text: string): string {
  const bound = insideOf(text, ["Bind", "BindValue", "Inputs"]);
  if (bound !== undefined) return describeType(bound);
  const parts = splitAt(text, "|").filter((part) => part !== "undefined");
  if (parts.length === 0) return "nothing";
  const words = [...new Set(parts.map(describeOne))];
  const more = words.length - MOST_NAMED;
  if (more > 1) words.splice(MOST_NAMED, words.length, `one of ${more} more`);
  const last = words.pop()!;
  return words.length === 0 ? last : `${words.join(", ")} or ${last}`;
}

const WORDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  boolean: "a boolean",
  true: "a boolean",
  false: "a boolean",
  null: "null",
  Date: "a date",
  Textable: "a string, a number or a boolean",
  unknown: "any value",
  any: "any value",
  AnyNode: "a node",
  Branch: "a node",
  Condition: "a condition",
};
const PLURALS: Readonly<Record<string, string>> = {
  string: "strings",
  number: "numbers",
  boolean: "booleans",
};
const LONGEST = 60;

function describeOne(type: string): string {
  if (Object.hasOwn(WORDS, type)) return WORDS[type]!;
  if (/^(?:"|-?\d)/.test(type)) return type;
  const referred = referredBy(type);
  if (referred !== undefined) {
    const what = referred === "unknown" ? "" : ` to ${describeType(referred)}`;
    return `a reference${what}${mayBeMissing(referred) ? " that may be missing" : ""}`;
  }
  if (insideOf(type, ["Node", "Switch"]) !== undefined) return "a node";
  if (insideOf(type, ["MapBody"]) !== undefined) return "an object of nodes and output";
  const item = itemOf(type);
  if (item !== undefined) return Object.hasOwn(PLURALS, item) ? `a list of ${PLURALS[item]}` : "a list";
  if (type.startsWith("{")) return "an object";
  return type.length <= LONGEST ? `\`${type}\`` : "a value of another type";
}

function itemOf(type: string): string | undefined {
  const plain = type.replace(/^readonly /, "");
  if (plain.endsWith("[]")) return plain.slice(0, -"[]".length).replace(/^\((.*)\)$/s, "$1");
  if (plain.startsWith("[")) return "";
  return insideOf(plain, ["Array", "ReadonlyArray"]);
}
