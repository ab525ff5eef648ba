import type { Finding } from "../../define/finding.ts";
import type { Path } from "../../plan/index.ts";
import type { CompiledScore } from "../compilation.ts";
import { conversionFor } from "../conversion-for.ts";
import { type Binding, schemaBindings } from "../graph/bindings.ts";
import { declarationOf, inside } from "../graph/declaration.ts";
import { isExcused } from "../graph/excuse.ts";
import { type Misfit, misfitsOf } from "../graph/misfits.ts";
import { nameOf } from "../graph/schema-of.ts";
import { textOf } from "../graph/schema-words.ts";
import { sitesOf } from "../graph/score-graph.ts";
import { stepsOf } from "../graph/walk-schema.ts";
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
        if (misfit.is === "reference" && isExcused(misfit.fit, misfit.expr, { node, ...context })) continue;
        const where = { sites: sitesOf(graph.score, node), subject: `${graph.score.id}/${node.path}` };
        report(toFinding(misfit, binding, where));
      }
    }
  }
}

type Where = Pick<Finding, "sites" | "subject">;

function toFinding(misfit: Misfit, binding: Binding, where: Where): Finding {
  const { at, name, declared } = binding;
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
      return ofReference(misfit, { what, reader: binding.node.scope.score }, { ...where, path });
    default:
      return misfit satisfies never;
  }
}

type Reference = Extract<Misfit, { is: "reference" }>;

function ofReference(
  { declared, fit }: Reference,
  { what: whole, reader }: { readonly what: string; readonly reader: CompiledScore },
  where: Where & { readonly path: Path },
): Finding {
  const what = whole + stepsOf(fit.path);
  const given = nameOf({ origin: declared.origin, path: [...declared.path, ...fit.path] }, reader);
  const place = declarationOf(declared, fit.path);
  const label = (text: string) => (place ? [{ ...place, label: text }] : []);
  switch (fit.is) {
    case "never":
      return {
        ...where,
        code: "MS2101",
        facts: {
          what,
          takes: fit.takes,
          given,
          is: fit.given,
          conversion: conversionFor(fit.given, fit.takes),
        },
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
