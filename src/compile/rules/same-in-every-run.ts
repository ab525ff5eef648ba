import { bindingsOf, type Condition, type Expr, type JsonSchema, type Path } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";
import { isSchema } from "../diff/schema-shape.ts";
import { alternativesOf } from "../graph/alternatives.ts";
import { declarationOf } from "../graph/declaration.ts";
import { literalProblems } from "../graph/literal-problems.ts";
import { type Declared, declaredOf, nameOf } from "../graph/schema-of.ts";
import { textOf, wordsOf } from "../graph/schema-words.ts";
import { endOf, type GraphScope, readerName, sitesOf } from "../graph/score-graph.ts";
import { withoutNull } from "../graph/walk-schema.ts";
import type { GraphContext } from "./index.ts";

type Comparing = Extract<Condition, { left: Expr }>;

/** MS2101: a value is compared with one that it can never have, so the comparison says the same in every run. */
export function sameInEveryRun({ graph, report }: GraphContext): void {
  const { score, nodes } = graph;
  for (const node of nodes) {
    const { plan, scope, inside } = node;
    const own = bindingsOf(plan).map((binding) => ({ ...binding, scope }));
    const ends =
      inside && plan.kind === "loop" ? endOf(inside).map((end) => ({ ...end, scope: inside })) : [];
    for (const { expr, at, scope } of [...own, ...ends]) {
      for (const { literal, declared, schema, at: place } of vainIn(expr, at, scope)) {
        const declaration = declarationOf(declared);
        report({
          code: "MS2101",
          facts: {
            what: `A comparison of ${readerName(node)}`,
            takes: textOf(literal),
            given: nameOf(declared, score),
            is: wordsOf(schema),
            isCompared: true,
          },
          sites: sitesOf(score, node),
          path: place,
          others: declaration ? [{ ...declaration, label: `declared as ${wordsOf(schema)} here` }] : [],
          subject: `${score.id}/${node.path}`,
        });
      }
    }
  }
}

interface Vain {
  readonly literal: Json;
  readonly declared: Declared;
  readonly schema: JsonSchema;
  readonly at: Path;
}

function vainIn(expr: Expr, at: Path, scope: GraphScope): Vain[] {
  const found: Vain[] = [];
  const stack: { readonly expr: Expr; readonly at: Path }[] = [{ expr, at }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { expr, at } = next;
    if (expr.is === "all" || expr.is === "any")
      for (const [i, part] of expr.of.entries()) stack.push({ expr: part, at: [...at, i] });
    else if (expr.is === "not") stack.push({ expr: expr.of, at: [...at, 0] });
    else if ("left" in expr) {
      const vain = ofComparison(expr, at, scope);
      if (vain) found.push(vain);
    }
  }
  return found;
}

function ofComparison({ is, left, right }: Comparing, at: Path, scope: GraphScope): Vain | undefined {
  const isTurned = left.is === "literal" && is !== "includes";
  const [value, other] = isTurned ? [right, left] : [left, right];
  // Null is what may be missing is compared with.
  if (other.is !== "literal" || value.is === "literal" || other.value === null) return undefined;
  const declared = declaredOf(value, scope);
  if (!declared || "missing" in declared) return undefined;
  const schema = is === "includes" ? itemsOf(declared.schema) : declared.schema;
  if (!schema) return undefined;
  const isOrder = is === "gt" || is === "gte" || is === "lt" || is === "lte";
  const isPossible = alternativesOf(schema).every(
    (one) => one !== undefined && !mayBe(one, other.value, isOrder),
  );
  return isPossible ? { literal: other.value, declared, schema, at: [...at, isTurned ? 0 : 1] } : undefined;
}

/** Could a value of this kind be the literal, or stand in an order with it? Limits do not count. */
function mayBe(one: JsonSchema, literal: Json, isOrder: boolean): boolean {
  if (isOrder) return typeOf(one) === undefined || typeOf(one) === typeof literal;
  const { type, enum: listed, const: only } = one;
  const kind = {
    ...(typeof type === "string" ? { type } : {}),
    ...(listed === undefined ? {} : { enum: listed }),
    ...(only === undefined ? {} : { const: only }),
  };
  return literalProblems(literal, kind).problems.length === 0;
}

function typeOf({ type }: JsonSchema): string | undefined {
  return type === "integer" ? "number" : typeof type === "string" ? type : undefined;
}

function itemsOf(schema: JsonSchema): JsonSchema | undefined {
  const { type, items, prefixItems } = withoutNull(schema) ?? {};
  return type === "array" && prefixItems === undefined && isSchema(items) ? items : undefined;
}
