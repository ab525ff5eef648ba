const FIRST_STAND_IN = 0xe000;
const LAST_STAND_IN = 0xf8ff;

/**
 * The texts of a picture. The renderer knows no escapes: a bracket or a `|` would end a label, `**` would make it bold.
 * And it draws lines over labels, and boxes over boxes. So each character of each label is drawn as one of its own, for
 * private use: that shows whether it arrived, and is put back afterwards.
 */
export class Labels {
  readonly #hidden: string[] = [];
  #characters = "";

  /** Whether there were enough characters for private use. */
  get hasRoom(): boolean {
    return FIRST_STAND_IN + this.#characters.length <= LAST_STAND_IN;
  }

  hide(text: string): string {
    const first = FIRST_STAND_IN + this.#characters.length;
    const label = Array.from({ length: text.length }, (_, i) => String.fromCharCode(first + i)).join("");
    this.#hidden.push(label);
    this.#characters += text;
    return label;
  }

  /** Is every label there, and a whole box around each of the first `boxes`? */
  areIntactIn(picture: string, boxes: number): boolean {
    const rows = picture.split("\n");
    return this.#hidden.every((label, i) => {
      const y = rows.findIndex((row) => row.includes(label));
      return y >= 0 && (i >= boxes || isBoxed(rows, y, label));
    });
  }

  show(picture: string): string {
    return picture.replace(
      /[\ue000-\uf8ff]/g,
      (standIn) => this.#characters[standIn.charCodeAt(0) - FIRST_STAND_IN] ?? "",
    );
  }
}

/** Do the next signs to the left and right of the label have the corners of one box above and below them? */
function isBoxed(rows: readonly string[], y: number, label: string): boolean {
  const row = rows[y]!;
  const start = row.indexOf(label);
  const left = row.slice(0, start).trimEnd().length - 1;
  const behind = row.slice(start + label.length);
  const right = start + label.length + (behind.length - behind.trimStart().length);
  const corner = (x: number, dy: number) => rows[y + dy]?.[x] ?? " ";
  return (
    "┌╭◇(╟⌜".includes(corner(left, -1)) &&
    "┐╮◇)╢⌝".includes(corner(right, -1)) &&
    "└╰◇(╟⌞".includes(corner(left, 1)) &&
    "┘╯◇)╢⌟".includes(corner(right, 1))
  );
}
