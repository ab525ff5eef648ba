import type { Plan } from "../../plan/index.ts";
import type { Drawing } from "../../tui/source.ts";
import { toAscii } from "../draw/to-ascii.ts";
import { toDrawing } from "../draw/to-drawing.ts";
import { toList } from "../draw/to-list.ts";

/** A score for a screen: drawn, and as a list where a drawing has no room. */
export async function drawPlan(plan: Plan): Promise<Drawing> {
  const picture = await toAscii(plan);
  return { picture, list: toList(toDrawing(plan)) };
}
