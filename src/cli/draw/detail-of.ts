import type { ExprText, Scope } from "../../compile/diff/expr-text.ts";
import { CONVERSIONS, type Expr, HIDDEN, type Plan, type PlanNode } from "../../plan/index.ts";
import { toDurationText } from "../../support/duration-text.ts";

/** What expressions are written with, where a node stands. */
export interface Written {
  readonly scope: Scope;
  readonly text: ExprText;
  readonly agents: Plan["agents"];
}

/**
 * What a node asks, plays or runs, in a few words: an agent with its model, a method and a host, a program, a score, a
 * length of time, whom it asks. `undefined` where the kind says it all, or where it is only known when it is played.
 */
export function detailOf(node: PlanNode, written: Written): string | undefined {
  switch (node.kind) {
    case "agent": {
      const { model, skills = [] } = written.agents?.[node.agent] ?? {};
      return [node.agent, ...(model === undefined ? [] : [model]), ...skills.map((id) => `+${id}`)].join(
        ", ",
      );
    }
    case "http": {
      const host = hostOf(startOf(node.url, written.scope));
      return host === undefined ? node.method : `${node.method} ${host}`;
    }
    case "shell":
      return node.script ? "sh" : programOf(node.command, written.scope);
    case "score":
      return node.score;
    case "wait":
      if (node.forMs !== undefined) return toDurationText(node.forMs);
      return node.until && `until ${toWords(node.until, written)}`;
    case "checkpoint":
      return node.assignee && `asks ${node.assignee}`;
    case "task":
    case "map":
    case "loop":
    case "artifact":
    case "branch":
    case "switchOn":
    case "text":
    case "oneOf":
      return undefined;
    case "derive":
      return node.convert && CONVERSIONS[node.convert.to];
    default:
      return node satisfies never;
  }
}

/** An expression as its author wrote it; a text without its quotes. */
export function toWords(expr: Expr, { scope, text }: Pick<Written, "scope" | "text">): string {
  return expr.is === "literal" && typeof expr.value === "string" ? expr.value : text.of(expr, scope);
}

/** How a text begins, as far as it is known before a run. */
function startOf(expr: Expr, { body }: Scope): string {
  if (expr.is === "literal") return String(expr.value);
  if (expr.is !== "output" || !expr.node.startsWith(HIDDEN) || expr.up > 0) return "";
  const node = body.nodes[expr.node];
  return node?.kind === "text" ? node.strings[0]! : "";
}

/** The host of an address, when all of it is there. */
function hostOf(address: string): string | undefined {
  return /^https?:\/\/(?:[^/?#@]*@)?([^/?#@]+)(?=[/?#])/.exec(`${address}/`)?.[1];
}

function programOf(command: Expr | undefined, scope: Scope): string | undefined {
  const first =
    command?.is === "array"
      ? command.items[0]
      : command?.is === "literal" && Array.isArray(command.value)
        ? ({ is: "literal", value: command.value[0] ?? "" } as const)
        : undefined;
  const program = first && startOf(first, scope);
  return program === undefined || program === "" ? undefined : program.split("/").at(-1);
}
