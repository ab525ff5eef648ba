import type { Auto, Fallback, OnFailure, Reconstruct } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import { isSchema, toCheck, toJsonSchema } from "../check.ts";
import { describe } from "../describe.ts";
import { listOf } from "../list-of.ts";
import {
  type AutoRecord,
  type FallbackRecord,
  failureKind,
  failureRecord,
  type ReconstructRecord,
} from "../policy.ts";
import { nodeRecord, type TaskRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { nameHere } from "./name-here.ts";
import { taskIdOf } from "./task-id.ts";
import { type At, invalid, shown, type Writing } from "./writing.ts";

type Step = string | number;

/** `onFailure`: what becomes of a node that has failed for good. */
export function onFailureOf(value: unknown, at: At, writing: Writing): OnFailure | undefined {
  if (value === undefined || value === "fail") return undefined;
  if (value === "skip") return value;
  if (value === "auto") return { is: "auto" };
  const record = failureRecord(value);
  if (!record) {
    const reason = 'it is "fail", "skip", "auto", fallback(…), reconstruct(…) or auto(…)';
    invalid("onFailure", shown(value), reason, at("onFailure"), writing);
    return undefined;
  }
  const inside: At = (...path) => at("onFailure", ...path);
  const kind = failureKind(record);
  switch (kind) {
    case "fallback":
      return fallbackOf((record as FallbackRecord).other, inside, writing);
    case "reconstruct":
      return reconstructOf(record as ReconstructRecord, "onFailure", inside, writing);
    case "auto":
      return autoOf(record as AutoRecord, at, writing);
    default:
      return kind satisfies never;
  }
}

/** What `auto()` was given, each as if it stood alone. */
function autoOf({ options }: AutoRecord, at: At, writing: Writing): Auto {
  const into =
    (key: string): At =>
    (...path: Step[]) =>
      at("onFailure", 0, key, ...path);
  const { fallback: other, reconstruct: from, skip } = options;
  if (skip !== undefined && typeof skip !== "boolean")
    invalid("onFailure.skip", shown(skip), "it is true or false", into("skip")(), writing);
  const fallback = other === undefined ? undefined : fallbackOf(unwrapped(other), into("fallback"), writing);
  const given = failureRecord(from) ?? from;
  const reconstruct =
    given === undefined
      ? undefined
      : reconstructOf(Object(given), "onFailure.reconstruct", into("reconstruct"), writing);
  return {
    is: "auto",
    ...(fallback ? { fallback } : {}),
    ...(reconstruct ? { reconstruct } : {}),
    ...(skip === true ? { skip } : {}),
  };
}

/** `auto({ fallback: fallback(x) })` says the same twice. */
function unwrapped(other: unknown): unknown {
  const record = failureRecord(other);
  return record && failureKind(record) === "fallback" ? (record as FallbackRecord).other : other;
}

function fallbackOf(other: unknown, at: At, writing: Writing): Fallback | undefined {
  const record = nodeRecord(other);
  if (!record) return { is: "fallback", value: toExpr(other, at(), writing) };
  const reason = "what stands in has to be listed beside the node it stands in for";
  const node = nameHere(record, "onFailure", reason, at, at(), writing);
  return node === undefined ? undefined : { is: "fallback", node };
}

function reconstructOf(
  { from, with: task }: { readonly from?: unknown; readonly with?: unknown },
  option: string,
  at: At,
  writing: Writing,
): Reconstruct | undefined {
  const names = writing.listedNames();
  if (typeof from !== "string" || !names.includes(from)) {
    const guess = typeof from === "string" ? nearest(from, names) : undefined;
    const reason = `it has to be a key of \`nodes\`${guess === undefined ? "" : `; did you mean "${guess}"?`}`;
    invalid(`${option}.from`, shown(from), reason, at("from"), writing);
    return undefined;
  }
  const record = task as TaskRecord | undefined;
  if (record?.kind !== "task" || typeof record.run !== "function") {
    const found = describe(task);
    invalid(`${option}.with`, found, "it has to be a task of defineTask()", at("with"), writing);
    return undefined;
  }
  const code = writing.book.addTask({
    run: record.run as never,
    ...(isSchema(record.input) ? { checkInput: toCheck(record.input) } : {}),
    ...(isSchema(record.output) ? { checkOutput: toCheck(record.output) } : {}),
  });
  const output = isSchema(record.output) ? toJsonSchema(record.output, "output") : undefined;
  const secrets = listOf(record.secrets).map(String);
  return {
    is: "reconstruct",
    from,
    task: taskIdOf(record, writing),
    ...(output && "schema" in output ? { output: output.schema } : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    code,
  };
}
