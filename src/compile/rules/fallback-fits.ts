import type { Finding } from "../../define/finding.ts";
import {
  type Expr,
  type Fallback,
  type JsonSchema,
  type Path,
  type Reconstruct,
  waysOutOf,
} from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";
import { isSchema } from "../diff/schema-shape.ts";
import { type Difference, fits } from "../graph/fits.ts";
import { type Misfit, misfitsOf } from "../graph/misfits.ts";
import { declaredOf, nameOf } from "../graph/schema-of.ts";
import { textOf } from "../graph/schema-words.ts";
import { type GraphNode, type GraphScope, sitesOf } from "../graph/score-graph.ts";
import { stepsOf } from "../graph/walk-schema.ts";
import type { GraphContext } from "./index.ts";

/** One thing about what stands in, with its place in `onFailure`. */
interface Wrong {
  readonly problem: string;
  readonly path: Path;
}

/** MS3004: what stands in for a node that failed is not what the node would have given. */
export function fallbackFits({ graph, report }: GraphContext): void {
  const { score, nodes } = graph;
  for (const node of nodes) {
    for (const { problem, path } of wrongOf(node)) {
      const others: Finding["others"] = [
        { sites: sitesOf(score, node), label: `"${node.name}" is built here` },
      ];
      report({
        code: "MS3004",
        facts: { node: node.name, problem },
        sites: sitesOf(score, node),
        path: ["onFailure", ...path],
        others,
        subject: `${score.id}/${node.path}`,
      });
    }
  }
}

function wrongOf(node: GraphNode): readonly Wrong[] {
  const { plan, scope, path } = node;
  const { fallback, reconstruct, isChosen } = waysOutOf(plan);
  if (!fallback && !reconstruct) return [];
  const output = scope.score.inputs[`${path}/~output`] ?? declaredOutput(node);
  const taken = output && opened(output);
  return [
    ...(fallback && taken ? wrongFallback(fallback, taken, isChosen ? [0, "fallback"] : [0], scope) : []),
    ...(reconstruct ? wrongTask(node, reconstruct, taken, isChosen ? [0, "reconstruct"] : [0]) : []),
  ];
}

function wrongFallback(fallback: Fallback, taken: JsonSchema, at: Path, scope: GraphScope): Wrong[] {
  const expr = "node" in fallback ? outputOf(fallback.node) : fallback.value;
  return misfitsOf(expr, taken, scope).flatMap((misfit) =>
    toWrong(misfit, "node" in fallback ? at : [...at, ...misfit.at], scope),
  );
}

function wrongTask(
  { scope, path }: GraphNode,
  { from, task, output }: Reconstruct,
  taken: JsonSchema | undefined,
  at: Path,
): Wrong[] {
  const input = scope.score.inputs[`${path}/~with`];
  const misfits = input ? misfitsOf(outputOf(from), input, scope) : [];
  const fit = taken && output && fits(output, taken);
  return [
    ...misfits.flatMap((misfit) => toWrong(misfit, [...at, "from"], scope)),
    ...(fit && "path" in fit && fit.is !== "may"
      ? [{ problem: differenceOf(fit, `${task}.output`), path: [...at, "with"] }]
      : []),
  ];
}

function outputOf(node: string): Expr {
  return { is: "output", node, up: 0, path: [] };
}

function declaredOutput({ name, scope }: GraphNode): JsonSchema | undefined {
  const declared = declaredOf(outputOf(name), scope);
  return declared && "schema" in declared ? declared.schema : undefined;
}

function toWrong(misfit: Misfit, path: Path, { score }: GraphScope): Wrong[] {
  const place = (within: Path) => stepsOf([...misfit.at, ...within]).replace(/^\./, "");
  switch (misfit.is) {
    case "literal": {
      const where = place(misfit.within);
      const problem = `${where === "" ? "it" : `\`${where}\``} is ${textOf(misfit.value)}, and ${misfit.wants}`;
      return [{ problem, path: [...path, ...misfit.within] }];
    }
    case "unbound": {
      const where = place(misfit.within);
      const fields = misfit.fields.map((field) => `"${field}"`).join(", ");
      return [
        {
          problem: `${where === "" ? "it" : `\`${where}\``} lacks ${fields}`,
          path: [...path, ...misfit.within],
        },
      ];
    }
    case "kind":
      return [{ problem: `it is ${misfit.given}, and it has to be ${misfit.takes}`, path }];
    case "reference": {
      const { fit, declared } = misfit;
      if (fit.is === "may") return [];
      return [{ problem: differenceOf(fit, nameOf(declared, score)), path }];
    }
    default:
      return misfit satisfies never;
  }
}

function differenceOf(fit: Exclude<Difference, { is: "may" }>, whole: string): string {
  const name = `\`${whole}${stepsOf(fit.path)}\``;
  switch (fit.is) {
    case "never":
      return `${name} is ${fit.given}, and it has to be ${fit.takes}`;
    case "lacks":
      return `${name} does not have "${fit.field}"`;
    case "missing":
      return `${name} may be ${fit.isNull ? "null" : "missing"}`;
    default:
      return fit satisfies never;
  }
}

const DEEPEST = 20;

/** The schema of an output says that there is nothing else in it. What stands in may have more: it is left out. */
function opened(schema: JsonSchema): JsonSchema {
  const open = (value: Json, depth: number): Json => {
    if (depth > DEEPEST) return value;
    if (Array.isArray(value)) return value.map((one: Json) => open(one, depth + 1));
    if (!isSchema(value)) return value;
    const kept = Object.entries(value).filter(
      ([key, own]) => key !== "additionalProperties" || own !== false,
    );
    return Object.fromEntries(kept.map(([key, own]) => [key, open(own, depth + 1)]));
  };
  return open(schema, 0) as JsonSchema;
}
