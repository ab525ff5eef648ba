import type { Check, Checked, PlanNode, Problem } from "../plan/index.ts";
import type { Playable } from "./performance.ts";

/** What says whether a value may be the output of `node`; `undefined` where nothing is known of it. */
export function outputCheck(
  node: PlanNode,
  { code, plan }: Pick<Playable, "code" | "plan">,
): Check | undefined {
  switch (node.kind) {
    case "task":
      return code.tasks[node.code]?.checkOutput;
    case "agent":
      return code.agents[plan.agents?.[node.agent]?.code ?? -1]?.checkOutput;
    case "http":
    case "loop":
    case "checkpoint":
    case "artifact":
      return code.checks[node.code];
    case "map":
      return listOf(node.body.single ? node.body.nodes.each : undefined, node.onItemError, { code, plan });
    case "shell":
      return (value) => wanted(isShellResult(value), value, "{ exitCode, stdout, stderr }");
    case "wait":
      return (value) => wanted(typeof value === "string", value, "an instant, as text");
    case "score":
    case "branch":
    case "switchOn":
    case "text":
    case "oneOf":
    case "derive":
      return undefined;
    default:
      return node satisfies never;
  }
}

function wanted(fits: boolean, value: unknown, what: string): Checked {
  return fits ? { value } : { problems: [{ path: "", detail: `it has to be ${what}`, type: typeOf(value) }] };
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isShellResult(value: unknown): boolean {
  const { exitCode, stdout, stderr } = Object(value) as Readonly<Record<string, unknown>>;
  return typeof exitCode === "number" && typeof stdout === "string" && typeof stderr === "string";
}

/** Of a map: a list, and of its items what the one node inside says of its output. */
function listOf(
  each: PlanNode | undefined,
  onItemError: "fail" | "collect",
  playable: Pick<Playable, "code" | "plan">,
): Check {
  const check = each && onItemError === "fail" ? outputCheck(each, playable) : undefined;
  return async (value) => {
    if (!Array.isArray(value) || !check) return wanted(Array.isArray(value), value, "a list");
    const values: unknown[] = [];
    const problems: Problem[] = [];
    for (const [i, item] of value.entries()) {
      const checked = await check(item);
      if ("value" in checked) values.push(checked.value);
      else problems.push(...checked.problems.map((one) => ({ ...one, path: inItem(i, one.path) })));
    }
    return problems.length > 0 ? { problems } : { value: values };
  };
}

function inItem(index: number, path: string): string {
  return `[${index}]${path === "" || path.startsWith("[") ? path : `.${path}`}`;
}
