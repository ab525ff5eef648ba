import type { Drawing, DrawnNode } from "./drawing.ts";
import { toLevels } from "./levels.ts";

/**
 * The nodes in the order in which the terminal renderer places them well. It goes through them once and puts every
 * node one level below the first one that leads to it; arrows then point up to it from all that come later. So the one
 * that leads to it from right above has to stand before the others, and before the node itself.
 */
export function inDrawingOrder(scope: Drawing): DrawnNode[] {
  const levels = toLevels(scope);
  const levelOf = (name: string) => levels.get(name)!;
  const above = new Map<string, string>();
  for (const { from, to } of scope.edges) {
    if (levelOf(from) === levelOf(to) - 1 && !above.has(to)) above.set(to, from);
  }
  const waitsFor = new Map(scope.nodes.map(({ name }): [string, string[]] => [name, []]));
  for (const { from, to } of scope.edges) {
    const placer = above.get(to);
    if (placer !== undefined && placer !== from) waitsFor.get(from)!.push(placer);
  }

  const ordered = new Map<string, DrawnNode>();
  const left = new Set(scope.nodes.toSorted((a, b) => levelOf(a.name) - levelOf(b.name)));
  const arrowsUp = ({ name }: DrawnNode) => waitsFor.get(name)!.filter((other) => !ordered.has(other)).length;
  while (left.size > 0) {
    const ready = [...left].filter(({ name }) => !above.has(name) || ordered.has(above.get(name)!));
    // Where nodes wait for one another, some arrow has to point up: as few as possible.
    const next = ready.toSorted((a, b) => arrowsUp(a) - arrowsUp(b))[0] ?? [...left][0]!;
    ordered.set(next.name, next);
    left.delete(next);
  }
  return [...ordered.values()];
}
