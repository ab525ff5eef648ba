/** One way in which the value of a secret may stand in a text: piece after piece, each written in one of several ways. */
export interface Form {
  readonly pieces: readonly (readonly string[])[];
  /** What may stand between two pieces. */
  readonly gaps: readonly RegExp[];
  /** Matches where its first pieces stand, and may match elsewhere. */
  readonly head: string;
  /** Do the characters beside it hold bits of its first and its last byte? */
  readonly isBase64: boolean;
}

/** It may go on where the text ends. */
export const CUT = -2;
const OTHERWISE = -1;

/** Where the form whose piece `from` stands at `at` ends in `text`; {@link CUT} when the text does before, -1 when it is none. */
export function follow(text: string, at: number, { pieces, gaps }: Form, from = 0): number {
  let place = at;
  for (let index = from; index < pieces.length && place >= 0; index++) {
    const ways = pieces[index]!;
    let next = take(text, place, ways);
    for (let which = 0; next === OTHERWISE && index > 0 && which < gaps.length; which++) {
      const gap = gaps[which]!;
      gap.lastIndex = place;
      if (gap.test(text)) next = take(text, gap.lastIndex, ways);
    }
    place = next;
  }
  return place;
}

/** Where the piece at `at` ends. */
function take(text: string, at: number, ways: readonly string[]): number {
  const way = ways.find((one) => text.startsWith(one, at));
  if (way !== undefined) return at + way.length;
  const isCut = ways.some((one) => text.length - at < one.length && one.startsWith(text.slice(at)));
  return isCut ? CUT : OTHERWISE;
}

/** How many characters at the end of `text` are the beginning of a form that goes on. */
export function endOverlap(text: string, form: Form): number {
  for (let at = Math.max(0, text.length - mostOf(form)); at < text.length; at++)
    if (follow(text, at, form) === CUT) return text.length - at;
  return 0;
}

/** How many characters at the beginning of `text` are the end of a form that began before. */
export function startOverlap(text: string, form: Form): number {
  let most = 0;
  form.pieces.forEach((ways, index) => {
    if (index > 0) most = Math.max(most, follow(text, 0, form, index));
    for (const way of ways)
      for (let cut = 1; cut < way.length; cut++)
        if (text.startsWith(way.slice(cut)))
          most = Math.max(most, follow(text, way.length - cut, form, index + 1));
  });
  return most;
}

/** About the most characters that a form takes. */
function mostOf({ pieces, gaps }: Form): number {
  const own = pieces.reduce((sum, ways) => sum + Math.max(...ways.map((way) => way.length)), 0);
  return gaps.length === 0 ? own : own * 4 + 64;
}
