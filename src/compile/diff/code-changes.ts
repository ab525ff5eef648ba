import type { Plan, PlanNode } from "../../plan/index.ts";
import type { Change } from "./change.ts";
import type { NodeCode, ScoreCode } from "./code-parts.ts";
import { schemaOf } from "./node-schema.ts";

/** How what is played when a run fails is called among the nodes of a score. */
export const ON_ERROR = "onError";

/** A node's code at both sides. */
interface Pair {
  readonly key: string;
  readonly old: NodeCode;
  readonly code: NodeCode;
}

/**
 * What the plan does not show. `changes` are those it does: a schema whose fields differ is told already, and of code
 * that cannot be taken apart nothing is known but that it is not the same, which other changes may be the reason of.
 */
export function codeChanges(
  parts: readonly [before: ScoreCode, after: ScoreCode] | undefined,
  changes: readonly Change[],
  { body }: Plan,
): Change[] {
  if (!parts) {
    const words = changes.length > 0 ? "code may have changed too" : "code changed";
    return [{ weight: "review", aspect: "code", words }];
  }
  const pairs = pairsOf(parts, changes);
  const found: Change[] = [];
  const run = pairs.filter(({ old, code }) => old.runs !== code.runs).map(({ key }) => key);
  if (run.length > 0) {
    const words =
      run.length === 1
        ? `code of ${run[0]} changed`
        : `code of ${run.length} nodes changed: ${run.join(", ")}`;
    found.push({ weight: "review", aspect: "code", words });
  }
  const isTold = (key: string | undefined, path: string) =>
    changes.some(
      ({ aspect, node, path: at }) =>
        aspect === "schema" &&
        (node === key ? at?.startsWith(path) : key !== undefined && node?.startsWith(`${key}/`)),
    );
  const check = (node: string | undefined, path: string | undefined) => {
    if (isTold(node, path ?? "")) return;
    const words = path === undefined ? "code of its schemas changed" : "its schema's code changed";
    const about = { ...(node === undefined ? {} : { node }), ...(path === undefined ? {} : { path }) };
    found.push({ weight: "review", aspect: "schema", ...about, words });
  };
  for (const { key, old, code } of pairs) {
    const path = pathOfSchema(body.nodes[key]);
    const [isInput, isOutput] = [
      old.inputChecks !== code.inputChecks,
      old.outputChecks !== code.outputChecks,
    ];
    if (path === undefined && (isInput || isOutput)) check(key, undefined);
    if (path !== undefined && isInput) check(key, "input");
    if (path !== undefined && isOutput) check(key, path);
  }
  if (parts[0].input !== parts[1].input) check(undefined, "input");
  return found;
}

function pairsOf([before, after]: readonly [ScoreCode, ScoreCode], changes: readonly Change[]): Pair[] {
  const renamed = new Map(
    changes.flatMap(({ aspect, from, to }) => (aspect === "node" && from && to ? [[to, from]] : [])),
  );
  const pairs = [...after.nodes].flatMap(([key, code]): Pair[] => {
    const old = before.nodes.get(renamed.get(key) ?? key);
    return old ? [{ key, old, code }] : [];
  });
  if (before.onError && after.onError)
    pairs.push({ key: ON_ERROR, old: before.onError, code: after.onError });
  return pairs;
}

/** A frame's code has the schemas of what is inside it, too. */
function pathOfSchema(node: PlanNode | undefined): string | undefined {
  if (!node || node.kind === "map" || node.kind === "loop") return undefined;
  return schemaOf(node)?.side ?? "output";
}
