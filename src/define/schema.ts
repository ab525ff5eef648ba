import type { StandardSchemaV1 } from "@standard-schema/spec";

/** Any schema of the Standard Schema family: zod, valibot, arktype, … zod 4 is the documented one. */
// biome-ignore lint/suspicious/noExplicitAny: `unknown` would refuse schemas whose input is narrower
export type Schema<Output = any, Input = any> = StandardSchemaV1<Input, Output>;
/** What may be given to a schema, with defaults left out. */
export type InOf<S extends Schema> = StandardSchemaV1.InferInput<S>;
/** What comes out of a schema, with defaults filled in. */
export type OutOf<S extends Schema> = StandardSchemaV1.InferOutput<S>;
