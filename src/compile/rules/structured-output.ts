import type { JsonSchema } from "../../plan/index.ts";
import { allAgents } from "../all-agents.ts";
import type { AgentFacts } from "../child/protocol.ts";
import type { RuleContext } from "./index.ts";

const DEEPEST = 10;
const MOST_FINDINGS = 20;
/** Their models want every field named as required. */
const STRICT = new Set(["openai", "azure"]);
/** What says which values a schema takes. */
const SAYING = [
  "type",
  "const",
  "enum",
  "anyOf",
  "oneOf",
  "allOf",
  "not",
  "$ref",
  "properties",
  "items",
  "prefixItems",
];

/** Something in an output schema that providers cannot make a model keep to. */
interface Trouble {
  /** `leads[].note`; empty for the output itself. */
  readonly field: string;
  /** The fields up to the first list, for the place in the source. */
  readonly way: readonly string[];
  readonly problem: string;
  readonly next: string;
}

/** MS3103: output schemas that no provider's structured output can carry. */
export function structuredOutput({ agents, scores, config, report }: RuleContext): void {
  for (const agent of allAgents(agents, scores)) {
    const { id, output, sites } = agent;
    if (!output) continue;
    const strict = strictModelOf(agent, config);
    for (const { field, way, problem, next } of troublesIn(output, strict).slice(0, MOST_FINDINGS))
      report({
        code: "MS3103",
        facts: { agent: id, field, problem, next },
        sites,
        path: ["output", ...way],
        subject: id,
      });
  }
}

/** The first of the agent's models for which every field has to be required. */
function strictModelOf({ models }: AgentFacts, config: RuleContext["config"]): string | undefined {
  return models
    .map(({ name }) => (config && Object.hasOwn(config.models, name) ? config.models[name]! : name))
    .find((name) => {
      const provider = name.split("/", 1)[0]!;
      // Under that name may stand a server of one's own, which may be more patient.
      const isElsewhere =
        config &&
        Object.hasOwn(config.providers, provider) &&
        config.providers[provider]!.baseUrl !== undefined;
      return STRICT.has(provider) && !isElsewhere;
    });
}

function troublesIn(root: JsonSchema, strict: string | undefined): Trouble[] {
  const top = resolved(root, root);
  if (top?.type !== "object") {
    const found = describeRoot(root);
    return [
      {
        field: "",
        way: [],
        problem: `is ${found}, and models can be made to give an object only`,
        next: "put it into an object: z.object({ result: … })",
      },
    ];
  }
  const found: Trouble[] = [];
  const stack: Visit[] = [{ schema: root, field: "", way: [], isInList: false, depth: 1, refs: [] }];
  for (let visit = stack.pop(); visit && found.length < MOST_FINDINGS; visit = stack.pop()) {
    const trouble = troubleOf(visit, strict);
    if (trouble) {
      const { field, way } = visit;
      found.push({ field, way, ...trouble });
    } else stack.push(...inside(visit, root).reverse());
  }
  return found;
}

interface Visit {
  readonly schema: JsonSchema;
  readonly field: string;
  readonly way: readonly string[];
  readonly isInList: boolean;
  /** Objects and lists around it, itself included. */
  readonly depth: number;
  /** The definitions it stands in: what holds itself is looked at once. */
  readonly refs: readonly string[];
  readonly isOptional?: boolean;
}

function troubleOf(
  { schema, depth, isOptional }: Visit,
  strict: string | undefined,
): Pick<Trouble, "problem" | "next"> | undefined {
  if (isOptional && strict !== undefined)
    return {
      problem: `may be left out, and "${strict}" has to give every field`,
      next: "write .nullable() instead of .optional(): null then says that there is none",
    };
  if (!SAYING.some((key) => key in schema))
    return {
      problem: "takes any value, so the model is not told what to give",
      next: "say what it is: z.string(), z.object({ … }), z.array(…)",
    };
  if (schema.prefixItems !== undefined)
    return {
      problem: "is a tuple, and models give lists of one type",
      next: "name its parts: z.object({ first: …, second: … })",
    };
  const { additionalProperties: open } = schema;
  if (open !== undefined && open !== false && isSchema(schema.properties))
    return {
      problem: "takes fields besides those it names, and models can be made to give named fields only",
      next: "name every field, in a z.object({ … })",
    };
  if (open !== undefined && open !== false)
    return {
      problem: "is a record: its keys are not known before, and models can be made to give named fields only",
      next: "make it a list of pairs: z.array(z.object({ key: z.string(), value: … }))",
    };
  if (depth > DEEPEST)
    return {
      problem: `is nested ${depth} deep, and ${DEEPEST} is the most that providers take`,
      next: "flatten the output, or ask for a part of it in a step of its own",
    };
  return undefined;
}

/** The schemas directly inside one, with the names of their fields. */
function inside(visit: Visit, root: JsonSchema): Visit[] {
  const { schema, field, way, isInList, depth, refs } = visit;
  if (typeof schema.$ref === "string") {
    const target = refs.includes(schema.$ref) ? undefined : defined(schema.$ref, root);
    return target ? [{ ...visit, schema: target, refs: [...refs, schema.$ref] }] : [];
  }
  const next: Visit[] = [];
  for (const key of ["anyOf", "oneOf", "allOf"])
    for (const option of listOf(schema[key])) next.push({ ...visit, schema: option, isOptional: false });
  const required = Array.isArray(schema.required) ? schema.required : [];
  for (const [name, inner] of Object.entries(isSchema(schema.properties) ? schema.properties : {})) {
    if (!isSchema(inner)) continue;
    next.push({
      schema: inner,
      field: field === "" ? name : `${field}.${name}`,
      way: isInList ? way : [...way, name],
      isInList,
      depth: depth + (isNesting(inner) ? 1 : 0),
      refs,
      isOptional: !required.includes(name),
    });
  }
  if (isSchema(schema.items)) {
    const { items } = schema;
    const deeper = depth + (isNesting(items) ? 1 : 0);
    next.push({
      schema: items,
      field: `${field}[]`,
      way,
      isInList: true,
      depth: deeper,
      refs,
      isOptional: false,
    });
  }
  return next;
}

function isNesting({ type }: JsonSchema): boolean {
  return type === "object" || type === "array";
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema | undefined {
  return typeof schema.$ref === "string" ? defined(schema.$ref, root) : schema;
}

function defined(ref: string, root: JsonSchema): JsonSchema | undefined {
  if (ref === "#") return root;
  const name = /^#\/\$defs\/([^/]+)$/.exec(ref)?.[1];
  const target = name !== undefined && isSchema(root.$defs) ? root.$defs[name] : undefined;
  return isSchema(target) ? target : undefined;
}

function describeRoot({ type, anyOf, oneOf }: JsonSchema): string {
  if (anyOf !== undefined || oneOf !== undefined) return "one of several things";
  if (typeof type !== "string") return "any value";
  return `${type === "array" || type === "integer" ? "an" : "a"} ${type}`;
}

function listOf(value: unknown): JsonSchema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
