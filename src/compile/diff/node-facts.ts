import {
  bindingsOf,
  CONVERSIONS,
  type Expr,
  type Gate,
  type OnFailure,
  type OnTimeout,
  type PlanNode,
  type Retry,
  type Sharing,
  toEffectText,
  waysOut,
} from "../../plan/index.ts";
import { toDurationText } from "../../support/duration-text.ts";
import type { Json } from "../../support/json.ts";
import type { Aspect } from "./change.ts";
import type { ExprText, Scope } from "./expr-text.ts";
import { readsOf } from "./node-reads.ts";

/** One thing that is written down of a node: its aspect, and its text as authors write it. */
export interface Fact {
  readonly aspect: Aspect;
  readonly text: string;
  /** Of a limit how much room it leaves: turns, attempts, milliseconds. */
  readonly room?: number;
}

/** By path: `input.max`, `timeout`, `when`. */
export type Facts = ReadonlyMap<string, Fact>;

/** Everything about `node` besides its kind, its schema, its code and what is inside it. */
export function factsOf(node: PlanNode, scope: Scope, text: ExprText): Facts {
  const facts = new Map<string, Fact>();
  const add = (path: string, aspect: Aspect, value: string | undefined, room?: number) => {
    if (value !== undefined)
      facts.set(path, { aspect, text: value, ...(room === undefined ? {} : { room }) });
  };
  const bind = (expr: Expr, path: string) => {
    for (const [at, value] of leavesOf(expr, path, scope, text)) add(at, "binding", value);
  };
  if (node.kind === "text") add("text", "binding", text.ofValue(node, scope));
  else {
    for (const { expr, at, isGuard } of bindingsOf(node)) {
      if (!isGuard && at[0] !== "onFailure" && at[0] !== "retry")
        bind(expr, typeof at[0] === "number" ? `of[${at[0]}]` : String(at[0]));
    }
  }
  for (const [path, aspect, value, room] of ownFactsOf(node)) add(path, aspect, value, room);
  if ("when" in node && node.when) add("when", "guard", text.of(node.when, scope));
  if ("after" in node)
    for (const name of node.after ?? [])
      add(`after ${text.nameOf(name, 0, scope)}`, "order", text.nameOf(name, 0, scope));
  if ("onSkip" in node) add("onSkip", "order", node.onSkip && JSON.stringify(node.onSkip));
  if ("phase" in node) add("phase", "order", node.phase && JSON.stringify(node.phase));
  if ("retry" in node && node.retry) {
    const { retry } = node;
    add("retry", "policy", retryText(retry), attemptsOf(retry));
    if (retry !== "never") {
      add("retry.on", "policy", retry.on?.join(", "));
      for (const [i, part] of (retry.vary ?? []).entries())
        add(`retry.vary[${i}]`, "policy", text.of(part, scope));
    }
  }
  if ("timeoutMs" in node && node.timeoutMs !== undefined)
    add("timeout", "policy", toDurationText(node.timeoutMs), node.timeoutMs);
  if ("onFailure" in node)
    add("onFailure", "policy", node.onFailure && failureText(node.onFailure, scope, text));
  if ("importance" in node) add("importance", "policy", node.importance && JSON.stringify(node.importance));
  if ("cache" in node && node.cache) add("cache.ttl", "policy", toDurationText(node.cache.ttlMs));
  const { resources = {}, tags = [] } = node as Sharing;
  for (const [name, needed] of Object.entries(resources)) add(`resources.${name}`, "policy", String(needed));
  if (tags.length > 0) add("tags", "policy", tags.join(", "));
  for (const name of readsOf(node, scope, text)) add(`reads ${name}`, "edge", name);
  return facts;
}

type OwnFact = readonly [path: string, aspect: Aspect, value: string | undefined, room?: number | undefined];

/** What only nodes of one kind have. */
function ownFactsOf(node: PlanNode): readonly OwnFact[] {
  const quoted = (value: string | undefined) => (value === undefined ? undefined : JSON.stringify(value));
  const limit = (path: string, value: number | undefined): OwnFact => [
    path,
    "policy",
    value?.toString(),
    value,
  ];
  switch (node.kind) {
    case "task":
      return [
        ["task", "code", node.task],
        ["verify", "policy", node.verify?.map(toEffectText).join(", ")],
        ...(node.secrets ?? []).map((name): OwnFact => [`secrets.${name}`, "secret", name]),
      ];
    case "agent":
      return [
        ["agent", "model", node.agent],
        ...(node.secrets ?? []).map((name): OwnFact => [`secrets.${name}`, "secret", name]),
        ["routing", "model", node.routing],
      ];
    case "http":
      return [
        ["method", "binding", node.method],
        ["idempotencyHeader", "policy", quoted(node.idempotencyHeader)],
        ["idempotent", "policy", node.idempotent && "true"],
      ];
    case "shell":
      return [["idempotent", "policy", node.idempotent && "true"]];
    case "score":
      return [["score", "code", node.score], limit("maxDepth", node.maxDepth)];
    case "map":
      return [
        limit("maxItems", node.maxItems),
        limit("concurrency", node.concurrency),
        ["onItemError", "policy", node.onItemError === "fail" ? undefined : quoted(node.onItemError)],
      ];
    case "loop":
      return [limit("max", node.max), ["onMax", "policy", quoted(node.onMax)]];
    case "wait":
      return [["for", "policy", node.forMs === undefined ? undefined : toDurationText(node.forMs)]];
    case "checkpoint":
      return [
        ["assignee", "policy", quoted(node.assignee)],
        ["onTimeout", "policy", node.onTimeout && timeoutText(node.onTimeout)],
      ];
    case "artifact":
      return gateFacts(node.gates);
    case "branch":
    case "switchOn":
    case "text":
    case "oneOf":
      return [];
    case "derive":
      return [["conversion", "code", node.convert && CONVERSIONS[node.convert.to]]];
    default:
      return node satisfies never;
  }
}

/** By judge, so that one more in front does not move the others. */
function gateFacts(gates: readonly Gate[]): OwnFact[] {
  const seen = new Map<string, number>();
  return gates.map(({ by, min, onFail, review }): OwnFact => {
    const judge = "agent" in by ? by.agent : by.task;
    const before = seen.get(judge) ?? 0;
    seen.set(judge, before + 1);
    const path = `gates.${judge}${before === 0 ? "" : `[${before}]`}`;
    const asked =
      review?.timeoutMs === undefined
        ? ""
        : ` within ${toDurationText(review.timeoutMs)}, then ${review.onTimeout ?? "reject"}`;
    return [path, "policy", `at least ${min}, else ${onFail}${asked}`];
  });
}

/** `"reject"`, `decide { "send": false }`. */
function timeoutText(onTimeout: OnTimeout): string {
  return typeof onTimeout === "string"
    ? JSON.stringify(onTimeout)
    : `decide ${JSON.stringify(onTimeout.decide)}`;
}

/** `"skip"`, `auto(fallback(quick), skip)`, `fallback(quick)`, `fallback({ id: "none" })`, `reconstruct(draft, outline-of-draft)`. */
function failureText(onFailure: OnFailure, scope: Scope, text: ExprText): string {
  if (onFailure === "skip") return JSON.stringify(onFailure);
  const { fallback, reconstruct, skip, isChosen } = waysOut(onFailure);
  const ways = [
    ...(fallback
      ? [
          `fallback(${"node" in fallback ? text.nameOf(fallback.node, 0, scope) : text.of(fallback.value, scope)})`,
        ]
      : []),
    ...(reconstruct ? [`reconstruct(${text.nameOf(reconstruct.from, 0, scope)}, ${reconstruct.task})`] : []),
    ...(skip ? ["skip"] : []),
  ];
  return isChosen ? `auto(${ways.join(", ")})` : ways.join("");
}

/** The expression taken apart as far as it is an object or an array: `input.max` is `20`, `input.profile` is `input.profile`. */
export function leavesOf(expr: Expr, path: string, scope: Scope, text: ExprText): Map<string, string> {
  const leaves = new Map<string, string>();
  const take = (part: Expr, at: string) => {
    const inner = partsByKey(part);
    if (inner.length === 0) leaves.set(at, text.of(part, scope));
    for (const [step, value] of inner) take(value, at + step);
  };
  take(expr, path);
  return leaves;
}

function partsByKey(expr: Expr): (readonly [step: string, part: Expr])[] {
  if (expr.is === "object") return Object.entries(expr.fields).map(([key, value]) => [`.${key}`, value]);
  if (expr.is === "array") return expr.items.map((value, i) => [`[${i}]`, value]);
  if (expr.is !== "literal" || typeof expr.value !== "object" || expr.value === null) return [];
  const literal = (value: Json): Expr => ({ is: "literal", value });
  return Array.isArray(expr.value)
    ? expr.value.map((value: Json, i) => [`[${i}]`, literal(value)])
    : Object.entries(expr.value).map(([key, value]) => [`.${key}`, literal(value as Json)]);
}

/** `3 attempts, 2s … 1m`, `never`. */
function retryText(retry: Retry | "never"): string {
  if (retry === "never") return "never";
  const { attempts, backoffMs, maxBackoffMs, isBackoffCapped, jitter } = retry;
  const waits = `${toDurationText(backoffMs)} … ${toDurationText(maxBackoffMs)}${isBackoffCapped ? " at most" : ""}`;
  return `${attempts} ${attempts === 1 ? "attempt" : "attempts"}, ${waits}${jitter ? "" : ", no jitter"}`;
}

function attemptsOf(retry: Retry | "never"): number | undefined {
  return retry === "never" ? undefined : retry.attempts;
}
