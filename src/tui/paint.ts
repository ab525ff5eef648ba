import type { Line, Segment } from "./looks.ts";

/** What is drawn, no line of it wider than the terminal; and how large that is. */
export interface Painted {
  readonly lines: readonly Line[];
  readonly columns: number;
  readonly rows: number;
}

const CODES = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, gray: 90 } as const;
/**
 * A terminal that knows the first shows all of a frame at once; others know nothing of it. The second keeps what it draws
 * wider than we count, as terminals do with pictures, from running into the next line.
 */
const [BEGIN, END] = ["\u001b[?2026h\u001b[?7l", "\u001b[?7h\u001b[?2026l"];
const CLEAR = "\u001b[2J";
/** Where the cursor is between two frames: whoever else writes does not make the screen roll. */
const HOME = "\u001b[H";

/**
 * Draws frames on a terminal. Only lines that are another thing are written, all of them at once: a frame costs what has
 * changed in it.
 */
export class Painter {
  readonly #write: (text: string) => void;
  readonly #hasColor: boolean;
  #shown: readonly string[] = [];
  #size = "";
  #last: Painted | undefined;
  /** Does somebody else draw there? */
  isHeld = false;

  constructor(write: (text: string) => void, hasColor: boolean) {
    this.#write = write;
    this.#hasColor = hasColor;
  }

  /** Somebody else draws there: nothing is drawn until that is over. */
  hold(): void {
    this.isHeld = true;
  }

  /** What was drawn last, or would have been meanwhile, is drawn as a whole. */
  takeBack(): void {
    this.isHeld = false;
    this.#size = "";
    if (this.#last) this.paint(this.#last);
  }

  paint(painted: Painted): void {
    this.#last = painted;
    if (this.isHeld) return;
    const { lines, columns, rows } = painted;
    const size = `${columns}×${rows}`;
    const isWhole = size !== this.#size;
    const shown = lines.slice(0, rows).map((line) => toAnsi(line, this.#hasColor));
    const before = isWhole ? [] : this.#shown;
    const changed: string[] = [];
    for (let i = 0; i < Math.max(shown.length, before.length); i++) {
      const text = shown[i] ?? "";
      // Erased first: after a line that fills its row the cursor still stands on its last cell.
      if (text !== (before[i] ?? "")) changed.push(`\u001b[${i + 1};1H\u001b[K${text}`);
    }
    this.#shown = shown;
    this.#size = size;
    if (changed.length > 0 || isWhole)
      this.#write(`${BEGIN}${isWhole ? CLEAR : ""}${changed.join("")}${HOME}${END}`);
  }
}

function toAnsi(line: Line, hasColor: boolean): string {
  return line.map((segment) => toStyled(segment, hasColor)).join("");
}

function toStyled({ text, color, bold, dim, inverse, link }: Segment, hasColor: boolean): string {
  if (text === "") return "";
  const codes = [
    ...(bold ? [1] : []),
    ...(dim ? [2] : []),
    ...(inverse ? [7] : []),
    ...(hasColor && color !== undefined ? [CODES[color]] : []),
  ];
  const styled = codes.length === 0 ? text : `\u001b[${codes.join(";")}m${text}\u001b[0m`;
  // OSC 8: a place that the terminal opens when somebody clicks on it.
  return link === undefined ? styled : `\u001b]8;;${link}\u001b\\${styled}\u001b]8;;\u001b\\`;
}
