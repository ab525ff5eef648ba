import { isFailureName, isFinalCode, nearestFailure } from "../../diagnostics/index.ts";
import type { Expr, Policy, Retry } from "../../plan/index.ts";
import { describe } from "../describe.ts";
import { listOf } from "../list-of.ts";
import type { RetryOptions } from "../policy.ts";
import type { NodeRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { sharing } from "./sharing.ts";
import { type At, duration, invalid, shown, type Writing, wholeNumber } from "./writing.ts";

const MOST_ATTEMPTS = 100;
/** Kinds that are given one input, which can be varied. */
const WITH_INPUT: ReadonlySet<string> = new Set(["task", "agent", "score"]);

/** `retry` and `timeout`, and what an attempt shares with others: `resources` and `tags`. */
export function attempts(record: NodeRecord, at: At, writing: Writing): Policy {
  const { options } = record;
  const timeoutMs =
    options.timeout === undefined ? undefined : duration(options.timeout, "timeout", at("timeout"), writing);
  const retry = options.retry === undefined ? undefined : retryOf(record, at, writing);
  return {
    ...(retry === undefined ? {} : { retry }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...sharing(record, at, writing),
  };
}

function retryOf({ kind, options }: NodeRecord, at: At, writing: Writing): Retry | "never" {
  const { retry } = options;
  if (retry === "never") return retry;
  if (typeof retry !== "object" || retry === null) {
    invalid("retry", shown(retry), 'it is { attempts: 3 } and the like, or "never"', at("retry"), writing);
    return "never";
  }
  const { attempts, backoff = "1s", jitter = true, ...rest } = retry as RetryOptions;
  const most = wholeNumber(attempts, "retry.attempts", MOST_ATTEMPTS, at, writing);
  const vary = rest.vary === undefined ? undefined : variedBy(rest.vary, { kind, most }, at, writing);
  const on = rest.on === undefined ? undefined : listedIn(rest.on, vary !== undefined, at, writing);
  return {
    attempts: most,
    backoffMs: duration(backoff, "retry.backoff", at("retry", "backoff"), writing),
    maxBackoffMs: duration(rest.maxBackoff ?? "1m", "retry.maxBackoff", at("retry", "maxBackoff"), writing),
    ...(rest.maxBackoff === undefined ? {} : { isBackoffCapped: true }),
    jitter,
    ...(on ? { on } : {}),
    ...(vary ? { vary } : {}),
  };
}

/** The failures that are tried again. */
function listedIn(on: unknown, isVaried: boolean, at: At, writing: Writing): readonly string[] | undefined {
  const place = at("retry", "on");
  if (!Array.isArray(on) || on.length === 0) {
    const found = Array.isArray(on) ? "empty" : describe(on);
    invalid("retry.on", found, "it lists codes and names of errors", place, writing);
    return undefined;
  }
  for (const [i, name] of on.entries()) {
    const { reader, sites, path } = at("retry", "on", i);
    if (typeof name !== "string" || !isFailureName(name)) {
      const guess = typeof name === "string" ? nearestFailure(name) : undefined;
      writing.report({ code: "MS3106", facts: { node: reader, found: shown(name), guess }, sites, path });
    } else if (!isVaried && isFinalCode(name))
      writing.report({ code: "MS3108", facts: { node: reader, code: name }, sites, path });
  }
  return listOf(on).map(String);
}

/** What is laid over the input, attempt by attempt. */
function variedBy(
  vary: unknown,
  { kind, most }: { readonly kind: string; readonly most: number },
  at: At,
  writing: Writing,
): readonly Expr[] | undefined {
  const place = at("retry", "vary");
  const refuse = (found: string, reason: string) => invalid("retry.vary", found, reason, place, writing);
  if (!Array.isArray(vary) || vary.length === 0) {
    refuse(Array.isArray(vary) ? "empty" : describe(vary), "it lists what is changed in the input");
    return undefined;
  }
  if (!WITH_INPUT.has(kind)) {
    refuse(`of ${kind}()`, "only the `input` of a task, an agent or a score can be varied");
    return undefined;
  }
  const { reader, sites, path } = place;
  if (vary.length >= most && most > 0)
    writing.report({
      code: "MS3107",
      facts: { node: reader, given: vary.length, attempts: most },
      sites,
      path,
    });
  return listOf(vary).map((part, i) => {
    if (part === undefined || part === null)
      invalid(`retry.vary[${i}]`, shown(part), "it is a part of the input", at("retry", "vary", i), writing);
    return toExpr(part, at("retry", "vary", i), writing);
  });
}
