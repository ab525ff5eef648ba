import type { JsonSchema, Path } from "../../plan/index.ts";
import { type Json, toCanonicalJson } from "../../support/json.ts";
import { isSchema, resolve } from "../diff/schema-shape.ts";
import { alternativesOf } from "./alternatives.ts";
import { isAnything, wordsOf } from "./schema-words.ts";
import { textProblem } from "./text-problem.ts";

/** What a schema does not allow about a literal. */
export interface LiteralProblem {
  /** The way to it from the literal. */
  readonly path: Path;
  /** `it has to be at least 1` */
  readonly wants: string;
  /** The required fields that an object at `path` does not have. */
  readonly lacks?: readonly string[];
}

interface Found {
  readonly problems: LiteralProblem[];
  /** False when something was not looked at: then having no problem says nothing. */
  readonly isDecided: boolean;
}

const DEEPEST = 40;

/** Everything that is surely wrong with `value`. */
export function literalProblems(value: Json, schema: JsonSchema, root: JsonSchema = schema): Found {
  return look(value, schema, { root, path: [] });
}

interface At {
  readonly root: JsonSchema;
  readonly path: Path;
}

const SILENT: Found = { problems: [], isDecided: false };
const GOOD: Found = { problems: [], isDecided: true };

function look(value: Json, schema: JsonSchema, at: At): Found {
  if (at.path.length > DEEPEST) return SILENT;
  const target = resolve(schema, at.root);
  if (isAnything(target)) return GOOD;
  if (Array.isArray(target.allOf) && typeof target.type === "string") {
    const { allOf, ...own } = target;
    const parts = (allOf as Json[]).map((part) =>
      isSchema(part) ? look(value, { type: target.type!, ...part }, at) : SILENT,
    );
    return both([look(value, own, at), ...parts]);
  }
  const alternatives = alternativesOf(target, at.root);
  const [only] = alternatives;
  if (alternatives.length === 1) return only ? lookAtOne(value, only, at) : SILENT;
  const all = alternatives.map((one) => (one ? lookAtOne(value, one, at) : SILENT));
  const good = all.find((found) => found.problems.length === 0 && found.isDecided);
  if (good) return good;
  if (all.some(({ problems }) => problems.length === 0)) return SILENT;
  const close = closest(
    value,
    alternatives.filter((one) => one !== undefined),
    at.root,
  );
  if (close.length === 1) return lookAtOne(value, close[0]!, at);
  const tag = close.length === 0 ? wrongTag(value, alternatives, at) : undefined;
  return tag ?? wrong(at, `it has to be ${wordsOf(target)}`);
}

/** The alternatives that `value` is meant for: those of its kind, and with its tags. */
function closest(value: Json, alternatives: readonly JsonSchema[], root: JsonSchema): readonly JsonSchema[] {
  const ofKind = alternatives.filter(({ type }) => typeof type === "string" && isOfType(value, type));
  if (!isRecord(value)) return ofKind;
  return ofKind.filter((one) =>
    tagsOf(one, root).every(([key, tag]) => !Object.hasOwn(value, key) || isSame(value[key]!, tag)),
  );
}

/** The fields by which the alternatives of a union are told apart. */
export function tagsOf({ properties }: JsonSchema, root: JsonSchema): readonly (readonly [string, Json])[] {
  if (!isSchema(properties)) return [];
  return Object.entries(properties).flatMap(([key, schema]) => {
    const tag = isSchema(schema) ? resolve(schema, root).const : undefined;
    return tag === undefined ? [] : [[key, tag] as const];
  });
}

/** The tag that is none of those there are. */
function wrongTag(value: Json, alternatives: readonly (JsonSchema | undefined)[], at: At): Found | undefined {
  if (!isRecord(value)) return undefined;
  const tags = alternatives.flatMap((one) => (one ? tagsOf(one, at.root) : []));
  const key = tags.map(([name]) => name).find((name) => Object.hasOwn(value, name));
  if (key === undefined) return undefined;
  const known = tags.filter(([name]) => name === key).map(([, tag]) => tag);
  if (known.some((tag) => isSame(value[key]!, tag))) return undefined;
  return wrong({ ...at, path: [...at.path, key] }, `it has to be ${wordsOf({ enum: known })}`);
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function lookAtOne(value: Json, target: JsonSchema, at: At): Found {
  const { type, enum: listed, const: one } = target;
  if ("const" in target && !isSame(value, one!)) return wrong(at, `it has to be ${wordsOf(target)}`);
  if (Array.isArray(listed) && !listed.some((each) => isSame(value, each)))
    return wrong(at, `it has to be ${wordsOf(target)}`);
  if (typeof type === "string" && !isOfType(value, type))
    return wrong(at, `it has to be ${wordsOf({ type })}`);
  if (typeof value === "string") {
    const text = textProblem(value, target);
    return text === undefined ? GOOD : text === "undecided" ? SILENT : wrong(at, text);
  }
  if (typeof value === "number") {
    const wants = numberProblem(value, target);
    return wants === undefined ? GOOD : wrong(at, wants);
  }
  if (Array.isArray(value)) return lookAtList(value, target, at);
  return isRecord(value) ? lookAtObject(value, target, at) : GOOD;
}

function numberProblem(value: number, target: JsonSchema): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = target;
  if (typeof minimum === "number" && value < minimum) return `it has to be at least ${minimum}`;
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum)
    return `it has to be more than ${exclusiveMinimum}`;
  if (typeof maximum === "number" && value > maximum) return `it has to be at most ${maximum}`;
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum)
    return `it has to be less than ${exclusiveMaximum}`;
  if (typeof multipleOf === "number" && multipleOf > 0) {
    const times = value / multipleOf;
    // Decimal fractions are not exact: 0.3 is a multiple of 0.1.
    if (Math.abs(times - Math.round(times)) > 1e-6) return `it has to be a multiple of ${multipleOf}`;
  }
  return undefined;
}

function lookAtList(value: readonly Json[], target: JsonSchema, at: At): Found {
  const { minItems, maxItems, items, prefixItems, uniqueItems } = target;
  const lengths: Found[] = [];
  if (typeof minItems === "number" && value.length < minItems)
    lengths.push(wrong(at, `it has to have at least ${counted(minItems, "entry", "entries")}`));
  if (typeof maxItems === "number" && value.length > maxItems)
    lengths.push(wrong(at, `it may have at most ${counted(maxItems, "entry", "entries")}`));
  if (uniqueItems !== undefined) lengths.push(SILENT);
  const first = Array.isArray(prefixItems) ? prefixItems : [];
  const parts = value.map((item, i) => {
    const schema = i < first.length ? first[i] : items;
    return isSchema(schema) ? look(item, schema, { ...at, path: [...at.path, i] }) : GOOD;
  });
  return both([...lengths, ...parts]);
}

function lookAtObject(value: { readonly [key: string]: Json }, target: JsonSchema, at: At): Found {
  const { properties, additionalProperties, propertyNames } = target;
  const known = isSchema(properties) ? properties : {};
  const parts: Found[] = [];
  const absent = allRequired(target).filter((field) => !Object.hasOwn(value, field));
  const certain = requiredOf(target);
  const lacks = absent.filter((field) => certain.includes(field));
  if (lacks.length < absent.length) parts.push(SILENT);
  if (lacks.length > 0)
    parts.push({ problems: [{ path: at.path, wants: "it has to be complete", lacks }], isDecided: true });
  for (const [key, inner] of Object.entries(value)) {
    const inside = { ...at, path: [...at.path, key] };
    const own = Object.hasOwn(known, key) ? known[key] : additionalProperties;
    if (own === false) parts.push(wrong(inside, "no such field is taken"));
    else if (isSchema(own)) parts.push(look(inner, own, inside));
    if (isSchema(propertyNames)) {
      const named = look(key, propertyNames, inside);
      parts.push(
        named.problems.length > 0 ? wrong(inside, `its name has to be ${wordsOf(propertyNames)}`) : named,
      );
    }
  }
  if ("minProperties" in target || "maxProperties" in target) parts.push(SILENT);
  return both(parts);
}

/** Fields that a value surely cannot do without: one that may be anything may be taken for missing, or not. */
export function requiredOf(schema: JsonSchema): readonly string[] {
  const { properties } = schema;
  return allRequired(schema).filter((field) => {
    const own = isSchema(properties) ? properties[field] : undefined;
    return !isSchema(own) || !isAnything(own);
  });
}

export function allRequired({ required }: JsonSchema): readonly string[] {
  return Array.isArray(required) ? required.map(String) : [];
}

/** `1 entry`, `3 entries` */
export function counted(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}

function isOfType(value: Json, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  if (type === "object") return isRecord(value);
  return typeof value === type;
}

function isSame(a: Json, b: Json): boolean {
  return a === b || (typeof a === "object" && toCanonicalJson(a) === toCanonicalJson(b));
}

function wrong({ path }: At, wants: string): Found {
  return { problems: [{ path, wants }], isDecided: true };
}

function both(parts: readonly Found[]): Found {
  return {
    problems: parts.flatMap(({ problems }) => problems),
    isDecided: parts.every(({ isDecided }) => isDecided),
  };
}
