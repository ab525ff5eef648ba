import { type Gate, isRemade } from "../../plan/index.ts";
import { isSchema, toCheck, toJsonSchema } from "../check.ts";
import { definitionKind } from "../definition.ts";
import { describe } from "../describe.ts";
import type { TaskRecord } from "../record.ts";
import { agentOf, agentSecrets } from "./agent.ts";
import { secretsOf } from "./task.ts";
import { taskIdOf } from "./task-id.ts";
import { checkDecision, verdictCheck } from "./verdict.ts";
import { type At, duration, invalid, oneOfWords, type Writing } from "./writing.ts";

/** One gate, and how many attempts its artifact has. */
interface Given {
  readonly gate: unknown;
  readonly index: number;
  readonly attempts: number;
}

/** The plan of a gate: one, or none when it cannot be read. */
export function writeGate({ gate, index, attempts }: Given, at: At, writing: Writing): Gate[] {
  const { by, min, onFail } = Object(gate) as Readonly<Record<string, unknown>>;
  const inGate: At = (...path) => at("gates", index, ...path);
  const known = ["fail", "retry", "escalate", "checkpoint"] as const;
  const judge = judgeOf(by, inGate, writing);
  if (typeof min !== "number")
    invalid("min", describe(min), "it has to be a number from 0 to 1", inGate("min"), writing);
  const outcome = oneOfWords(onFail, "onFail", known, inGate, writing) ?? "fail";
  const wrong = (why: string, hint: string, key: string) => {
    const { reader, sites, path } = inGate(key);
    writing.report({ code: "MS3008", facts: { artifact: reader, gate: index + 1, why, hint }, sites, path });
  };
  if (typeof min === "number" && !(min >= 0 && min <= 1))
    wrong(
      `asks for a score of ${min}, and scores go from 0 to 1`,
      "give a number from 0 to 1: 0.8 for 80 %",
      "min",
    );
  if (isRemade(outcome) && attempts < 2)
    wrong(
      `says "${outcome}", and its artifact has one attempt only`,
      "say how often on the artifact: retry: { attempts: 3 }",
      "onFail",
    );
  const lack = judge && whyNoScore((by as { output?: unknown }).output);
  if (lack !== undefined) wrong(lack, "let the judge give { score: number } from 0 to 1", "by");
  const review = reviewOf(Object(gate), outcome, inGate, writing);
  if (!judge || typeof min !== "number") return [];
  return [{ by: judge, min, onFail: outcome, ...(review ? { review } : {}) }];
}

/** How a person is asked; only where one is. */
function reviewOf(
  { timeout, onTimeout }: Readonly<Record<string, unknown>>,
  outcome: Gate["onFail"],
  at: At,
  writing: Writing,
): Gate["review"] {
  const then = oneOfWords(onTimeout, "onTimeout", ["accept", "reject"], at, writing);
  const timeoutMs = timeout === undefined ? undefined : duration(timeout, "timeout", at("timeout"), writing);
  if (outcome !== "checkpoint") {
    const left = timeout === undefined ? (onTimeout === undefined ? undefined : "onTimeout") : "timeout";
    if (left !== undefined)
      invalid(left, "there", 'nobody is asked without onFail: "checkpoint"', at(left), writing);
    return undefined;
  }
  return {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(then === undefined ? {} : { onTimeout: then }),
    code: writing.book.addCheck(checkDecision),
  };
}

function judgeOf(by: unknown, at: At, writing: Writing): Gate["by"] | undefined {
  if (definitionKind(by) === "agent") {
    const secrets = agentSecrets(by);
    return { agent: agentOf(by, at, writing, "by"), ...(secrets.length > 0 ? { secrets } : {}) };
  }
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
    checkOutput: verdictCheck(isSchema(task.output) ? toCheck(task.output) : undefined),
  });
  const secrets = secretsOf(task, writing);
  return { task: taskIdOf(task, writing), code, ...(secrets.length > 0 ? { secrets } : {}) };
}

/** Why a judge with this output gives no score; `undefined` when it does, or when its schema does not tell. */
function whyNoScore(output: unknown): string | undefined {
  const written = isSchema(output) ? toJsonSchema(output, "output") : undefined;
  if (!written || "problem" in written) return undefined;
  const { type, properties, required, additionalProperties } = written.schema;
  if (type === undefined) return undefined;
  if (type !== "object") return "has a judge that gives no object with a `score`";
  const fields = Object(properties) as Readonly<Record<string, { readonly type?: unknown }>>;
  const { score } = fields;
  if (score === undefined) {
    const isOpen = additionalProperties !== undefined && additionalProperties !== false;
    return isOpen ? undefined : "has a judge that gives no `score`";
  }
  if (typeof score.type === "string" && score.type !== "number" && score.type !== "integer")
    return `has a judge whose \`score\` is a ${score.type}`;
  const isSure = Array.isArray(required) && required.includes("score");
  return isSure ? undefined : "has a judge that may leave `score` out";
}
