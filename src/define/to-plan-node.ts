import type { Body, Code, Condition, Expr, PlanNode, Policy, Retry, TaskCode } from "../plan/index.ts";
import { toMs } from "../support/duration.ts";
import { isSchema, toCheck, toJsonSchema } from "./check.ts";
import { describe } from "./describe.ts";
import type { RetryOptions } from "./policy.ts";
import { type NodeRecord, nodeRecord } from "./record.ts";
import { refInfo } from "./ref.ts";
import type { Schema } from "./schema.ts";
import { type Place, type Reading, toCondition, toExpr } from "./to-expr.ts";

/** What writing a node needs besides reading references. */
export interface Writing extends Reading {
  addTask(task: TaskCode): number;
  addDerive(compute: Code["derives"][number]): number;
  writeMapBody(record: NodeRecord, name: string): Body;
}

const MOST_ITEMS = 100_000;
const MOST_ATTEMPTS = 100;

/** The plan of one node. Findings go to `writing`; the node is whole all the same, so that later checks can go on. */
export function toPlanNode(record: NodeRecord, name: string, writing: Writing): PlanNode {
  const at = (...path: (string | number)[]): Place => ({
    reader: readerOf(record, name),
    sites: record.sites,
    path,
  });
  const { options, parts = [] } = record;
  switch (record.kind) {
    case "text":
      return { kind: "text", strings: options.strings as string[], values: partsToExpr(parts, at, writing) };
    case "oneOf":
      return { kind: "oneOf", of: partsToExpr(parts, at, writing) };
    case "derive":
      return {
        kind: "derive",
        of: partsToExpr(parts, at, writing),
        code: writing.addDerive(options.compute as Code["derives"][number]),
      };
    case "branch": {
      const on = toCondition(refInfo(options.on), at("on"), writing) ?? NEVER;
      return { kind: "branch", on, ...order(record, at, writing) };
    }
    case "switchOn":
      return { kind: "switchOn", on: toExpr(options.on, at("on"), writing), ...order(record, at, writing) };
    case "map":
      return mapNode(record, name, at, writing);
    case "task":
      return taskNode(record, at, writing);
    default:
      return record.kind satisfies never;
  }
}

type At = (...path: (string | number)[]) => Place;

/** Stands in where the author's condition could not be read; the finding says so. */
const NEVER: Condition = { is: "any", of: [] };

function readerOf(record: NodeRecord, name: string): string {
  return name.startsWith("~") ? `A ${record.kind}` : `"${name}"`;
}

function partsToExpr(parts: readonly unknown[], at: At, writing: Writing): Expr[] {
  return parts.map((part, i) => toExpr(part, at(i), writing));
}

function taskNode(record: NodeRecord, at: At, writing: Writing): PlanNode {
  const { options, definition } = record;
  const source = (definition ?? options) as { input?: unknown; output?: unknown; run?: unknown };
  const output = isSchema(source.output) ? source.output : undefined;
  const checkInput = definition && isSchema(definition.input) ? toCheck(definition.input) : undefined;
  const outputSchema = output && jsonSchemaOf(output, "output", record, at, writing);
  if (!output) invalid("output", describe(source.output), "it has to be a schema", at("output"), writing);
  if (typeof source.run !== "function")
    invalid("run", describe(source.run), "it has to be a function", at("run"), writing);
  if (definition && isSchema(definition.input)) jsonSchemaOf(definition.input, "input", record, at, writing);
  const code = writing.addTask({
    run: source.run as TaskCode["run"],
    ...(checkInput ? { checkInput } : {}),
    ...(output ? { checkOutput: toCheck(output) } : {}),
  });
  return {
    kind: "task",
    ...(definition ? { task: definition.id } : {}),
    input: toExpr(options.input ?? {}, at("input"), writing),
    ...(outputSchema ? { output: outputSchema } : {}),
    code,
    ...order(record, at, writing),
    ...policy(options, at, writing),
  };
}

function jsonSchemaOf(
  schema: Schema,
  side: "input" | "output",
  record: NodeRecord,
  at: At,
  writing: Writing,
) {
  const written = toJsonSchema(schema, side);
  if ("schema" in written) return written.schema;
  const { definition } = record;
  const where = definition ? `the ${side} of task "${definition.id}"` : `the ${side} of ${at().reader}`;
  writing.report({
    code: "MS2109",
    facts: { where, detail: written.problem },
    sites: definition?.sites ?? record.sites,
    path: [side],
  });
  return undefined;
}

function mapNode(record: NodeRecord, name: string, at: At, writing: Writing): PlanNode {
  const { options } = record;
  const maxItems = wholeNumber(options.maxItems, "maxItems", MOST_ITEMS, at, writing);
  const concurrency =
    options.concurrency === undefined
      ? undefined
      : wholeNumber(options.concurrency, "concurrency", MOST_ITEMS, at, writing);
  const { onFailure } = policy(options, at, writing);
  return {
    kind: "map",
    over: toExpr(options.over, at("over"), writing),
    maxItems,
    ...(concurrency === undefined ? {} : { concurrency }),
    onItemError: options.onItemError === "collect" ? "collect" : "fail",
    ...(onFailure ? { onFailure } : {}),
    ...order(record, at, writing),
    body: writing.writeMapBody(record, name),
  };
}

function order({ options }: NodeRecord, at: At, writing: Writing) {
  const when =
    options.when === undefined ? undefined : toCondition(refInfo(options.when), at("when"), writing);
  const after: string[] = [];
  for (const [i, node] of ((options.after as readonly unknown[] | undefined) ?? []).entries()) {
    const record = nodeRecord(node);
    const found = record && writing.nameOf(record);
    if (!record) invalid("after", describe(node), "it lists nodes", at("after", i), writing);
    else if (!found) {
      writing.report({
        code: "MS2001",
        facts: { reader: at().reader, kind: record.kind },
        ...at("after", i),
        others: [{ sites: record.sites, label: "the node is built here" }],
      });
    } else if (found.up > 0) {
      invalid(
        "after",
        `"${found.name}"`,
        "a node inside a map is ordered by the map itself: move `after` there",
        at("after", i),
        writing,
      );
    } else after.push(found.name);
  }
  return {
    ...(when ? { when } : {}),
    ...(after.length > 0 ? { after } : {}),
    ...(options.onSkip === "run" ? { onSkip: "run" as const } : {}),
  };
}

function policy(options: NodeRecord["options"], at: At, writing: Writing): Policy {
  const timeoutMs =
    options.timeout === undefined ? undefined : duration(options.timeout, "timeout", at("timeout"), writing);
  const retry =
    options.retry === undefined ? undefined : retryOf(options.retry as RetryOptions | "never", at, writing);
  const onFailure = options.onFailure as "fail" | "skip" | undefined;
  if (onFailure !== undefined && onFailure !== "fail" && onFailure !== "skip") {
    invalid(
      "onFailure",
      JSON.stringify(onFailure) ?? typeof onFailure,
      'it is "fail" or "skip"',
      at("onFailure"),
      writing,
    );
  }
  return {
    ...(retry === undefined ? {} : { retry }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(onFailure === "skip" ? { onFailure } : {}),
  };
}

function retryOf(retry: RetryOptions | "never", at: At, writing: Writing): Retry | "never" {
  if (retry === "never") return retry;
  const { attempts, backoff = "1s", maxBackoff = "1m", jitter = true } = Object(retry) as RetryOptions;
  return {
    attempts: wholeNumber(attempts, "retry.attempts", MOST_ATTEMPTS, at, writing),
    backoffMs: duration(backoff, "retry.backoff", at("retry", "backoff"), writing),
    maxBackoffMs: duration(maxBackoff, "retry.maxBackoff", at("retry", "maxBackoff"), writing),
    jitter,
  };
}

function duration(text: unknown, what: string, place: Place, writing: Writing): number {
  const ms = typeof text === "string" ? toMs(text) : undefined;
  if (ms === undefined)
    invalid(
      what,
      JSON.stringify(text) ?? describe(text),
      'write it as "30s": a number and ms, s, m, h or d, up to 365d',
      place,
      writing,
    );
  return ms ?? 1;
}

function wholeNumber(value: unknown, what: string, most: number, at: At, writing: Writing): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number;
  const reason = `it has to be a whole number from 1 to ${most.toLocaleString("en")}`;
  invalid(what, JSON.stringify(value) ?? describe(value), reason, at(...what.split(".")), writing);
  return 1;
}

function invalid(what: string, found: string, reason: string, place: Place, writing: Writing): void {
  writing.report({
    code: "MS3001",
    facts: { what: `\`${what}\` of ${place.reader}`, found, reason },
    sites: place.sites,
    path: place.path,
  });
}
