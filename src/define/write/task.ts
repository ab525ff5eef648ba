import type { TaskCode, TaskNode } from "../../plan/index.ts";
import { isSchema } from "../check.ts";
import { describe, idText } from "../describe.ts";
import { listOf } from "../list-of.ts";
import type { NodeRecord, TaskRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { attempts } from "./attempts.ts";
import { caching } from "./caching.ts";
import { failure, order } from "./policies.ts";
import { taskIdOf } from "./task-id.ts";
import { verifying } from "./verifying.ts";
import { type At, invalid, schemaOf, type Writing } from "./writing.ts";

const SECRET = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The plan of a task. */
export function writeTask(record: NodeRecord, at: At, writing: Writing): TaskNode {
  const { options } = record;
  const definition = record.definition as TaskRecord | undefined;
  const source = (definition ?? options) as { input?: unknown; output?: unknown; run?: unknown };
  const whose = (side: string) =>
    definition ? `the ${side} of task "${idText(definition.id)}"` : `the ${side} of ${at().reader}`;
  const placeOf = (side: string) => (definition ? { ...at(side), sites: definition.sites } : at(side));
  const output = schemaOf(
    source.output,
    "output",
    {
      option: "output",
      where: whose("output"),
      place: isSchema(source.output) ? placeOf("output") : at("output"),
    },
    writing,
  );
  if (typeof source.run !== "function")
    invalid("run", describe(source.run), "it has to be a function", at("run"), writing);
  const input =
    definition && isSchema(definition.input)
      ? schemaOf(
          definition.input,
          "input",
          { option: "input", where: whose("input"), place: placeOf("input") },
          writing,
        )
      : {};
  const secrets = definition ? secretsOf(definition, writing) : [];
  const { effects, checks } = verifying(record, at, writing);
  const code = writing.book.addTask({
    run: source.run as TaskCode["run"],
    ...(input.check ? { checkInput: input.check } : {}),
    ...(output.check ? { checkOutput: output.check } : {}),
    ...(checks.length > 0 ? { verify: checks } : {}),
  });
  return {
    kind: "task",
    ...(definition ? { task: taskIdOf(definition, writing) } : {}),
    input: toExpr(options.input ?? {}, at("input"), writing),
    ...(output.json ? { output: output.json } : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(effects.length > 0 ? { verify: effects } : {}),
    code,
    ...order(record, at, writing),
    ...attempts(record, at, writing),
    ...caching(record, at, writing),
    ...failure(record, at, writing),
  };
}

/** The names of the secrets it is given; what is none is reported. */
export function secretsOf({ id, secrets = [], sites }: TaskRecord, writing: Writing): string[] {
  checkSecretNames(secrets, (...path) => ({ reader: `task "${id}"`, sites, path }), writing);
  return listOf(secrets).map(String);
}

/** MS3001: names of secrets that are none. */
export function checkSecretNames(secrets: unknown, at: At, writing: Pick<Writing, "report">): void {
  if (secrets === undefined) return;
  if (!Array.isArray(secrets))
    return invalid("secrets", describe(secrets), "it lists names", at("secrets"), writing);
  for (const [i, name] of secrets.entries()) {
    if (typeof name === "string" && SECRET.test(name)) continue;
    const found = typeof name === "string" ? JSON.stringify(name) : describe(name);
    const reason = "a secret is named with letters, digits and _";
    invalid("secrets", found, reason, at("secrets", i), writing);
  }
}
