import { widthOf } from "../../../diagnostics/print/width-of.ts";
import { toVisible } from "../../../support/to-visible.ts";
import { shorten } from "../shorten.ts";
import { round, text } from "./elements.ts";
import type { Point } from "./layout.ts";
import { SIZE, textWidth } from "./style.ts";

const HEIGHT = 16;
const PADDING = 6;
const GAP = 5;
const ROW = HEIGHT + 4;
/** Badges that would make a node wider stand in another row. */
const WIDEST_ROW = 280;

/** Small labels with what is agreed, in rows. */
export class Badges {
  readonly #rows: { readonly words: readonly string[]; readonly width: number }[] = [];

  constructor(policies: readonly string[]) {
    for (const policy of policies) {
      const words = shorten(toVisible(policy), 48);
      const last = this.#rows.at(-1);
      const wider = last && last.width + GAP + widthOfBadge(words);
      if (wider === undefined || wider > WIDEST_ROW)
        this.#rows.push({ words: [words], width: widthOfBadge(words) });
      else this.#rows[this.#rows.length - 1] = { words: [...last!.words, words], width: wider };
    }
  }

  get width(): number {
    return this.#rows.reduce((widest, { width }) => Math.max(widest, width), 0);
  }

  get height(): number {
    return this.#rows.length * ROW;
  }

  /** @param align whether `x` is the middle of each row, or its left end */
  draw({ x, y }: Point, align: "middle" | "left"): string {
    return this.#rows
      .map(({ words, width }, i) => {
        let left = align === "left" ? x : x - width / 2;
        const top = y + i * ROW;
        return words
          .map((word) => {
            const own = widthOfBadge(word);
            const box = `<rect x="${round(left)}" y="${round(top)}" width="${round(own)}" height="${HEIGHT}" rx="${HEIGHT / 2}"/>`;
            const drawn = `<g class="badge">${box}${text("", left + own / 2, top + 11.8, word)}</g>`;
            left += own + GAP;
            return drawn;
          })
          .join("");
      })
      .join("");
  }
}

function widthOfBadge(words: string): number {
  return textWidth(widthOf(words), SIZE.small) + 2 * PADDING;
}
