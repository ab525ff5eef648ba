import type { Finding } from "../define/finding.ts";
import type { Body, PlanNode } from "../plan/index.ts";
import type { LoadedFile, LoadedScore } from "./child/protocol.ts";

/**
 * MS1009: the scores of which a second evaluation in another process made something else, each with the first node
 * that differs. What a file has wrong in the first is told by that; what it has wrong in the second alone is a difference.
 */
export function compareEvaluations(
  first: readonly LoadedFile[],
  second: readonly LoadedFile[],
): { readonly file: string; readonly finding: Finding }[] {
  const again = new Map(second.map(({ file, definition }) => [file, definition]));
  return first.flatMap(({ file, definition }) => {
    if (definition?.is !== "score") return [];
    const other = again.get(file);
    if (isSame(definition.plan, other?.is === "score" ? other.plan : undefined)) return [];
    const node = other?.is === "score" ? firstDifference(definition.plan.body, other.plan.body) : undefined;
    return [{ file, finding: toFinding(definition, node, other?.is === "score" ? other : undefined) }];
  });
}

function toFinding(score: LoadedScore, node: string | undefined, other: LoadedScore | undefined): Finding {
  const sites =
    (node === undefined ? undefined : (score.sites[node] ?? other?.sites[node])) ?? score.sites[""] ?? [];
  return { code: "MS1009", facts: { score: score.id, node }, sites, subject: score.id };
}

/** Written alike: the same code writes its keys in the same order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The path of the first node, in the author's order, that is not in both or not the same; of one with a body, that inside it. */
function firstDifference(first: Body, second: Body): string | undefined {
  let [one, other, path]: [Body, Body, string] = [first, second, ""];
  for (;;) {
    const key = [...Object.keys(one.nodes), ...Object.keys(other.nodes)].find(
      (name) => !isSame(one.nodes[name], other.nodes[name]),
    );
    if (key === undefined) return path || undefined;
    const [a, b]: (PlanNode | undefined)[] = [one.nodes[key], other.nodes[key]];
    path = path ? `${path}/${key}` : key;
    const [inside, otherInside] = [bodyOf(a), bodyOf(b)];
    if (!inside || !otherInside) return path;
    [one, other] = [inside, otherInside];
  }
}

/** The nodes inside of one, where they have names of their own. */
function bodyOf(node: PlanNode | undefined): Body | undefined {
  const body = node?.kind === "map" || node?.kind === "loop" ? node.body : undefined;
  return body?.single ? undefined : body;
}
