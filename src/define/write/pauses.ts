import type { CheckpointNode, OnTimeout, WaitNode } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";
import { describe } from "../describe.ts";
import type { NodeRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { failure, order } from "./policies.ts";
import { type At, duration, invalid, schemaOf, shown, type Writing } from "./writing.ts";

/** The plan of a wait. */
export function writeWait(record: NodeRecord, at: At, writing: Writing): WaitNode {
  const { for: length, until } = record.options;
  if ((length === undefined) === (until === undefined)) {
    const found = length === undefined ? "nothing" : "there, and so is `until`";
    invalid("for", found, "a wait has a length or an instant, and not both", at("for"), writing);
  }
  if (typeof until === "string" && !isInstant(until)) {
    const reason = 'write an instant as ISO 8601 with its offset: "2027-01-31T09:00:00Z"';
    invalid("until", shown(until), reason, at("until"), writing);
  }
  return {
    kind: "wait",
    ...(length === undefined ? {} : { forMs: duration(length, "for", at("for"), writing) }),
    ...(until === undefined ? {} : { until: toExpr(until, at("until"), writing) }),
    ...order(record, at, writing),
  };
}

/** An instant says where on Earth its clock stands. */
function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** The plan of a checkpoint. */
export function writeCheckpoint(record: NodeRecord, at: At, writing: Writing): CheckpointNode {
  const { title, show, timeout, assignee } = record.options;
  const where = `the decision of ${at().reader}`;
  const place = at("decision");
  const decision = schemaOf(record.options.decision, "output", { option: "decision", where, place }, writing);
  if (title === undefined || title === "")
    invalid("title", shown(title), "it has to be a question", at("title"), writing);
  if (assignee !== undefined && (typeof assignee !== "string" || assignee === ""))
    invalid("assignee", shown(assignee), "it has to be a name", at("assignee"), writing);
  const timeoutMs =
    timeout === undefined || timeout === "never"
      ? undefined
      : duration(timeout, "timeout", at("timeout"), writing);
  const onTimeout = onTimeoutOf(record.options.onTimeout, at, writing);
  return {
    kind: "checkpoint",
    title: toExpr(title ?? "", at("title"), writing),
    ...(show === undefined ? {} : { show: toExpr(show, at("show"), writing) }),
    ...(decision.json ? { decision: decision.json } : {}),
    ...(typeof assignee === "string" ? { assignee } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(onTimeout === undefined ? {} : { onTimeout }),
    code: writing.book.addCheck(decision.check),
    ...failure(record, at, writing),
    ...order(record, at, writing),
  };
}

function onTimeoutOf(value: unknown, at: At, writing: Writing): OnTimeout | undefined {
  if (value === undefined || value === "reject" || value === "skip") return value;
  const decide =
    typeof value === "object" && value !== null ? (value as { decide?: unknown }).decide : undefined;
  if (decide === undefined) {
    const found = typeof value === "string" ? JSON.stringify(value) : describe(value);
    invalid("onTimeout", found, 'it is "reject", "skip" or { decide: … }', at("onTimeout"), writing);
    return undefined;
  }
  const expr = toExpr(decide, at("onTimeout", "decide"), writing);
  if (expr.is === "literal") return { decide: expr.value as Json };
  invalid("onTimeout.decide", "a reference", "it has to be a value", at("onTimeout", "decide"), writing);
  return undefined;
}
