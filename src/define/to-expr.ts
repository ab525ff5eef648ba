import type { Condition, Expr } from "../plan/index.ts";
import type { Json } from "../support/json.ts";
import { toPathText } from "./check.ts";
import { describe } from "./describe.ts";
import type { Finding } from "./finding.ts";
import {
  type AnyRoot,
  type CaseRoot,
  type InputRoot,
  type NodeRecord,
  nodeRecord,
  type OutputRoot,
  type ScopeRecord,
} from "./record.ts";
import { type RefInfo, refInfo, toSource } from "./ref.ts";
import type { Site } from "./site.ts";

/** Whose value is being read, for findings. */
export interface Place {
  /** As a message begins: `"drafts"`, `The output of "cold-leads"`. */
  readonly reader: string;
  readonly sites: readonly Site[];
  readonly path: readonly (string | number)[];
}

/** What has to be known to resolve references. */
export interface Reading {
  nameOf(record: NodeRecord): { readonly name: string; readonly up: number } | undefined;
  levelsTo(scope: ScopeRecord | undefined): number | undefined;
  isOwnInput(root: InputRoot): boolean;
  casesOf(node: NodeRecord): readonly (string | number | boolean)[];
  report(finding: Finding): void;
}

const NOTHING: Expr = { is: "literal", value: null };
/** Deeper than any real value: what holds itself has no end. */
const DEEPEST = 100;

/** What an author bound, resolved: literals, references, objects and arrays of both. */
export function toExpr(value: unknown, place: Place, reading: Reading): Expr {
  const info = refInfo(value);
  if (info) return refToExpr(info, place, reading);
  if (nodeRecord(value)) return notSerialisable("a node", place, reading);
  switch (typeof value) {
    case "string":
    case "boolean":
      return { is: "literal", value };
    case "number":
      return Number.isFinite(value)
        ? { is: "literal", value }
        : notSerialisable(String(value), place, reading);
    case "undefined":
      return { is: "object", fields: {} };
    case "object":
      return value === null ? NOTHING : compoundToExpr(value, place, reading);
    case "function":
    case "symbol":
    case "bigint":
      return notSerialisable(`a ${typeof value}`, place, reading);
  }
}

function compoundToExpr(value: object, place: Place, reading: Reading): Expr {
  if (place.path.length > DEEPEST) {
    const whole = { ...place, path: place.path.slice(0, 1) };
    return notSerialisable(`a value that is nested over ${DEEPEST} deep, or holds itself`, whole, reading);
  }
  if (Array.isArray(value)) {
    // `map` would leave them out, and JSON make null of them.
    for (let i = 0; i < value.length; i++)
      if (!(i in value)) return notSerialisable("an empty place", inside(place, i), reading);
    return folded({ is: "array", items: value.map((item, i) => toExpr(item, inside(place, i), reading)) });
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    return notSerialisable(describe(value), place, reading);
  const fields: Record<string, Expr> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    // As an own field, also when it is called `__proto__`.
    const expr = toExpr(inner, inside(place, key), reading);
    Object.defineProperty(fields, key, { value: expr, enumerable: true, configurable: true, writable: true });
  }
  return folded({ is: "object", fields });
}

/** An object or array of literals is one literal. */
function folded(expr: Extract<Expr, { is: "object" | "array" }>): Expr {
  const parts = expr.is === "array" ? expr.items : Object.values(expr.fields);
  if (!parts.every((part) => part.is === "literal")) return expr;
  const literalOf = (part: Expr): Json => (part.is === "literal" ? part.value : null);
  if (expr.is === "array") return { is: "literal", value: expr.items.map(literalOf) };
  return {
    is: "literal",
    value: Object.fromEntries(Object.entries(expr.fields).map(([k, v]) => [k, literalOf(v)])),
  };
}

function refToExpr(info: RefInfo, place: Place, reading: Reading): Expr {
  const root = info.root as AnyRoot;
  const { path } = info;
  switch (root.is) {
    case "input":
      return reading.isOwnInput(root) ? { is: "input", path } : outOfScope(info, place, reading);
    case "output": {
      const found = reading.nameOf(root.node);
      return found
        ? { is: "output", node: found.name, up: found.up, path }
        : notThere(root.node, info, place, reading);
    }
    case "item":
    case "index": {
      const up = reading.levelsTo(root.scope);
      if (up === undefined) return outOfScope(info, place, reading);
      return root.is === "item" ? { is: "item", up, path } : { is: "index", up };
    }
    case "secret":
      return path.length === 0
        ? { is: "secret", name: root.name }
        : notSerialisable("a field of a secret, which is text", place, reading);
    case "optional":
      return { is: "optional", of: toExpr(root.of, place, reading), path };
    case "condition":
    case "case":
      return toCondition(info, place, reading) ?? NOTHING;
    default:
      return root satisfies never;
  }
}

/** The condition `value` stands for, or `undefined` (and a finding) when it is none. */
export function toCondition(
  value: RefInfo | undefined,
  place: Place,
  reading: Reading,
): Condition | undefined {
  const root = value?.root as AnyRoot | undefined;
  if (root?.is === "case") return toCase(root, value!, place, reading);
  if (root?.is !== "condition" || value!.path.length > 0) {
    const found = value === undefined ? "no condition" : `\`${toSource(value)}\``;
    reading.report({
      code: "MS3001",
      facts: {
        what: `A condition of ${place.reader}`,
        found,
        reason: "it has to be made by eq(), gte(), isPresent(), branch().yes and the like",
      },
      ...at(place),
    });
    return undefined;
  }
  const operand = (i: number) => toExpr(root.operands[i], place, reading);
  const condition = (inner: unknown) => toCondition(refInfo(inner), place, reading);
  switch (root.op) {
    case "all":
    case "any":
      return { is: root.op, of: root.operands.map(condition).filter((c) => c !== undefined) };
    case "not": {
      const of = condition(root.operands[0]);
      return of && { is: "not", of };
    }
    case "isPresent":
      return { is: "isPresent", of: operand(0) };
    default:
      return { is: root.op as "eq", left: operand(0), right: operand(1) };
  }
}

function toCase(root: CaseRoot, info: RefInfo, place: Place, reading: Reading): Condition | undefined {
  const found = reading.nameOf(root.node);
  if (!found) {
    notThere(root.node, info, place, reading);
    return undefined;
  }
  const cases = root.cases ?? reading.casesOf(root.node);
  return { is: "case", node: found.name, up: found.up, cases, negate: root.cases === undefined };
}

function notThere(node: NodeRecord, info: RefInfo, place: Place, reading: Reading): Expr {
  if (reading.levelsTo(node.scope) === undefined) return outOfScope(info, place, reading);
  reading.report({
    code: "MS2001",
    facts: { reader: place.reader, kind: node.kind, name: undefined },
    ...at(place),
    others: [{ sites: node.sites, label: "the node is built here" }],
  });
  return NOTHING;
}

function outOfScope(info: RefInfo, place: Place, reading: Reading): Expr {
  reading.report({
    code: "MS2002",
    facts: { reader: place.reader, node: `\`${toSource(info)}\`` },
    ...at(place),
    ...(info.root.is === "output"
      ? { others: [{ sites: (info.root as OutputRoot).node.sites, label: "it is built here" }] }
      : {}),
  });
  return NOTHING;
}

function notSerialisable(found: string, place: Place, reading: Reading): Expr {
  const where = place.path.length > 0 ? `\`${toPathText(place.path)}\` of ${place.reader}` : place.reader;
  reading.report({ code: "MS2107", facts: { where, found }, ...at(place) });
  return NOTHING;
}

function inside(place: Place, key: string | number): Place {
  return { ...place, path: [...place.path, key] };
}

function at(place: Place): Pick<Finding, "sites" | "path"> {
  return { sites: place.sites, path: place.path };
}
