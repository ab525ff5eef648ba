import type { JsonSchema, Path } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";
import { isSchema, REMARKS } from "../diff/schema-shape.ts";
import { alternativesOf } from "./alternatives.ts";
import { allRequired, counted, literalProblems, requiredOf } from "./literal-problems.ts";
import { numberFit, textFit } from "./range-fit.ts";
import { isAnything, wordsOf } from "./schema-words.ts";
import { EACH } from "./walk-schema.ts";

/**
 * Whether values of one schema are accepted by another. `path` leads to where they differ, by `EACH` into a list.
 *
 * - `fits`: every value is accepted, as far as JSON Schema tells.
 * - `never`: no value is accepted that has something at `path`, and not null.
 * - `lacks`: no value is accepted that has an object at `path`: it never has `field`, which is required.
 * - `missing`: a value is not accepted that has nothing, or null, at `path`, and such values there are.
 * - `may`: some values are accepted and some are not.
 * - `unknown`: none of these is certain.
 */
export type Fit = { readonly is: "fits" | "unknown" } | Difference;

/** Where and how the two differ. */
export type Difference =
  | { readonly is: "never"; readonly path: Path; readonly takes: string; readonly given: string }
  | { readonly is: "lacks"; readonly path: Path; readonly field: string }
  | { readonly is: "missing"; readonly path: Path; readonly isNull: boolean }
  | { readonly is: "may"; readonly path: Path; readonly takes: string; readonly given: string };

const FITS: Fit = { is: "fits" };
const UNKNOWN: Fit = { is: "unknown" };
const DEEPEST = 12;
const MOST_COMPARISONS = 2_000;
/** From what decides for a whole of which this is a part. */
const WEIGHTS = { never: 5, lacks: 4, missing: 3, may: 2, unknown: 1, fits: 0 } as const;

interface At {
  readonly root: JsonSchema;
  readonly path: Path;
  readonly budget: { left: number };
}

/** Compares what is given with what is taken. `$ref` in `given` is not followed. */
export function fits(given: JsonSchema, taken: JsonSchema, root: JsonSchema = taken): Fit {
  return compare(given, taken, { root, path: [], budget: { left: MOST_COMPARISONS } });
}

function compare(given: JsonSchema, taken: JsonSchema, at: At): Fit {
  if (isAnything(taken)) return FITS;
  if (at.path.length > DEEPEST || at.budget.left-- <= 0) return UNKNOWN;
  const targets = alternativesOf(taken, at.root);
  const sources = alternativesOf(given);
  const known = sources.filter((source) => source !== undefined);
  if (known.length < sources.length) return UNKNOWN;
  const each = known.map((source) => ({ source, fit: toEither(source, targets, taken, at) }));
  const isNull = ({ source }: (typeof each)[number]) => source.type === "null" || source.const === null;
  const rest = each.filter((one) => !isNull(one));
  if (rest.length === 0 || rest.length === each.length) return ofEither(each, given, taken, at);
  const inner = ofEither(rest, given, taken, at);
  const hasBadNull = each.some((one) => isNull(one) && one.fit.is === "never");
  return hasBadNull && inner.is !== "never" && inner.is !== "lacks"
    ? { is: "missing", path: at.path, isNull: true }
    : inner;
}

/** One kind of value against several that are taken. */
function toEither(
  source: JsonSchema,
  targets: readonly (JsonSchema | undefined)[],
  taken: JsonSchema,
  at: At,
): Fit {
  const all = targets.map((target) => (target ? compareOne(source, target, at) : UNKNOWN));
  const good = all.find(({ is }) => is === "fits");
  if (good) return good;
  if (all.some(({ is }) => is === "unknown")) return UNKNOWN;
  const open = all.filter((fit) => !isNeverAt(fit, at));
  if (open.length === 0) return all.length === 1 ? all[0]! : never(source, taken, at);
  return open.length === 1 ? open[0]! : UNKNOWN;
}

/** No value is accepted, whatever is in it. */
function isNeverAt(fit: Fit, { path }: At): boolean {
  return (fit.is === "never" || fit.is === "lacks") && fit.path.length === path.length;
}

/** Several kinds of value, of which each may be given. */
function ofEither(
  each: readonly { readonly source: JsonSchema; readonly fit: Fit }[],
  given: JsonSchema,
  taken: JsonSchema,
  at: At,
): Fit {
  const [first] = each;
  if (first && each.length === 1) return first.fit;
  const fits = each.map(({ fit }) => fit);
  if (fits.some(({ is }) => is === "unknown")) return UNKNOWN;
  if (fits.every(({ is }) => is === "fits")) return FITS;
  if (fits.every((fit) => isNeverAt(fit, at))) return never(given, taken, at);
  return { ...never(given, taken, at), is: "may" };
}

function compareOne(source: JsonSchema, target: JsonSchema, at: At): Fit {
  const values = listedValues(source);
  if (values) return compareValues(values, source, target, at);
  const { type } = source;
  const wanted = listedValues(target);
  if (wanted) {
    // A text may have become another since its schema looked at it: of that only its type is certain.
    const certain: JsonSchema = type === "string" ? { type } : source;
    const isPossible = wanted.some((value) => literalProblems(value, certain).problems.length === 0);
    // Of objects and lists too little is said for that.
    if (type === "object" || type === "array") return UNKNOWN;
    return isPossible ? may(source, target, at) : never(source, target, at);
  }
  const isNumber = (one: JsonSchema) => one.type === "number" || one.type === "integer";
  if (type !== target.type && !(isNumber(source) && isNumber(target))) return never(source, target, at);
  if (hasUnknown(target)) return weaken(compareKind(source, target, at));
  return compareKind(source, target, at);
}

function compareKind(source: JsonSchema, target: JsonSchema, at: At): Fit {
  switch (source.type) {
    case "string":
      return limited(textFit(source, target), source, at);
    case "number":
    case "integer":
      return limited(numberFit(source, target), source, at);
    case "array":
      return compareLists(source, target, at);
    case "object":
      return compareObjects(source, target, at);
    default:
      return FITS;
  }
}

/** What the limits of texts and numbers say, with the place. */
function limited(fit: ReturnType<typeof textFit>, source: JsonSchema, { path }: At): Fit {
  if (!("takes" in fit)) return fit;
  return { is: fit.is, path, takes: fit.takes, given: fit.given ?? wordsOf(source) };
}

/** Every value of a `const` or an `enum`; a boolean is one of two. */
function listedValues(schema: JsonSchema): readonly Json[] | undefined {
  if ("const" in schema) return [schema.const!];
  if (Array.isArray(schema.enum)) return schema.enum;
  return schema.type === "boolean" ? [true, false] : undefined;
}

function compareValues(values: readonly Json[], source: JsonSchema, target: JsonSchema, at: At): Fit {
  const looked = values.map((value) => literalProblems(value, target, at.root));
  const wrong = looked.filter(({ problems }) => problems.length > 0).length;
  if (wrong === values.length) return never(source, target, at);
  if (looked.some(({ problems, isDecided }) => problems.length === 0 && !isDecided)) return UNKNOWN;
  return wrong === 0 ? FITS : may(source, target, at);
}

function compareLists(source: JsonSchema, target: JsonSchema, at: At): Fit {
  const first = Array.isArray(source.prefixItems) ? source.prefixItems : [];
  const parts = [compareLengths(source, target, at)];
  const most = typeof source.maxItems === "number" ? source.maxItems : Number.POSITIVE_INFINITY;
  const itemAt = (schema: JsonSchema, i: number) => {
    const own = Array.isArray(schema.prefixItems) ? schema.prefixItems[i] : undefined;
    return own ?? schema.items;
  };
  const compareItem = (i: number, item: Json | undefined, wanted: Json | undefined) => {
    if (item === false || wanted === undefined || wanted === false) return;
    parts.push(
      isSchema(item) && isSchema(wanted) ? compare(item, wanted, { ...at, path: [...at.path, i] }) : UNKNOWN,
    );
  };
  for (const [i, item] of first.entries()) compareItem(i, item, itemAt(target, i));
  if (most > first.length) {
    if (Array.isArray(target.prefixItems)) parts.push(UNKNOWN);
    else compareItem(EACH, source.items ?? {}, target.items);
  }
  return whole(parts);
}

function compareLengths(source: JsonSchema, target: JsonSchema, at: At): Fit {
  const [low, high] = lengthsOf(source);
  const [least, most] = lengthsOf(target);
  const words = (count: number, which: string) =>
    `a list of at ${which} ${counted(count, "entry", "entries")}`;
  const given = high === Number.POSITIVE_INFINITY ? "a list of any length" : words(high, "most");
  if (low > most)
    return { is: "never", path: at.path, takes: words(most, "most"), given: words(low, "least") };
  if (high < least) return { is: "never", path: at.path, takes: words(least, "least"), given };
  if (high > most) return { is: "may", path: at.path, takes: words(most, "most"), given };
  if (low < least)
    return { is: "may", path: at.path, takes: words(least, "least"), given: "a list that may be shorter" };
  return FITS;
}

function lengthsOf({ minItems, maxItems }: JsonSchema): readonly [number, number] {
  const low = typeof minItems === "number" ? minItems : 0;
  return [low, typeof maxItems === "number" ? maxItems : Number.POSITIVE_INFINITY];
}

function compareObjects(source: JsonSchema, target: JsonSchema, at: At): Fit {
  const given = isSchema(source.properties) ? source.properties : {};
  const taken = isSchema(target.properties) ? target.properties : {};
  const always = new Set(allRequired(source));
  const [demanded, required] = [new Set(allRequired(target)), new Set(requiredOf(target))];
  const isClosed = source.additionalProperties === false;
  const parts: Fit[] = [];
  for (const [key, wanted] of Object.entries(taken)) {
    if (!isSchema(wanted)) continue;
    const own = Object.hasOwn(given, key) ? given[key] : undefined;
    const inside = { ...at, path: [...at.path, key] };
    if (demanded.has(key) && !required.has(key) && !always.has(key)) parts.push(UNKNOWN);
    if (isSchema(own)) {
      parts.push(compare(own, wanted, inside));
      if (required.has(key) && !always.has(key))
        parts.push({ is: "missing", path: inside.path, isNull: false });
    } else if (!isClosed) parts.push(UNKNOWN);
    else if (required.has(key)) parts.push({ is: "lacks", path: at.path, field: key });
  }
  const { additionalProperties: others } = target;
  for (const [key, own] of Object.entries(given)) {
    if (Object.hasOwn(taken, key) || !isSchema(own)) continue;
    const inside = { ...at, path: [...at.path, key] };
    if (others === false)
      parts.push({ is: "never", path: inside.path, takes: "no such field", given: wordsOf(own) });
    else if (isSchema(others)) parts.push(compare(own, others, inside));
  }
  if (!isClosed && (others === false || (isSchema(others) && !isAnything(others)))) parts.push(UNKNOWN);
  return whole(parts);
}

/** Limits that are not compared. */
function hasUnknown(target: JsonSchema): boolean {
  return Object.keys(target).some((key) => !COMPARED.has(key) && !REMARKS.has(key));
}

const COMPARED: ReadonlySet<string> = new Set([
  "type",
  "default",
  "readOnly",
  "minLength",
  "maxLength",
  "pattern",
  "format",
  "contentEncoding",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "items",
  "prefixItems",
  "minItems",
  "maxItems",
  "properties",
  "required",
  "additionalProperties",
]);

/** A whole fits when each part does. */
function whole(parts: readonly Fit[]): Fit {
  return parts.reduce((worst, part) => (WEIGHTS[part.is] > WEIGHTS[worst.is] ? part : worst), FITS);
}

/** Something was left out of the comparison: what fits in the rest may not fit. */
function weaken(fit: Fit): Fit {
  return fit.is === "fits" ? UNKNOWN : fit;
}

function never(source: JsonSchema, target: JsonSchema, { path }: At): Extract<Fit, { is: "never" }> {
  return { is: "never", path, takes: wordsOf(target), given: wordsOf(source) };
}

function may(source: JsonSchema, target: JsonSchema, at: At): Fit {
  return { ...never(source, target, at), is: "may" };
}
