import type { Plan } from "../../plan/index.ts";
import type { Drawing } from "../../tui/source.ts";
import type { Drawing as Drawn } from "../draw/drawing.ts";
import { toLevels } from "../draw/levels.ts";
import { toAscii } from "../draw/to-ascii.ts";
import { toDrawing } from "../draw/to-drawing.ts";
import { toList } from "../draw/to-list.ts";
import { toScopes } from "../draw/to-scopes.ts";

/** No terminal has more lines. */
const MOST_LISTED = 500;

/** A score for a screen: drawn, as a list where a drawing has no room, and by levels where a list has none. */
export async function drawPlan(plan: Plan): Promise<Drawing> {
  const drawing = toDrawing(plan);
  const levels = levelsOf(drawing);
  if (drawing.nodes.length > MOST_LISTED) return { picture: [], list: [], levels };
  const picture = toLines(await toAscii(plan));
  return { picture, list: toLines(toList(drawing)), levels };
}

function levelsOf(drawing: Drawn): string[][] {
  const [own] = toScopes(drawing);
  const byLevel = Map.groupBy(own ? toLevels(own) : [], ([, level]) => level);
  return [...byLevel]
    .toSorted(([one], [other]) => one - other)
    .map(([, nodes]) => nodes.map(([name]) => name));
}

function toLines(text: string): string[] {
  return text.trimEnd().split("\n");
}
