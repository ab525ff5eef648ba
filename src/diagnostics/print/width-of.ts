import { toVisible } from "../../support/to-visible.ts";

// East Asian wide and fullwidth blocks (Unicode TR11), and pictures that terminals draw over two cells.
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\ufe0f/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
let segmenter: Intl.Segmenter | undefined;
/** Made when something is measured: it costs 6 ms, and most commands have nothing to align. */
function segmentsOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** A picture may be put together from several, but text that fills a cell is seldom longer: a line of 1 MB is not read whole. */
const MOST_UNITS_A_CELL = 16;

/** How many cells of a terminal `text` fills, once it is visible. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmentsOf(toVisible(text))) width += cellsOf(segment);
  return width;
}

/** How many UTF-16 units of `text`, from its beginning, fill at most `cells` cells. No character is cut in two. */
export function fitting(text: string, cells: number): number {
  let units = 0;
  let width = 0;
  for (const { segment } of segmentsOf(text.slice(0, cells * MOST_UNITS_A_CELL))) {
    width += widthOf(segment);
    if (width > cells) break;
    units += segment.length;
  }
  return units;
}

/** The same from its end. */
export function fittingAtEnd(text: string, cells: number): number {
  const segments = [...segmentsOf(text.slice(-cells * MOST_UNITS_A_CELL))];
  let units = 0;
  let width = 0;
  for (const { segment } of segments.reverse()) {
    width += widthOf(segment);
    if (width > cells) break;
    units += segment.length;
  }
  return units;
}

function cellsOf(segment: string): number {
  return NO_WIDTH.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
}
