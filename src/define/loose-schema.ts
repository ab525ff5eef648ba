import { listOf } from "./list-of.ts";

/** What zod shows of a schema while it writes it, and the JSON Schema it is about to give. */
export interface Overriding {
  readonly zodSchema: unknown;
  readonly jsonSchema: Record<string, unknown>;
}

/** The parts of a zod schema that are looked at, as `zod/v4/core` documents them for other libraries. */
interface ZodLike {
  readonly _zod?: {
    readonly def: CheckLike & {
      readonly type: string;
      readonly coerce?: boolean;
      readonly in?: ZodLike;
      readonly options?: unknown;
      readonly items?: unknown;
      readonly checks?: readonly { readonly _zod: { readonly def: CheckLike } }[];
    };
  };
}

interface CheckLike {
  readonly check?: string;
  readonly pattern?: unknown;
}

/** Does it accept values that its JSON Schema does not allow? */
export function isLoose(schema: unknown): boolean {
  return acceptsAnything(schema) || overwrites(schema) || hasFlags(schema);
}

/** A union or a tuple with a hole in its list: JSON would say null there, and zod fails with the first value. */
export function lacksPart(schema: unknown): boolean {
  const { options, items } = (schema as ZodLike)._zod?.def ?? {};
  return [options, items].some((list) => listOf(list).includes(undefined));
}

/** Takes out of the JSON Schema what the schema itself does not insist on. */
export function loosen({ zodSchema, jsonSchema }: Overriding): void {
  if (acceptsAnything(zodSchema)) keepOnly([], jsonSchema);
  else if (overwrites(zodSchema) || hasFlags(zodSchema)) keepOnly(["type"], jsonSchema);
}

/** `z.coerce`, `.catch()` and `z.preprocess()` are given a value before anything has looked at it. */
function acceptsAnything(schema: unknown): boolean {
  const { def } = (schema as ZodLike)._zod ?? {};
  return def?.coerce === true || def?.type === "catch" || def?.in?._zod?.def.type === "transform";
}

/** `.trim()` and the like change the value, and the checks after them look at what it has become. */
function overwrites(schema: unknown): boolean {
  const { checks = [] } = (schema as ZodLike)._zod?.def ?? {};
  return checks.some((check) => check._zod.def.check === "overwrite");
}

/** JSON Schema has no word for the flags of a regular expression. */
function hasFlags(schema: unknown): boolean {
  const { def } = (schema as ZodLike)._zod ?? {};
  if (def === undefined) return false;
  const patterns = [def.pattern, ...(def.checks ?? []).map((check) => check._zod.def.pattern)];
  return patterns.some((pattern) => pattern instanceof RegExp && /[imsuvy]/.test(pattern.flags));
}

function keepOnly(kept: readonly string[], jsonSchema: Record<string, unknown>): void {
  for (const key of Object.keys(jsonSchema)) if (!kept.includes(key)) delete jsonSchema[key];
}
