import type { Expr, Path } from "./expr.ts";
import type { Body, PlanNode } from "./plan.ts";
import { waysOutOf } from "./ways-out.ts";

/** One expression of a node, with the way to it from the node's options. */
export interface Binding {
  readonly expr: Expr;
  readonly at: Path;
  /** A `when`: without its value the node is skipped, which is what a guard is for. */
  readonly isGuard: boolean;
}

/** Every expression that is looked at for `node` in the scope it stands in; what is inside a body is not. */
export function bindingsOf(node: PlanNode): readonly Binding[] {
  const value = (expr: Expr, ...at: Path): Binding => ({ expr, at, isGuard: false });
  const some = (key: string, expr: Expr | undefined) => (expr ? [value(expr, key)] : []);
  const guard = "when" in node && node.when ? [{ expr: node.when, at: ["when"], isGuard: true }] : [];
  const cacheKey = "cache" in node ? node.cache?.key : undefined;
  const last = [
    ...(cacheKey ? [value(cacheKey, "cache", "key")] : []),
    ...("onFailure" in node || "retry" in node ? policyBindings(node) : []),
  ];
  switch (node.kind) {
    case "task":
    case "agent":
    case "score":
      return [...guard, value(node.input, "input"), ...last];
    case "http":
      return [
        ...guard,
        value(node.url, "url"),
        ...some("query", node.query),
        ...some("headers", node.headers),
        ...some("body", node.body),
        ...last,
      ];
    case "shell":
      return [
        ...guard,
        ...some("command", node.command),
        ...some("script", node.script),
        ...some("cwd", node.cwd),
        ...some("env", node.env),
        ...some("stdin", node.stdin),
        ...last,
      ];
    case "map":
      return [...guard, value(node.over, "over"), ...last];
    case "loop":
      return [...guard, value(node.start, "start"), ...last];
    case "branch":
    case "switchOn":
      return [...guard, value(node.on, "on")];
    case "wait":
      return [...guard, ...some("until", node.until)];
    case "checkpoint":
      return [...guard, value(node.title, "title"), ...some("show", node.show), ...last];
    case "artifact":
      return [...guard, value(node.name, "name"), value(node.value, "value"), ...last];
    case "text":
      return node.values.map((expr, i) => value(expr, i));
    case "oneOf":
    case "derive":
      return node.of.map((expr, i) => value(expr, i));
    default:
      return node satisfies never;
  }
}

/** What is played inside `node`, for each item of a map or each turn of a loop. */
export function bodyOf(node: PlanNode): Body | undefined {
  return node.kind === "map" || node.kind === "loop" ? node.body : undefined;
}

/** What is looked at only when an attempt has failed. */
function policyBindings(node: PlanNode): readonly Binding[] {
  const found: Binding[] = [];
  const add = (expr: Expr, ...at: Path) => found.push({ expr, at, isGuard: false });
  const retry = "retry" in node && typeof node.retry === "object" ? node.retry : undefined;
  for (const [i, expr] of (retry?.vary ?? []).entries()) add(expr, "retry", "vary", i);
  const { fallback, isChosen } = waysOutOf(node);
  if (fallback && "value" in fallback) add(fallback.value, "onFailure", ...(isChosen ? [0, "fallback"] : []));
  return found;
}
