import type { JsonSchema } from "../../plan/index.ts";
import { type Json, toCanonicalJson } from "../../support/json.ts";
import type { Weight } from "./change.ts";
import { isSchema, optionsOf, REMARKS, resolve, toKey, toWord } from "./schema-shape.ts";

/** One difference between two schemas. `path` is empty for the value itself, else `leads[].name`. */
export interface SchemaChange {
  readonly path: string;
  readonly weight: Weight;
  readonly words: string;
  readonly from?: string;
  readonly to?: string;
}

/**
 * Whose values the schema is for: the input that callers give, the output that others read, what a server answers, what
 * a value that is kept has to fit, the state of a loop, the decision of a person.
 */
export type SchemaSide = "input" | "output" | "response" | "schema" | "state" | "decision";

/** What may be hurt by a change of the schema. */
interface Role {
  /** Somebody has given such values already, or gives them without having seen the change. */
  readonly isGiven: boolean;
  readonly isRead: boolean;
  /** Who makes the values follows no schema of ours: less room may fail what went well before. */
  readonly isForeign: boolean;
}

const ROLES: Readonly<Record<SchemaSide, Role>> = {
  input: { isGiven: true, isRead: false, isForeign: false },
  output: { isGiven: false, isRead: true, isForeign: false },
  response: { isGiven: false, isRead: true, isForeign: true },
  schema: { isGiven: false, isRead: true, isForeign: true },
  // A run under way has a state, and a person may be deciding: both were made under the schema before.
  state: { isGiven: true, isRead: true, isForeign: false },
  decision: { isGiven: true, isRead: true, isForeign: false },
};

type Move = "narrowed" | "widened" | "changed";

/** Who gives a value is hurt by less room; who reads one by values it does not know. */
function weightOf(move: Move, { isGiven, isRead }: Role): Weight {
  if (move === "changed") return "breaking";
  if (move === "narrowed") return isGiven ? "breaking" : "review";
  return isRead ? "review" : "safe";
}

/** Keywords of which a larger number leaves less room, and those of which it leaves more. */
const LEAST = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "multipleOf"];
const MOST = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
/** Keywords that only take room away. */
const TESTS = ["pattern", "format", "uniqueItems", "contentEncoding", "contentMediaType", "propertyNames"];

/** Every difference between two schemas that matters to who gives or who reads the values. */
export function compareSchemas(from: JsonSchema, to: JsonSchema, side: SchemaSide): SchemaChange[] {
  const comparison = new Comparison(from, to, side);
  comparison.compare(from, to, "");
  return comparison.changes;
}

class Comparison {
  readonly changes: SchemaChange[] = [];
  readonly #roots: { readonly from: JsonSchema; readonly to: JsonSchema };
  readonly #role: Role;
  /** Equal references may mean different things. */
  readonly #hasOtherDefs: boolean;
  /** Pairs that are being compared, so that a schema that contains itself ends. */
  readonly #seen = new Set<string>();

  constructor(from: JsonSchema, to: JsonSchema, side: SchemaSide) {
    this.#roots = { from, to };
    this.#role = ROLES[side];
    this.#hasOtherDefs = toCanonicalJson(from.$defs) !== toCanonicalJson(to.$defs);
  }

  compare(before: JsonSchema, after: JsonSchema, path: string): void {
    if (typeof before.$ref === "string" || typeof after.$ref === "string") {
      const pair = `${before.$ref} ${after.$ref}`;
      if (this.#seen.has(pair)) return;
      this.#seen.add(pair);
    }
    const [from, to] = [resolve(before, this.#roots.from), resolve(after, this.#roots.to)];
    this.#remarks(from, to, path);
    const [gone, come] = this.#optionsApart(from, to);
    if (gone.length === 0 && come.length === 0) return this.#same(from, to, path);
    if (gone.length === 1 && come.length === 1) return this.#one(gone[0]!, come[0]!, path);
    const move: Move = come.length === 0 ? "narrowed" : gone.length === 0 ? "widened" : "changed";
    const words = (schemas: readonly JsonSchema[]) => [...new Set(schemas.map(toWord))].join(", ");
    this.#move(path, move, {
      words: [
        ...(gone.length > 0 ? [`no longer ${words(gone)}`] : []),
        ...(come.length > 0 ? [`also ${words(come)}`] : []),
      ].join(", "),
    });
  }

  /** Written alike; what they refer to may differ all the same. */
  #same(from: JsonSchema, to: JsonSchema, path: string): void {
    if (!this.#hasOtherDefs) return;
    const [before, after] = [optionsOf(from, this.#roots.from), optionsOf(to, this.#roots.to)];
    const others = new Map(after.map((option) => [toKey(option), option]));
    for (const option of before) this.#one(option, others.get(toKey(option))!, path);
  }

  /** The alternatives that only one of the two has. */
  #optionsApart(from: JsonSchema, to: JsonSchema): [JsonSchema[], JsonSchema[]] {
    const [before, after] = [optionsOf(from, this.#roots.from), optionsOf(to, this.#roots.to)];
    const [had, has] = [new Set(before.map(toKey)), new Set(after.map(toKey))];
    return [before.filter((one) => !has.has(toKey(one))), after.filter((one) => !had.has(toKey(one)))];
  }

  #one(from: JsonSchema, to: JsonSchema, path: string): void {
    if (from.type !== to.type || "const" in from || "const" in to) {
      const isWider = from.type === "integer" && to.type === "number";
      const isNarrower = from.type === "number" && to.type === "integer";
      const isFixed = from.type === to.type && "const" in to !== "const" in from;
      const move =
        isWider || (isFixed && "const" in from) ? "widened" : isNarrower || isFixed ? "narrowed" : "changed";
      return this.#move(path, move, { from: toWord(from), to: toWord(to) });
    }
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
      if (REMARKS.has(key) || key === "default" || key === "required") continue;
      if (key === "properties") continue;
      this.#keyword(key, from, to, path);
    }
    this.#fields(from, to, path);
  }

  #keyword(key: string, from: JsonSchema, to: JsonSchema, path: string): void {
    const [a, b] = [from[key], to[key]];
    if (toCanonicalJson(a) === toCanonicalJson(b) && !this.#hasOtherDefs) return;
    if (key === "items" && isSchema(a) && isSchema(b)) return this.compare(a, b, `${path}[]`);
    if (key === "additionalProperties" && isSchema(a) && isSchema(b))
      return this.compare(a, b, `${path}[key]`);
    if (
      key === "additionalProperties" &&
      a !== b &&
      typeof (a ?? true) === "boolean" &&
      typeof (b ?? true) === "boolean"
    )
      return this.#move(path, b === false ? "narrowed" : "widened", {
        words: b === false ? "takes no other fields now" : "takes other fields now",
      });
    if (key === "prefixItems" && Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
      for (const [i, item] of a.entries())
        if (isSchema(item) && isSchema(b[i])) this.compare(item, b[i], `${path}[${i}]`);
      return;
    }
    if (toCanonicalJson(a) === toCanonicalJson(b)) return;
    this.#move(path, moveOf(key, a, b), { words: key, ...shown("from", a), ...shown("to", b) });
  }

  #fields(from: JsonSchema, to: JsonSchema, path: string): void {
    const [before, after] = [fieldsOf(from), fieldsOf(to)];
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(key), after.get(key)];
      const at = path === "" ? key : `${path}.${key}`;
      if (!was) this.#added(at, is!.isRequired);
      else if (!is) this.#removed(at);
      else {
        if (was.isRequired !== is.isRequired) this.#required(at, is.isRequired);
        this.compare(was.schema, is.schema, at);
      }
    }
  }

  #added(path: string, isRequired: boolean): void {
    const kind = isRequired ? "required" : "optional";
    this.changes.push({
      path,
      weight: isRequired ? this.#ofDemand() : "safe",
      words: `new ${kind} field`,
    });
  }

  #removed(path: string): void {
    this.changes.push({
      path,
      weight: this.#role.isRead ? "breaking" : "review",
      words: "field removed",
    });
  }

  #required(path: string, isRequired: boolean): void {
    this.changes.push({
      path,
      weight: isRequired ? this.#ofDemand() : this.#role.isRead ? "breaking" : "safe",
      words: isRequired ? "required now" : "optional now",
    });
  }

  /** Of a field that has to be there now. */
  #ofDemand(): Weight {
    const { isGiven, isForeign } = this.#role;
    return isGiven ? "breaking" : isForeign ? "review" : "safe";
  }

  #remarks(from: JsonSchema, to: JsonSchema, path: string): void {
    if (toCanonicalJson(from.default) !== toCanonicalJson(to.default)) {
      this.changes.push({
        path,
        weight: "review",
        words: "default",
        ...shown("from", from.default),
        ...shown("to", to.default),
      });
    }
    if (from.description !== to.description)
      this.changes.push({ path, weight: "safe", words: "description changed" });
  }

  #move(
    path: string,
    move: Move,
    said: { readonly words?: string; readonly from?: string; readonly to?: string },
  ): void {
    const { words, ...values } = said;
    const text = words === undefined ? move : `${move}: ${words}`;
    this.changes.push({ path, weight: weightOf(move, this.#role), words: text, ...values });
  }
}

function moveOf(key: string, from: Json | undefined, to: Json | undefined): Move {
  if (to === undefined) return "widened";
  if (from === undefined) return "narrowed";
  if (TESTS.includes(key) || typeof from !== "number" || typeof to !== "number") return "changed";
  if (LEAST.includes(key)) return to > from ? "narrowed" : "widened";
  return MOST.includes(key) ? (to < from ? "narrowed" : "widened") : "changed";
}

function fieldsOf({ properties, required }: JsonSchema) {
  const needed = new Set<Json>(Array.isArray(required) ? required : []);
  return new Map(
    Object.entries(isSchema(properties) ? properties : {}).map(([key, schema]) => [
      key,
      { schema: isSchema(schema) ? schema : {}, isRequired: needed.has(key) },
    ]),
  );
}

function shown<K extends "from" | "to">(key: K, value: Json | undefined): Partial<Record<K, string>> {
  return (value === undefined ? {} : { [key]: JSON.stringify(value) }) as Partial<Record<K, string>>;
}
