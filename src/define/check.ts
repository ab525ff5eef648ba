import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Check, Checked, JsonSchema } from "../plan/index.ts";
import { toReason } from "../support/to-reason.ts";
import { isLoose, lacksPart, loosen, type Overriding } from "./loose-schema.ts";
import type { Schema } from "./schema.ts";

/** A check that answers with data: it never throws, whatever the schema's own code does. */
export function toCheck(schema: Schema): Check {
  return (value) => {
    try {
      const result = schema["~standard"].validate(value);
      return result instanceof Promise
        ? result.then((r) => toChecked(r, value)).catch((e: unknown) => refused(e, value))
        : toChecked(result, value);
    } catch (error) {
      return refused(error, value);
    }
  };
}

function toChecked(result: StandardSchemaV1.Result<unknown>, value: unknown): Checked {
  if (!result.issues) return { value: result.value };
  return {
    problems: result.issues.map((issue) => {
      const keys = (issue.path ?? []).map((step) => (typeof step === "object" ? step.key : step));
      return { path: toPathText(keys), detail: issue.message, type: typeName(at(value, keys)) };
    }),
  };
}

function refused(error: unknown, value: unknown): Checked {
  return {
    problems: [
      {
        path: "",
        detail: `the schema threw: ${toReason(error)}`,
        type: typeName(value),
      },
    ],
  };
}

function at(value: unknown, keys: readonly PropertyKey[]): unknown {
  let inner = value;
  for (const key of keys) {
    if (typeof inner !== "object" || inner === null) return undefined;
    inner = (inner as Record<PropertyKey, unknown>)[key];
  }
  return inner;
}

/** `["leads", 3, "mail"]` as `leads[3].mail`. */
export function toPathText(keys: readonly PropertyKey[]): string {
  let text = "";
  for (const key of keys) {
    if (typeof key === "number") text += `[${key}]`;
    else text += text === "" ? String(key) : `.${String(key)}`;
  }
  return text;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  try {
    return Array.isArray(value) ? "array" : typeof value;
  } catch {
    // A revoked proxy tells not even that.
    return typeof value;
  }
}

interface WriteOptions {
  readonly target: string;
  readonly libraryOptions?: { readonly override: (one: Overriding) => void };
}

interface JsonSchemaSource {
  readonly jsonSchema?: { readonly [K in "input" | "output"]: (options: WriteOptions) => unknown };
}

type Written =
  | {
      readonly schema: JsonSchema;
      /** Something in it accepts more than `schema` says. */
      readonly isLoose: boolean;
    }
  | { readonly problem: string };

const TARGET = "draft-2020-12";

/** Schemas are values that many nodes share, and writing one takes zod 30 to 60 µs. */
const written = { input: new WeakMap<Schema, Written>(), output: new WeakMap<Schema, Written>() };

/** The schema as JSON Schema, through the Standard JSON Schema interface of its own library; or why there is none. */
export function toJsonSchema(schema: Schema, side: "input" | "output"): Written {
  if (!isSchema(schema)) return { problem: "it is no schema" };
  const known = written[side].get(schema) ?? writeJsonSchema(schema, side);
  written[side].set(schema, known);
  return known;
}

/**
 * Everything that `schema` may accept, or give, as JSON Schema: where it turns values into others before it looks at
 * them, as `z.coerce.number()` does, nothing is demanded. `undefined` when JSON Schema cannot say it.
 */
export function toLooseSchema(schema: Schema, side: "input" | "output"): JsonSchema | undefined {
  const exact = toJsonSchema(schema, side);
  if ("problem" in exact) return undefined;
  if (!exact.isLoose) return exact.schema;
  const known = loose[side].get(schema);
  if (known) return known;
  const { jsonSchema } = schema["~standard"] as StandardSchemaV1.Props & JsonSchemaSource;
  const options = { target: TARGET, libraryOptions: { override: loosen } };
  const written = jsonSchema![side](options) as JsonSchema;
  loose[side].set(schema, written);
  return written;
}

const loose = { input: new WeakMap<Schema, JsonSchema>(), output: new WeakMap<Schema, JsonSchema>() };

const LACKS_PART = "a part of it is no schema";

function writeJsonSchema(schema: Schema, side: "input" | "output"): Written {
  const standard = schema["~standard"] as StandardSchemaV1.Props & JsonSchemaSource;
  if (!standard.jsonSchema) {
    // What zod/mini makes is zod's, without methods such as this one.
    const isMini = standard.vendor === "zod" && "_zod" in schema && !("optional" in schema);
    return {
      problem: isMini
        ? "zod/mini cannot write JSON Schema; import from zod"
        : `the library "${standard.vendor}" cannot write JSON Schema (zod 4.2 and later can)`,
    };
  }
  let hasLoose = false;
  let hasHole = false;
  const override = (one: Overriding) => {
    hasLoose ||= isLoose(one.zodSchema);
    hasHole ||= lacksPart(one.zodSchema);
  };
  const isZod = standard.vendor === "zod";
  try {
    const options = { target: TARGET, ...(isZod ? { libraryOptions: { override } } : {}) };
    // The dialect is the same for all, and would be a third of a plan's length.
    const { $schema: _, ...schema } = standard.jsonSchema[side](options) as JsonSchema;
    return hasHole ? { problem: LACKS_PART } : { schema, isLoose: hasLoose };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    // What a library stumbles over when it is handed something else: z.array(undefined), z.object({ n: 1 }).
    if (/^Cannot read properties of /.test(detail)) return { problem: LACKS_PART };
    if (/is not valid JSON$/.test(detail)) return { problem: "a default in it is nothing that JSON has" };
    return { problem: detail.replace(/\.$/, "") };
  }
}

/** The fields that lead to the part of an object's schema that cannot be written; empty when it cannot be told apart. */
export function wayToProblem(schema: Schema, side: "input" | "output"): string[] {
  // Objects of zod have their fields' schemas under `shape`; the Standard Schema interface tells nothing of parts.
  const { shape } = schema as { readonly shape?: unknown };
  if (typeof shape !== "object" || shape === null) return [];
  for (const [field, part] of Object.entries(shape))
    if (isSchema(part) && "problem" in toJsonSchema(part, side)) return [field, ...wayToProblem(part, side)];
  return [];
}

/** Is this a schema of the Standard Schema family? */
export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard = (value as { "~standard"?: { validate?: unknown } })["~standard"];
  return typeof standard?.validate === "function";
}
