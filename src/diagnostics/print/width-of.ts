import { toVisible } from "../../support/to-visible.ts";

// East Asian wide and fullwidth blocks (Unicode TR11), and pictures that terminals draw over two cells.
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\ufe0f/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many cells of a terminal `text` fills, once it is visible. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(toVisible(text))) {
    width += NO_WIDTH.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
  }
  return width;
}
