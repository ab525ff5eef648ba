import type { Importance, OnFailure, Ordered, Policy, Retry } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import { isSchema, toCheck, toJsonSchema } from "../check.ts";
import { describe } from "../describe.ts";
import { type FailureRecord, failureKind, failureRecord, type RetryOptions } from "../policy.ts";
import { type NodeRecord, nodeRecord, type TaskRecord } from "../record.ts";
import { refInfo } from "../ref.ts";
import { toCondition, toExpr } from "../to-expr.ts";
import { sharing } from "./sharing.ts";
import { type At, duration, invalid, oneOfWords, shown, type Writing, wholeNumber } from "./writing.ts";

const MOST_ATTEMPTS = 100;

/** `when`, `after` and `onSkip`. */
export function order({ options }: NodeRecord, at: At, writing: Writing): Ordered {
  const when =
    options.when === undefined ? undefined : toCondition(refInfo(options.when), at("when"), writing);
  const after: string[] = [];
  const listed = Array.isArray(options.after) ? (options.after as readonly unknown[]) : [];
  if (options.after !== undefined && listed !== options.after)
    invalid("after", describe(options.after), "it is a list of nodes", at("after"), writing);
  for (const [i, node] of listed.entries()) {
    const record = nodeRecord(node);
    if (!record) invalid("after", describe(node), "it lists nodes", at("after", i), writing);
    else {
      const reason = "a node inside a map is ordered by the map itself: move `after` there";
      const name = nameHere(record, "after", reason, at, at("after", i), writing);
      if (name !== undefined) after.push(name);
    }
  }
  const onSkip = oneOfWords(options.onSkip, "onSkip", ["run"], at, writing);
  return { ...(when ? { when } : {}), ...(after.length > 0 ? { after } : {}), ...(onSkip ? { onSkip } : {}) };
}

/** The node's name when it is listed in the scope that is being written; else a finding. */
function nameHere(
  record: NodeRecord,
  what: string,
  reason: string,
  at: At,
  place: ReturnType<At>,
  writing: Writing,
): string | undefined {
  const found = writing.nameOf(record);
  if (!found) {
    writing.report({
      code: "MS2001",
      facts: { reader: at().reader, kind: record.kind, name: undefined },
      sites: place.sites,
      path: place.path,
      others: [{ sites: record.sites, label: "the node is built here" }],
    });
    return undefined;
  }
  if (found.up === 0) return found.name;
  invalid(what, `"${found.name}"`, reason, place, writing);
  return undefined;
}

/** `retry` and `timeout`, and what an attempt shares with others: `resources` and `tags`. */
export function attempts(record: NodeRecord, at: At, writing: Writing): Policy {
  const { options } = record;
  const timeoutMs =
    options.timeout === undefined ? undefined : duration(options.timeout, "timeout", at("timeout"), writing);
  const retry = options.retry === undefined ? undefined : retryOf(options.retry, at, writing);
  return {
    ...(retry === undefined ? {} : { retry }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...sharing(record, at, writing),
  };
}

function retryOf(retry: unknown, at: At, writing: Writing): Retry | "never" {
  if (retry === "never") return retry;
  if (typeof retry !== "object" || retry === null) {
    invalid("retry", shown(retry), 'it is { attempts: 3 } and the like, or "never"', at("retry"), writing);
    return "never";
  }
  const { attempts, backoff = "1s", maxBackoff = "1m", jitter = true } = retry as RetryOptions;
  return {
    attempts: wholeNumber(attempts, "retry.attempts", MOST_ATTEMPTS, at, writing),
    backoffMs: duration(backoff, "retry.backoff", at("retry", "backoff"), writing),
    maxBackoffMs: duration(maxBackoff, "retry.maxBackoff", at("retry", "maxBackoff"), writing),
    jitter,
  };
}

/** `importance` and `onFailure`. */
export function failure(
  { options }: NodeRecord,
  at: At,
  writing: Writing,
): { readonly importance?: Importance; readonly onFailure?: OnFailure } {
  const known = ["critical", "high", "normal", "low"] as const;
  const importance = oneOfWords(options.importance, "importance", known, at, writing);
  const onFailure = onFailureOf(options.onFailure, at, writing);
  return {
    ...(importance === undefined || importance === "normal" ? {} : { importance }),
    ...(onFailure ? { onFailure } : {}),
  };
}

function onFailureOf(value: unknown, at: At, writing: Writing): OnFailure | undefined {
  if (value === undefined || value === "fail") return undefined;
  if (value === "skip") return value;
  const record = failureRecord(value);
  if (!record) {
    const reason = 'it is "fail", "skip", fallback(…) or reconstruct(…)';
    invalid("onFailure", shown(value), reason, at("onFailure"), writing);
    return undefined;
  }
  return failureKind(record) === "fallback"
    ? fallbackOf(record as Extract<FailureRecord, { other: unknown }>, at, writing)
    : reconstructOf(record as Extract<FailureRecord, { from: unknown }>, at, writing);
}

function fallbackOf(
  { other }: Extract<FailureRecord, { other: unknown }>,
  at: At,
  writing: Writing,
): OnFailure | undefined {
  const record = nodeRecord(other);
  if (!record) return { is: "fallback", value: toExpr(other, at("onFailure"), writing) };
  const reason = "what stands in has to be listed beside the node it stands in for";
  const node = nameHere(record, "onFailure", reason, at, at("onFailure"), writing);
  return node === undefined ? undefined : { is: "fallback", node };
}

function reconstructOf(
  { from, with: task }: Extract<FailureRecord, { from: unknown }>,
  at: At,
  writing: Writing,
): OnFailure | undefined {
  const names = writing.listedNames();
  if (typeof from !== "string" || !names.includes(from)) {
    const guess = typeof from === "string" ? nearest(from, names) : undefined;
    const reason = `it has to be a key of \`nodes\`${guess === undefined ? "" : `; did you mean "${guess}"?`}`;
    invalid("onFailure.from", shown(from), reason, at("onFailure", "from"), writing);
    return undefined;
  }
  const record = task as TaskRecord | undefined;
  if (record?.kind !== "task" || typeof record.run !== "function") {
    invalid(
      "onFailure.with",
      describe(task),
      "it has to be a task of defineTask()",
      at("onFailure", "with"),
      writing,
    );
    return undefined;
  }
  const code = writing.book.addTask({
    run: record.run as never,
    ...(isSchema(record.input) ? { checkInput: toCheck(record.input) } : {}),
    ...(isSchema(record.output) ? { checkOutput: toCheck(record.output) } : {}),
  });
  const output = isSchema(record.output) ? toJsonSchema(record.output, "output") : undefined;
  const given = output && "schema" in output ? { output: output.schema } : {};
  return { is: "reconstruct", from, task: record.id, ...given, code };
}
