import type { Finding } from "../../define/finding.ts";
import { type Expr, type Path, partsOf } from "../../plan/index.ts";
import { type Binding, type Declaration, schemaBindings } from "../graph/bindings.ts";
import { type Misfit, misfitsOf } from "../graph/misfits.ts";
import { type Declared, nameOf } from "../graph/schema-of.ts";
import { textOf } from "../graph/schema-words.ts";
import { type GraphNode, type ScoreGraph, sitesOf } from "../graph/score-graph.ts";
import { EACH, stepsOf } from "../graph/walk-schema.ts";
import type { GraphContext } from "./index.ts";

type Others = NonNullable<Finding["others"]>;

/**
 * What is passed on, against the schema of what takes it.
 * MS2101: no value fits. MS2103: a literal does not. MS2104: something required is not given. MS2105: it may not be
 * there. MS2106: not every value fits.
 */
export function bindingFits(context: GraphContext): void {
  const { graph, report } = context;
  for (const node of graph.nodes) {
    for (const binding of schemaBindings(node)) {
      for (const misfit of misfitsOf(binding.expr, binding.taken, binding.scope)) {
        if (misfit.is === "reference" && isExcused(misfit, node, context)) continue;
        const where = { sites: sitesOf(graph.score, node), subject: `${graph.score.id}/${node.path}` };
        report(toFinding(misfit, binding, where));
      }
    }
  }
}

type Where = Pick<Finding, "sites" | "subject">;

function toFinding(misfit: Misfit, { at, name, declared }: Binding, where: Where): Finding {
  const inGate = at[0] === "gates";
  // What a judge is given has its place in the source only as a whole.
  const path = inGate ? at : [...at, ...misfit.at];
  const what = name + stepsOf(misfit.at) + ("within" in misfit ? stepsOf(misfit.within) : "");
  const into = (within: Path): Others =>
    declared ? [{ ...inside(declared, [...misfit.at, ...within]), label: "declared here" }] : [];
  switch (misfit.is) {
    case "literal":
      return {
        ...where,
        code: "MS2103",
        facts: { what, found: textOf(misfit.value), wants: misfit.wants },
        path: inGate ? path : [...path, ...misfit.within],
        others: into(misfit.within),
      };
    case "unbound":
      return {
        ...where,
        code: "MS2104",
        facts: { what, fields: misfit.fields, given: undefined },
        path: inGate ? path : [...path, ...misfit.within],
        others: into([...misfit.within, misfit.fields[0]!]),
      };
    case "kind":
      return {
        ...where,
        code: "MS2103",
        facts: { what, found: misfit.given, wants: `it takes ${misfit.takes}` },
        path,
        others: into([]),
      };
    case "reference":
      return ofReference(misfit, what, { ...where, path });
    default:
      return misfit satisfies never;
  }
}

type Reference = Extract<Misfit, { is: "reference" }>;

function ofReference(
  { declared, fit }: Reference,
  whole: string,
  where: Where & { readonly path: Path },
): Finding {
  const what = whole + stepsOf(fit.path);
  const given = nameOf({ origin: declared.origin, path: [...declared.path, ...fit.path] });
  const place = declarationOf(declared, fit.path);
  const label = (text: string) => (place ? [{ ...place, label: text }] : []);
  switch (fit.is) {
    case "never":
      return {
        ...where,
        code: "MS2101",
        facts: { what, takes: fit.takes, given, is: fit.given },
        others: label(`declared as ${fit.given} here`),
      };
    case "lacks":
      return {
        ...where,
        code: "MS2104",
        facts: { what, fields: [fit.field], given },
        others: label(`without "${fit.field}"`),
      };
    case "missing":
      return {
        ...where,
        code: "MS2105",
        facts: { what, given, isNull: fit.isNull },
        others: label(`it may be ${fit.isNull ? "null" : "missing"} by this`),
      };
    case "may":
      return {
        ...where,
        code: "MS2106",
        facts: { what, takes: fit.takes, given, is: fit.given },
        others: label("declared here"),
      };
    default:
      return fit satisfies never;
  }
}

/** Where the schema of what is given stands, and the way to the value in it. */
export function declarationOf({ origin, path }: Declared, more: Path = []): Declaration | undefined {
  const { is, node, score } = origin;
  if (is === "input") {
    const sites = score.definitions[""];
    return sites && inside({ sites, path: [0, ...path] }, more);
  }
  // A text is read where it is written.
  if (!node || node.plan.kind === "text") return undefined;
  const own = { sites: sitesOf(score, node), path: [] };
  const option =
    node.plan.kind === "http"
      ? "response"
      : node.plan.kind === "loop"
        ? "state"
        : node.plan.kind === "checkpoint"
          ? "decision"
          : "output";
  if (node.plan.kind === "shell" || node.plan.kind === "wait") return own;
  const defined =
    node.plan.kind === "task" || node.plan.kind === "agent" ? score.definitions[node.path] : undefined;
  return inside({ sites: defined ?? own.sites, path: [option, ...path] }, more);
}

function inside({ sites, path }: Declaration, more: Path): Declaration {
  // What a list holds stands in the source as the first thing it is given.
  return { sites, path: [...path, ...more].map((step) => (step === EACH ? 0 : step)) };
}

/**
 * A node that is played only under conditions may know more than the schema says: of a value that may be missing
 * anything may have made sure, of one that may not fit a condition that looks at it.
 */
function isExcused({ fit, expr }: Reference, node: GraphNode, { graph, presence }: GraphContext): boolean {
  const { formulas } = presence;
  const isFree = presence.present(node) === formulas.true && presence.around(node.scope) === formulas.true;
  if (isFree || fit.is === "never" || fit.is === "lacks") return false;
  return fit.is === "missing" || isLookedAt(expr, graph);
}

const lookedAt = new WeakMap<ScoreGraph, ReadonlySet<string>>();

function isLookedAt(expr: Expr, graph: ScoreGraph): boolean {
  const known = lookedAt.get(graph) ?? valuesInConditions(graph);
  lookedAt.set(graph, known);
  return rootsOf(expr).some((root) => known.has(root));
}

/** The roots of all values that a condition or a switch looks at. */
function valuesInConditions({ nodes }: ScoreGraph): ReadonlySet<string> {
  return new Set(
    nodes.flatMap(({ plan }) => [
      ...("when" in plan && plan.when ? rootsOf(plan.when) : []),
      ...(plan.kind === "branch" || plan.kind === "switchOn" ? rootsOf(plan.on) : []),
      // A condition may look at what was computed from it.
      ...(plan.kind === "derive" || plan.kind === "oneOf" ? plan.of.flatMap(rootsOf) : []),
    ]),
  );
}

function rootsOf(expr: Expr): string[] {
  const found: string[] = [];
  const stack: Expr[] = [expr];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (next.is === "output") found.push(`node ${next.node}`);
    else if (next.is === "item" || next.is === "input") found.push(next.is);
    stack.push(...partsOf(next));
  }
  return found;
}
