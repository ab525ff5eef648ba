import type { Expr, JsonSchema, Path } from "../../plan/index.ts";
import { type Json, toCanonicalJson } from "../../support/json.ts";
import { isSchema, resolve } from "../diff/schema-shape.ts";
import { alternativesOf } from "./alternatives.ts";
import { type Difference, type Fit, fits } from "./fits.ts";
import { counted, literalProblems, requiredOf, tagsOf } from "./literal-problems.ts";
import { type Declared, declaredOf } from "./schema-of.ts";
import { wordsOf } from "./schema-words.ts";
import type { GraphScope } from "./score-graph.ts";

/** One way in which what is passed on does not fit. `at` leads from the whole binding to it, `within` on into its schema. */
export type Misfit = { readonly at: Path } & (
  | { readonly is: "literal"; readonly value: Json; readonly within: Path; readonly wants: string }
  | { readonly is: "unbound"; readonly within: Path; readonly fields: readonly string[] }
  | { readonly is: "kind"; readonly takes: string; readonly given: string }
  | {
      readonly is: "reference";
      readonly expr: Expr;
      readonly declared: Declared;
      readonly fit: Difference;
    }
);

interface Place {
  readonly root: JsonSchema;
  readonly scope: GraphScope;
}
interface Open {
  readonly expr: Expr;
  readonly taken: JsonSchema;
  readonly at: Path;
  /** An object that does not have it is refused. */
  readonly isRequired: boolean;
}

/** Everything that surely, or in some runs, does not fit when `expr` is given to what takes `root`. */
export function misfitsOf(expr: Expr, root: JsonSchema, scope: GraphScope): readonly Misfit[] {
  const found: Misfit[] = [];
  const open: Open[] = [{ expr, taken: root, at: [], isRequired: false }];
  for (let next = open.shift(); next; next = open.shift()) {
    const { expr, at } = next;
    if (expr.is === "literal") found.push(...ofLiteral(expr.value, next, root));
    else if (expr.is === "object") open.unshift(...ofObject(expr.fields, next, root, found));
    else if (expr.is === "array") open.unshift(...ofList(expr.items, next, root, found));
    else {
      const misfit = ofReference(next, { root, scope });
      if (misfit) found.push({ at, ...misfit });
    }
  }
  return found;
}

function ofLiteral(value: Json, { taken, at }: Open, root: JsonSchema): Misfit[] {
  return literalProblems(value, taken, root).problems.map(({ path, wants, lacks }) =>
    lacks
      ? { is: "unbound", at, within: path, fields: lacks }
      : { is: "literal", at, within: path, value: valueAt(value, path), wants },
  );
}

function valueAt(value: Json, path: Path): Json {
  return path.reduce<Json>((at, key) => (at as Readonly<Record<string | number, Json>>)[key] ?? null, value);
}

/** The one kind of value of `type` that is taken. `"none"`: no such value is; `undefined`: there may be several. */
function onlyOf(
  type: "object" | "array",
  taken: JsonSchema,
  root: JsonSchema,
  isPossible: (one: JsonSchema) => boolean,
): JsonSchema | "none" | undefined {
  const alternatives = alternativesOf(taken, root);
  if (alternatives.includes(undefined)) return undefined;
  const ofType = alternatives.filter((one) => one?.type === type);
  if (ofType.length === 0) return alternatives.some((one) => one?.type === undefined) ? undefined : "none";
  const possible = ofType.length === 1 ? ofType : ofType.filter((one) => isPossible(one!));
  return possible.length === 1 ? possible[0] : undefined;
}

function ofObject(
  fields: Readonly<Record<string, Expr>>,
  { taken, at }: Open,
  root: JsonSchema,
  found: Misfit[],
): Open[] {
  const target = onlyOf("object", taken, root, (one) => hasTags(one, fields, root));
  if (target === "none")
    found.push({ is: "kind", at, takes: wordsOf(resolve(taken, root)), given: "an object" });
  if (target === undefined || target === "none") return [];
  const { properties, additionalProperties } = target;
  const known = isSchema(properties) ? properties : {};
  const required = requiredOf(target);
  const lacks = required.filter((field) => !Object.hasOwn(fields, field));
  if (lacks.length > 0) found.push({ is: "unbound", at, within: [], fields: lacks });
  return Object.entries(fields).flatMap(([key, expr]): Open[] => {
    const own = Object.hasOwn(known, key) ? known[key] : additionalProperties;
    const inside = [...at, key];
    if (own === false) found.push({ is: "kind", at: inside, takes: "no such field", given: "there" });
    return isSchema(own) ? [{ expr, taken: own, at: inside, isRequired: required.includes(key) }] : [];
  });
}

/** Could `fields` be meant for `one`? Tells the alternatives of a union apart. */
function hasTags(one: JsonSchema, fields: Readonly<Record<string, Expr>>, root: JsonSchema): boolean {
  return tagsOf(one, root).every(([key, tag]) => {
    const expr = Object.hasOwn(fields, key) ? fields[key] : undefined;
    return expr?.is !== "literal" || toCanonicalJson(expr.value) === toCanonicalJson(tag);
  });
}

function ofList(items: readonly Expr[], { taken, at }: Open, root: JsonSchema, found: Misfit[]): Open[] {
  const target = onlyOf("array", taken, root, () => true);
  if (target === "none")
    found.push({ is: "kind", at, takes: wordsOf(resolve(taken, root)), given: "a list" });
  if (target === undefined || target === "none") return [];
  const { minItems, maxItems, prefixItems } = target;
  const count = counted(items.length, "entry", "entries");
  const wrong = (takes: string) => void found.push({ is: "kind", at, takes, given: `a list of ${count}` });
  if (typeof maxItems === "number" && items.length > maxItems) wrong(`at most ${maxItems}`);
  else if (typeof minItems === "number" && items.length < minItems) wrong(`at least ${minItems}`);
  const first = Array.isArray(prefixItems) ? prefixItems : [];
  return items.flatMap((expr, i): Open[] => {
    const own = i < first.length ? first[i] : target.items;
    return isSchema(own) ? [{ expr, taken: own, at: [...at, i], isRequired: false }] : [];
  });
}

type ReferenceMisfit = Omit<Extract<Misfit, { is: "reference" }>, "at">;

function ofReference({ expr, taken, isRequired }: Open, { root, scope }: Place): ReferenceMisfit | undefined {
  const declared = declaredOf(expr, scope);
  if (!declared || "missing" in declared) return undefined;
  const fit: Fit = fits(declared.schema, taken, root);
  const isWrong = fit.is === "never" || fit.is === "lacks";
  if (!isWrong && isRequired && declared.mayBeMissing)
    return { is: "reference", expr, declared, fit: { is: "missing", path: [], isNull: false } };
  if (!("path" in fit)) return undefined;
  if (fit.is === "may" && declared.isText) return undefined;
  return { is: "reference", expr, declared, fit };
}
