import type { ArtifactNode } from "../../plan/index.ts";
import { describe } from "../describe.ts";
import { listOf } from "../list-of.ts";
import type { NodeRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { attempts } from "./attempts.ts";
import { writeGate } from "./gate.ts";
import { failure, order } from "./policies.ts";
import { type At, invalid, schemaOf, type Writing } from "./writing.ts";

/** The plan of an artifact. */
export function writeArtifact(record: NodeRecord, at: At, writing: Writing): ArtifactNode {
  const { name, value, schema, gates = [] } = record.options;
  const where = `the schema of ${at().reader}`;
  const own =
    schema === undefined
      ? {}
      : schemaOf(schema, "output", { option: "schema", where, place: at("schema") }, writing);
  if (!Array.isArray(gates)) invalid("gates", describe(gates), "it lists gates", at("gates"), writing);
  const retries = attempts(record, at, writing);
  const most = typeof retries.retry === "object" ? retries.retry.attempts : 1;
  return {
    kind: "artifact",
    name: toExpr(name ?? "", at("name"), writing),
    value: toExpr(value, at("value"), writing),
    gates: listOf(gates).flatMap((gate, i) => writeGate({ gate, index: i, attempts: most }, at, writing)),
    ...(own.json ? { output: own.json } : {}),
    code: writing.book.addCheck(own.check),
    ...order(record, at, writing),
    ...retries,
    ...failure(record, at, writing),
  };
}
