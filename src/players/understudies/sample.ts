import { MaestroError } from "../../diagnostics/index.ts";
import type { JsonSchema } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";
import { type Draw, drawFrom } from "./draw.ts";
import { sampleText } from "./sample-text.ts";

/** Items of a list, where the schema lets it have them. */
const USUAL_ITEMS = 2;
/** From here on what may be left out is: a schema that holds itself has no end. */
const DEEP = 6;
const DEEPEST = 40;

interface Sampling {
  readonly root: JsonSchema;
  readonly draw: Draw;
}

interface Place {
  readonly path: string;
  /** The nearest field, which names texts. */
  readonly name: string;
  readonly depth: number;
}

/**
 * A value that fits a JSON Schema: the first of its `examples` or one made from its types, enums, ranges, formats and
 * patterns, decided by the schema and the words of the seed alone. Optional fields are there.
 * @throws MaestroError MR3088 for a schema for which none is found
 */
export function sample(schema: JsonSchema, ...seed: readonly (string | number)[]): Json {
  return sampleOf(schema, { path: "", name: "", depth: 0 }, { root: schema, draw: drawFrom(...seed) });
}

function sampleOf(given: JsonSchema, place: Place, sampling: Sampling): Json {
  if (place.depth > DEEPEST) throw noSample(place, "it holds itself without an end");
  const schema = whole(given, sampling.root);
  const { draw } = sampling;
  const { examples, anyOf, oneOf } = schema;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[draw(schema.enum.length)]!;
  if (Array.isArray(examples) && examples.length > 0) return examples[draw(examples.length)]!;
  const ways = (anyOf ?? oneOf) as readonly JsonSchema[] | undefined;
  if (ways && ways.length > 0) return anyOfThese(schema, ways, { place, sampling });
  const types = ([] as Json[]).concat((schema.type as Json) ?? typeOf(schema));
  const type = types.length === 1 ? types[0] : (types.filter((one) => one !== "null")[0] ?? "null");
  switch (type) {
    case "string":
      return textOf(schema, place, draw);
    case "number":
    case "integer":
      return numberOf(schema, place, { draw, isWhole: type === "integer" });
    case "boolean":
      return draw(2) === 1;
    case "null":
      return null;
    case "array":
      return listOf(schema, place, sampling);
    default:
      return objectOf(schema, place, sampling);
  }
}

/** One of several schemas; deep inside the smallest, so that what holds itself comes to an end. */
function anyOfThese(
  schema: JsonSchema,
  ways: readonly JsonSchema[],
  { place, sampling }: { readonly place: Place; readonly sampling: Sampling },
): Json {
  const { anyOf: _, oneOf: __, ...rest } = schema;
  const bySize = (a: JsonSchema, b: JsonSchema) => sizeOf(a) - sizeOf(b);
  const isSaying = (way: JsonSchema) => way.type !== "null";
  const usual = ways.filter(isSaying);
  const chosen =
    place.depth > DEEP
      ? [...ways].sort(bySize)[0]!
      : usual.length > 0
        ? usual[sampling.draw(usual.length)]!
        : ways[0]!;
  return sampleOf({ ...rest, ...chosen }, { ...place, depth: place.depth + 1 }, sampling);
}

function sizeOf(schema: JsonSchema): number {
  return "$ref" in schema ? Number.POSITIVE_INFINITY : JSON.stringify(schema).length;
}

/** The schema with what it refers to, and with all that it has to fit besides. */
function whole(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let at = schema;
  for (let i = 0; i < DEEPEST && typeof at.$ref === "string"; i++) {
    const { $ref, ...rest } = at;
    at = { ...(referred($ref as string, root) as JsonSchema), ...rest };
  }
  const { allOf, ...rest } = at;
  if (!Array.isArray(allOf)) return at;
  return (allOf as readonly JsonSchema[]).map((one) => whole(one, root)).reduce(merged, rest);
}

function merged(a: JsonSchema, b: JsonSchema): JsonSchema {
  const properties = { ...(a.properties as object), ...(b.properties as object) } as JsonSchema;
  const required = [...((a.required as string[]) ?? []), ...((b.required as string[]) ?? [])];
  return {
    ...a,
    ...b,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

function referred(ref: string, root: JsonSchema): unknown {
  const parts = ref.replace(/^#\/?/, "").split("/").filter(Boolean);
  return parts.reduce<unknown>(
    (at, part) => Object(at)[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")] ?? {},
    root,
  );
}

function typeOf(schema: JsonSchema): string {
  if ("items" in schema || "prefixItems" in schema) return "array";
  if ("properties" in schema || "additionalProperties" in schema) return "object";
  if ("minimum" in schema || "maximum" in schema) return "number";
  return "pattern" in schema ||
    "minLength" in schema ||
    "format" in schema ||
    Object.keys(schema).length === 0
    ? "string"
    : "object";
}

function textOf(schema: JsonSchema, place: Place, draw: Draw): string {
  const text = sampleText(schema, draw, place.name);
  if (text !== undefined) return text;
  const { pattern } = schema;
  throw noSample(
    place,
    pattern === undefined ? "no text is that long" : `no text was found for the pattern ${String(pattern)}`,
  );
}

/** Where both ends are known, from the upper half: what is judged from 0 to 1 is then rather good. */
function numberOf(
  schema: JsonSchema,
  place: Place,
  { draw, isWhole }: { readonly draw: Draw; readonly isWhole: boolean },
): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Record<
    string,
    number
  >;
  const step = multipleOf ?? (isWhole ? 1 : undefined);
  const gap = step ?? 1e-6;
  // What zod writes for a whole number is the range of safe ones.
  const isFar = (value: number | undefined) => value === undefined || Math.abs(value) >= 2 ** 53 - 1;
  let low = Math.max(
    minimum ?? Number.NEGATIVE_INFINITY,
    (exclusiveMinimum ?? Number.NEGATIVE_INFINITY) + gap,
  );
  let high = Math.min(
    maximum ?? Number.POSITIVE_INFINITY,
    (exclusiveMaximum ?? Number.POSITIVE_INFINITY) - gap,
  );
  if (isFar(low)) low = isFar(high) ? 1 : Math.min(1, high - 8 * gap);
  if (isFar(high)) high = low + 8 * Math.max(gap, 1);
  const from = low + (high - low) / 2;
  const drawn = from + ((high - from) * draw(101)) / 100;
  const value = step === undefined ? Number(drawn.toFixed(2)) : Math.floor(drawn / step) * step;
  for (const one of [value, drawn, Math.ceil(low / gap) * gap, low, high])
    if (one >= low && one <= high && (step === undefined || isMultiple(one, step)))
      return shorter(one, low, high);
  throw noSample(place, `no number lies between ${low} and ${high}`);
}

/** Without the last digits, which calculating leaves behind, unless that leads over an end. */
function shorter(value: number, low: number, high: number): number {
  const rounded = Number(value.toPrecision(15));
  return rounded >= low && rounded <= high ? rounded : value;
}

function isMultiple(value: number, step: number): boolean {
  const times = value / step;
  return Math.abs(times - Math.round(times)) < 1e-9;
}

function listOf(schema: JsonSchema, place: Place, sampling: Sampling): Json[] {
  const {
    prefixItems,
    items,
    minItems = 0,
    maxItems,
    uniqueItems,
  } = schema as {
    readonly prefixItems?: readonly JsonSchema[];
    readonly items?: JsonSchema | boolean;
    readonly minItems?: number;
    readonly maxItems?: number;
    readonly uniqueItems?: boolean;
  };
  const first = prefixItems ?? [];
  const isOpen = items !== undefined && items !== false;
  const usual = place.depth > DEEP || !isOpen ? first.length : Math.max(first.length, USUAL_ITEMS);
  const length = Math.min(Math.max(minItems, usual), maxItems ?? Number.POSITIVE_INFINITY);
  const each = typeof items === "object" ? items : {};
  const found: Json[] = [];
  for (let tries = 0; found.length < length && tries < length * 20; tries++) {
    const i = found.length;
    const inside = { path: `${place.path}[${i}]`, name: place.name, depth: place.depth + 1 };
    const one = sampleOf(first[i] ?? each, inside, sampling);
    if (uniqueItems && found.some((other) => JSON.stringify(other) === JSON.stringify(one))) continue;
    found.push(one);
  }
  if (found.length < minItems) throw noSample(place, `no ${minItems} different items were found`);
  return found;
}

function objectOf(schema: JsonSchema, place: Place, sampling: Sampling): Json {
  const {
    properties = {},
    required = [],
    additionalProperties,
    propertyNames,
    minProperties = 0,
  } = schema as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
    readonly additionalProperties?: JsonSchema | boolean;
    readonly propertyNames?: JsonSchema;
    readonly minProperties?: number;
  };
  const fields = Object.keys(properties).filter((name) => place.depth <= DEEP || required.includes(name));
  const names = new Set([...fields, ...required]);
  const inside = (name: string): Place => ({
    path: place.path === "" ? name : `${place.path}.${name}`,
    name,
    depth: place.depth + 1,
  });
  const others = typeof additionalProperties === "object" ? additionalProperties : undefined;
  const least = Math.max(minProperties, others && place.depth <= DEEP && names.size === 0 ? 1 : 0);
  for (let tries = 0; names.size < least && tries < 50; tries++) {
    const keys = { type: "string", ...propertyNames };
    names.add(String(sampleOf(keys, { ...place, name: "key", depth: place.depth + 1 }, sampling)));
  }
  // A record over an enum has each of its keys.
  if (others && Array.isArray(propertyNames?.enum))
    for (const key of propertyNames.enum) names.add(String(key));
  return Object.fromEntries(
    [...names].map((name) => [name, sampleOf(properties[name] ?? others ?? {}, inside(name), sampling)]),
  );
}

function noSample({ path }: Place, why: string): MaestroError {
  return new MaestroError("MR3088", { field: path, why });
}
