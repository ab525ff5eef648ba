import type { JsonSchema } from "../../plan/index.ts";

/** What was noticed while a function read a stand-in. Items of lists are written `leads[].name`. */
export interface Readings {
  /** Was anything read of the whole? */
  isRead: boolean;
  /** Fields that the schema does not have, by their path, with those it has beside them. */
  readonly missing: Map<string, { readonly field: string; readonly known: readonly string[] }>;
  /** Fields that may be left out. */
  readonly optional: Set<string>;
  /** Objects that were turned into a text. */
  readonly texts: Set<string>;
}

const MOST_READS = 20_000;
const MOST_HOPS = 20;
/** Deeper lists of lists are of no use in a text. */
const DEEPEST = 30;
/** Long enough to be cut, with nothing in them that means something to a template. */
const TEXT = "some text that was given as an input";
const BY_FORMAT: Readonly<Record<string, string>> = {
  uri: "https://www.example.com/a/page",
  email: "ada@example.com",
  "date-time": "2026-01-31T09:00:00Z",
  date: "2026-01-31",
  time: "09:00:00",
  uuid: "0b6f3d1e-7c7a-4f0e-9d52-3f7f5f0f7a11",
  ipv4: "192.0.2.1",
};

/**
 * A value that fits `schema` as far as anybody can tell without knowing what it is for, and notices how it is read.
 * Values whose schema may be several things are `undefined`.
 * @param absent the path of an optional field that is left out
 */
export function toStandIn(
  schema: JsonSchema,
  absent?: string,
): { readonly value: unknown; readonly readings: Readings } {
  const readings: Readings = { isRead: false, missing: new Map(), optional: new Set(), texts: new Set() };
  return { value: new StandIn(schema, absent, readings).of(schema, "", 0), readings };
}

class StandIn {
  readonly #root: JsonSchema;
  readonly #absent: string | undefined;
  readonly #readings: Readings;
  #reads = 0;

  constructor(root: JsonSchema, absent: string | undefined, readings: Readings) {
    this.#root = root;
    this.#absent = absent;
    this.#readings = readings;
  }

  of(given: JsonSchema, path: string, depth: number): unknown {
    const options = this.#optionsOf(given);
    const [schema] = options;
    if (!schema || depth > DEEPEST) return undefined;
    if (options.length > 1 && new Set(options.map(({ type }) => type === "object")).size > 1)
      return undefined;
    if ("const" in schema) return schema.const;
    if (Array.isArray(schema.enum)) return schema.enum[0];
    const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
    switch (type) {
      case "string":
        return textFor(schema);
      case "number":
      case "integer":
        return numberFor(schema);
      case "boolean":
        return true;
      case "array":
        return options.length === 1 ? this.#list(schema, path, depth) : undefined;
      case "object":
        return this.#object(
          schema,
          path,
          new Set(options.flatMap((option) => Object.keys(propertiesOf(option)))),
        );
      default:
        return undefined;
    }
  }

  /** What a value may be besides null, each without `$ref`; empty when that cannot be told. */
  #optionsOf(given: JsonSchema): readonly JsonSchema[] {
    const found: JsonSchema[] = [];
    const stack = [given];
    for (let hop = 0; stack.length > 0; hop++) {
      const schema = stack.pop()!;
      if (hop > MOST_HOPS || "allOf" in schema || "not" in schema || "if" in schema) return [];
      const options = schema.anyOf ?? schema.oneOf;
      if (typeof schema.$ref === "string") {
        const target = schema.$ref === "#" ? this.#root : this.#defined(schema.$ref);
        if (!target) return [];
        stack.push(target);
      } else if (Array.isArray(options)) stack.push(...(options as JsonSchema[]).toReversed());
      else if (schema.type !== "null") found.push(schema);
    }
    return found;
  }

  #defined(ref: string): JsonSchema | undefined {
    const name = /^#\/\$defs\/([^/]+)$/.exec(ref)?.[1];
    const all = this.#root.$defs;
    const target = name !== undefined && isSchema(all) ? all[name] : undefined;
    return isSchema(target) ? target : undefined;
  }

  #list({ items, minItems, maxItems, prefixItems }: JsonSchema, path: string, depth: number): unknown {
    if (!isSchema(items) || prefixItems !== undefined) return undefined;
    const least = typeof minItems === "number" ? minItems : 0;
    const most = typeof maxItems === "number" ? maxItems : Number.POSITIVE_INFINITY;
    const length = Math.min(Math.max(least, 2), most, 100);
    return Array.from({ length }, () => this.of(items, `${path}[]`, depth + 1));
  }

  /** @param known the fields it may have, those of other objects that may stand there included */
  #object(schema: JsonSchema, path: string, known: ReadonlySet<string>): object {
    const { additionalProperties: open, required } = schema;
    const properties = propertiesOf(schema);
    const isOpen = open !== undefined && open !== false;
    const names = Object.keys(properties);
    const pathOf = (name: string) => (path === "" ? name : `${path}.${name}`);
    const target = Object.fromEntries(
      names.filter((name) => pathOf(name) !== this.#absent).map((name) => [name, undefined]),
    );
    const made = new Map<string, unknown>();
    const read = (name: string): unknown => {
      this.#noteRead();
      const inner = properties[name];
      if (!Array.isArray(required) || !required.includes(name)) this.#readings.optional.add(pathOf(name));
      if (!isSchema(inner) || pathOf(name) === this.#absent) return undefined;
      if (!made.has(name)) made.set(name, this.of(inner, pathOf(name), 0));
      return made.get(name);
    };
    const toText = () => {
      this.#noteRead();
      this.#readings.texts.add(path);
      return "[object Object]";
    };
    return new Proxy(target, {
      get: (_target, key) => {
        if (typeof key === "symbol") return undefined;
        if (Object.hasOwn(properties, key)) return read(key);
        if (key === "toString") return toText;
        if (key in Object.prototype || key === "toJSON" || key === "then") return Reflect.get(target, key);
        this.#noteRead();
        if (isOpen) return isSchema(open) ? this.of(open, pathOf(key), 0) : undefined;
        if (!known.has(key)) this.#readings.missing.set(pathOf(key), { field: key, known: [...known] });
        return undefined;
      },
      ownKeys: () => {
        this.#noteRead();
        return Reflect.ownKeys(target);
      },
      has: (_target, key) => {
        this.#noteRead();
        return Reflect.has(target, key);
      },
    });
  }

  #noteRead(): void {
    this.#readings.isRead = true;
    if (++this.#reads > MOST_READS) throw new Error("the stand-in has no end");
  }
}

function textFor({ format, minLength, maxLength }: JsonSchema): string {
  const sample = (typeof format === "string" ? BY_FORMAT[format] : undefined) ?? TEXT;
  const padded =
    typeof minLength === "number" ? sample.padEnd(Math.min(minLength, 10_000), " and more") : sample;
  return format === undefined && typeof maxLength === "number" ? padded.slice(0, maxLength) : padded;
}

function numberFor({ minimum, exclusiveMinimum, maximum }: JsonSchema): number {
  if (typeof minimum === "number" && minimum > Number.MIN_SAFE_INTEGER) return minimum;
  if (typeof exclusiveMinimum === "number") return exclusiveMinimum + 1;
  return typeof maximum === "number" ? Math.min(maximum, 2) : 2;
}

function propertiesOf({ properties }: JsonSchema): JsonSchema {
  return isSchema(properties) ? properties : {};
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
