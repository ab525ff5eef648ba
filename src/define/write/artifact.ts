import type { ArtifactNode, Gate } from "../../plan/index.ts";
import { isSchema, toCheck } from "../check.ts";
import { definitionKind } from "../definition.ts";
import { describe } from "../describe.ts";
import type { NodeRecord, TaskRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { agentOf } from "./agent.ts";
import { attempts, failure, order } from "./policies.ts";
import { type At, invalid, oneOfWords, schemaOf, type Writing } from "./writing.ts";

/** The plan of an artifact. The ranges of its gates are checked by a rule. */
export function writeArtifact(record: NodeRecord, at: At, writing: Writing): ArtifactNode {
  const { name, value, schema, gates = [] } = record.options;
  const where = `the schema of ${at().reader}`;
  const own =
    schema === undefined
      ? {}
      : schemaOf(schema, "output", { option: "schema", where, place: at("schema") }, writing);
  if (!Array.isArray(gates)) invalid("gates", describe(gates), "it lists gates", at("gates"), writing);
  return {
    kind: "artifact",
    name: toExpr(name ?? "", at("name"), writing),
    value: toExpr(value, at("value"), writing),
    gates: (Array.isArray(gates) ? gates : []).flatMap((gate, i) => gateOf(gate, i, at, writing)),
    ...(own.json ? { output: own.json } : {}),
    code: writing.book.addCheck(own.check),
    ...order(record, at, writing),
    ...attempts(record, at, writing),
    ...failure(record, at, writing),
  };
}

function gateOf(gate: unknown, i: number, at: At, writing: Writing): Gate[] {
  const { by, min, onFail } = Object(gate) as { by?: unknown; min?: unknown; onFail?: unknown };
  const inGate: At = (...path) => at("gates", i, ...path);
  const known = ["fail", "retry", "escalate", "checkpoint"] as const;
  const judge = judgeOf(by, inGate, writing);
  if (typeof min !== "number")
    invalid("min", describe(min), "it has to be a number from 0 to 1", inGate("min"), writing);
  const outcome = oneOfWords(onFail, "onFail", known, inGate, writing) ?? "fail";
  return judge && typeof min === "number" ? [{ by: judge, min, onFail: outcome }] : [];
}

function judgeOf(by: unknown, at: At, writing: Writing): Gate["by"] | undefined {
  if (definitionKind(by) === "agent") return { agent: agentOf(by, at, writing, "by") };
  const task = by as TaskRecord | undefined;
  if (task?.kind !== "task" || typeof task.run !== "function") {
    invalid(
      "by",
      describe(by),
      "a judge is a task of defineTask() or an agent of defineAgent()",
      at("by"),
      writing,
    );
    return undefined;
  }
  const code = writing.book.addTask({
    run: task.run as never,
    ...(isSchema(task.input) ? { checkInput: toCheck(task.input) } : {}),
    ...(isSchema(task.output) ? { checkOutput: toCheck(task.output) } : {}),
  });
  return { task: task.id, code };
}
