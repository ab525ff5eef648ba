import { bindingsOf, type Expr, type OnFailure, type PlanNode, type Retry } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";
import type { Aspect } from "./change.ts";
import { toDurationText } from "./duration-text.ts";
import type { ExprText, Scope } from "./expr-text.ts";
import { readsOf } from "./node-reads.ts";

/** One thing that is written down of a node: its aspect, and its text as authors write it. */
export interface Fact {
  readonly aspect: Aspect;
  readonly text: string;
}

/** By path: `input.max`, `timeout`, `when`. */
export type Facts = ReadonlyMap<string, Fact>;

/** Everything about `node` besides its kind, its schema, its code and what is inside it. */
export function factsOf(node: PlanNode, scope: Scope, text: ExprText): Facts {
  const facts = new Map<string, Fact>();
  const add = (path: string, aspect: Aspect, value: string | undefined) => {
    if (value !== undefined) facts.set(path, { aspect, text: value });
  };
  const bind = (expr: Expr, path: string) => {
    for (const [at, value] of leavesOf(expr, path, scope, text)) add(at, "binding", value);
  };
  if (node.kind === "text") add("text", "binding", text.ofValue(node, scope));
  else {
    for (const { expr, at, isGuard } of bindingsOf(node)) {
      if (!isGuard) bind(expr, typeof at[0] === "number" ? `of[${at[0]}]` : String(at[0]));
    }
  }
  for (const [path, aspect, value] of ownFactsOf(node)) add(path, aspect, value);
  if ("when" in node && node.when) add("when", "guard", text.of(node.when, scope));
  if ("after" in node)
    for (const name of node.after ?? [])
      add(`after ${text.nameOf(name, 0, scope)}`, "order", text.nameOf(name, 0, scope));
  if ("onSkip" in node) add("onSkip", "order", node.onSkip && JSON.stringify(node.onSkip));
  if ("retry" in node) add("retry", "policy", node.retry && retryText(node.retry));
  if ("timeoutMs" in node)
    add("timeout", "policy", node.timeoutMs === undefined ? undefined : toDurationText(node.timeoutMs));
  if ("onFailure" in node) add("onFailure", "policy", node.onFailure && failureText(node.onFailure));
  if ("importance" in node) add("importance", "policy", node.importance && JSON.stringify(node.importance));
  for (const name of readsOf(node, scope, text)) add(`reads ${name}`, "edge", name);
  return facts;
}

type OwnFact = readonly [path: string, aspect: Aspect, value: string | undefined];

/** What only nodes of one kind have. */
function ownFactsOf(node: PlanNode): readonly OwnFact[] {
  const quoted = (value: string | undefined) => (value === undefined ? undefined : JSON.stringify(value));
  switch (node.kind) {
    case "task":
      return [
        ["task", "code", node.task],
        ["secrets", "policy", node.secrets?.join(", ")],
      ];
    case "agent":
      return [["agent", "code", node.agent]];
    case "http":
      return [
        ["method", "code", quoted(node.method)],
        ["idempotencyHeader", "policy", quoted(node.idempotencyHeader)],
        ["idempotent", "policy", node.idempotent && "true"],
      ];
    case "shell":
      return [["idempotent", "policy", node.idempotent && "true"]];
    case "score":
      return [
        ["score", "code", node.score],
        ["maxDepth", "policy", node.maxDepth?.toString()],
      ];
    case "map":
      return [
        ["maxItems", "policy", String(node.maxItems)],
        ["concurrency", "policy", node.concurrency?.toString()],
        ["onItemError", "policy", node.onItemError === "fail" ? undefined : quoted(node.onItemError)],
      ];
    case "loop":
      return [
        ["max", "policy", String(node.max)],
        ["onMax", "policy", quoted(node.onMax)],
      ];
    case "wait":
      return [["for", "policy", node.forMs === undefined ? undefined : toDurationText(node.forMs)]];
    case "checkpoint":
      return [
        ["assignee", "policy", quoted(node.assignee)],
        ["onTimeout", "policy", node.onTimeout && JSON.stringify(node.onTimeout)],
      ];
    case "artifact":
      return node.gates.map(({ by, min, onFail }, i): OwnFact => {
        const judge = "agent" in by ? by.agent : by.task;
        return [`gates[${i}]`, "policy", `${judge} ≥ ${min}, else ${onFail}`];
      });
    case "branch":
    case "switchOn":
    case "text":
    case "oneOf":
    case "derive":
      return [];
    default:
      return node satisfies never;
  }
}

/** `"skip"`, `fallback(quick)`, `reconstruct(draft, outline-of-draft)`. */
function failureText(onFailure: OnFailure): string {
  if (onFailure === "skip") return JSON.stringify(onFailure);
  if (onFailure.is === "reconstruct") return `reconstruct(${onFailure.from}, ${onFailure.task})`;
  return "node" in onFailure ? `fallback(${onFailure.node})` : "fallback(value)";
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
  const { attempts, backoffMs, maxBackoffMs, jitter } = retry;
  const waits = `${toDurationText(backoffMs)} … ${toDurationText(maxBackoffMs)}`;
  return `${attempts} ${attempts === 1 ? "attempt" : "attempts"}, ${waits}${jitter ? "" : ", no jitter"}`;
}
