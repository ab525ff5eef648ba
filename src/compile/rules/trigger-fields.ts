import type { JsonSchema, TriggerPlan } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import type { CompiledOrchestra } from "../compilation.ts";
import { isSchema } from "../diff/schema-shape.ts";
import { type Fit, fits } from "../graph/fits.ts";
import { declaredOf } from "../graph/schema-of.ts";
import type { GraphOf, ScoreGraph } from "../graph/score-graph.ts";
import { stepsOf } from "../graph/walk-schema.ts";
import type { WorkspaceContext } from "./index.ts";

/**
 * MS4009: what a trigger brings along becomes a field of the input that the score does not have. MS4010: it does, and takes
 * nothing like that. What a webhook brings along is known when somebody calls.
 */
export function triggerFields({ orchestras, graphOf, report }: WorkspaceContext): void {
  const byId = new Map(orchestras.map((one) => [one.id, one]));
  for (const { id, plan, sites } of orchestras) {
    const graph = plan && graphOf(plan.score);
    if (!plan?.on || !graph) continue;
    for (const [i, trigger] of plan.on.entries()) {
      const { into } = trigger;
      if (into === undefined) continue;
      const at = { sites, path: [...(plan.on.length > 1 ? ["on", i] : ["on"]), "into"], subject: id };
      const others = inputOf(graph);
      const { properties, isOpen } = fieldsOf(graph.score.plan.input);
      const schema = properties[into];
      if (schema === undefined && !isOpen) {
        const known = Object.keys(properties);
        const facts = { orchestra: id, score: plan.score, field: into, known, guess: nearest(into, known) };
        report({ code: "MS4009", facts, ...at, others });
      }
      const misfit = isSchema(schema) ? whyUnfit(trigger, schema, { graph, byId, graphOf }) : undefined;
      if (misfit === undefined) continue;
      report({
        code: "MS4010",
        facts: { orchestra: id, score: plan.score, field: into, ...misfit },
        ...at,
        others,
      });
    }
  }
}

function inputOf({ score }: ScoreGraph) {
  const sites = score.definitions[""];
  return sites ? [{ sites, path: [0], label: "the input is declared here" }] : [];
}

/** As `start-run` takes an input: what the schema does not know is refused, unless it says otherwise. */
function fieldsOf(input: JsonSchema | undefined) {
  const { properties, additionalProperties } = input ?? {};
  const isOpen =
    input !== undefined &&
    (!isSchema(properties) || (additionalProperties !== undefined && additionalProperties !== false));
  return { properties: isSchema(properties) ? properties : {}, isOpen };
}

interface Looking {
  readonly graph: ScoreGraph;
  readonly byId: ReadonlyMap<string, CompiledOrchestra>;
  readonly graphOf: GraphOf;
}

/** Why nothing that the trigger brings along is taken, if that is certain. */
function whyUnfit(
  trigger: TriggerPlan,
  taken: JsonSchema,
  { graph, byId, graphOf }: Looking,
): { readonly at: string; readonly takes: string; readonly given: string } | undefined {
  if (trigger.is !== "runOf") return undefined;
  const score = byId.get(trigger.orchestra)?.score;
  const ended = score === undefined ? undefined : graphOf(score);
  const root = graph.score.inputs[""] ?? graph.score.plan.input ?? {};
  const fit: Fit = fits(endedRun(trigger.status, ended), taken, root);
  if (fit.is === "lacks")
    return {
      at: stepsOf(fit.path),
      takes: `an object with "${fit.field}"`,
      given: "one that never has that",
    };
  return fit.is === "never" ? { at: stepsOf(fit.path), takes: fit.takes, given: fit.given } : undefined;
}

/** The schema of what stands in the input for a run that has ended. */
function endedRun(status: readonly string[], ended: ScoreGraph | undefined): JsonSchema {
  const text: JsonSchema = { type: "string" };
  // Only what has been completed has an output.
  const output = status.every((one) => one === "completed") && ended ? outputOf(ended) : {};
  return {
    type: "object",
    properties: { run: text, orchestra: text, status: { enum: [...status] }, output },
    required: ["run", "orchestra", "status", "output"],
    additionalProperties: false,
  };
}

/** What a score gives, as far as it is declared. */
function outputOf({ outputs }: ScoreGraph): JsonSchema {
  const scope = outputs[0]!.scope;
  const { output } = scope.body;
  const schemaOf = (expr: typeof output) => {
    const declared = declaredOf(expr, scope);
    return declared && "schema" in declared && !declared.mayBeMissing ? declared.schema : {};
  };
  if (output.is !== "object") return schemaOf(output);
  const fields = Object.entries(output.fields).filter(([, expr]) => expr.is !== "optional");
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([key, expr]) => [key, schemaOf(expr)])),
    required: fields.map(([key]) => key),
  };
}
