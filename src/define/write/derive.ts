import { MaestroError } from "../../diagnostics/index.ts";
import {
  type Check,
  CONVERSIONS,
  type Code,
  type Conversion,
  type DeriveNode,
  type JsonSchema,
} from "../../plan/index.ts";
import { describe } from "../describe.ts";
import { listOf } from "../list-of.ts";
import type { NodeRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { writeHarmony } from "./harmony.ts";
import { type At, invalid, schemaOf, type Writing } from "./writing.ts";

type Compute = Code["derives"][number];

const TEXT: JsonSchema = { type: "string" };

/** The plan of a value that is computed: by the author's function, or by a conversion, which says what it gives. */
export function writeDerive(record: NodeRecord, at: At, writing: Writing): DeriveNode {
  const { options, parts } = record;
  const of = listOf(parts).map((part, i) => toExpr(part, at(i), writing));
  const convert = options.convert as Conversion | undefined;
  const compute = options.compute as Compute;
  if (options.harmony === true) {
    const harmony = writeHarmony(record, at, writing);
    return { kind: "derive", of, harmony, code: writing.book.addDerive(compute) };
  }
  const placeOf = (i: number) => ({ ...at(i), reader: "derive()" });
  if ("from" in options)
    invalid("from", describe(options.from), "it is a list: derive([one, other], …)", placeOf(0), writing);
  if (typeof compute !== "function")
    invalid("compute", describe(compute), "it is a function of the values", placeOf(1), writing);
  if (convert === undefined) return { kind: "derive", of, code: writing.book.addDerive(compute) };
  const place = { ...at(1), reader: `${CONVERSIONS[convert]}()` };
  const where = `the schema of ${CONVERSIONS[convert]}()`;
  const hasSchema = convert === "json" || convert === "frontMatter";
  const own = hasSchema
    ? schemaOf(options.schema, "output", { option: "schema", where, place }, writing)
    : {};
  const output = outputOf(convert, own.json);
  return {
    kind: "derive",
    of,
    convert: { to: convert, ...(output ? { output } : {}) },
    code: writing.book.addDerive(own.check ? checked(compute, own.check, convert) : compute),
  };
}

function outputOf(convert: Conversion, own: JsonSchema | undefined): JsonSchema | undefined {
  switch (convert) {
    case "json":
      return own;
    case "lines":
      return { type: "array", items: TEXT };
    case "text":
      return TEXT;
    case "frontMatter":
      return (
        own && {
          type: "object",
          properties: { data: own, body: TEXT },
          required: ["data", "body"],
          additionalProperties: false,
        }
      );
    default:
      return convert satisfies never;
  }
}

/** What was read, as the author's schema gives it back. */
function checked(compute: Compute, check: Check, convert: Conversion): Compute {
  const fits = (value: unknown): unknown => {
    const result = check(value);
    if (result instanceof Promise) {
      result.catch(() => {});
      throw new MaestroError("MR3004", { found: "its schema is asynchronous" });
    }
    if ("problems" in result) throw new MaestroError("MR3001", { problems: result.problems });
    return result.value;
  };
  if (convert === "json") return (value) => fits(compute(value));
  return (value) => {
    const { data, body } = compute(value) as { readonly data: unknown; readonly body: string };
    return { data: fits(data), body };
  };
}
