import type { Expr, PlanNode, Retry } from "../../plan/index.ts";
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
  switch (node.kind) {
    case "task":
      add("task", "code", node.task);
      bind(node.input, "input");
      break;
    case "map":
      bind(node.over, "over");
      add("maxItems", "policy", String(node.maxItems));
      add("concurrency", "policy", node.concurrency?.toString());
      add(
        "onItemError",
        "policy",
        node.onItemError === "fail" ? undefined : JSON.stringify(node.onItemError),
      );
      break;
    case "branch":
    case "switchOn":
      bind(node.on, "on");
      break;
    case "text":
      add("text", "binding", text.ofValue(node, scope));
      break;
    case "oneOf":
    case "derive":
      for (const [i, expr] of node.of.entries()) bind(expr, `of[${i}]`);
      break;
    default:
      node satisfies never;
  }
  if ("when" in node && node.when) add("when", "guard", text.of(node.when, scope));
  if ("after" in node)
    for (const name of node.after ?? [])
      add(`after ${text.nameOf(name, 0, scope)}`, "order", text.nameOf(name, 0, scope));
  if ("onSkip" in node) add("onSkip", "order", node.onSkip && JSON.stringify(node.onSkip));
  if ("retry" in node) add("retry", "policy", node.retry && retryText(node.retry));
  if ("timeoutMs" in node)
    add("timeout", "policy", node.timeoutMs === undefined ? undefined : toDurationText(node.timeoutMs));
  if ("onFailure" in node) add("onFailure", "policy", node.onFailure && JSON.stringify(node.onFailure));
  for (const name of readsOf(node, scope, text)) add(`reads ${name}`, "edge", name);
  return facts;
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
