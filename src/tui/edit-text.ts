/** A text that somebody types, and where: before its unit `cursor`, of UTF-16. */
export interface Typing {
  readonly text: string;
  readonly cursor: number;
}

/** What a key does with it besides typing. */
export type Editing = "left" | "right" | "home" | "end" | "backspace" | "delete";

/** With the cursor at its end. */
export function typingOf(text: string): Typing {
  return { text, cursor: text.length };
}

export function insert({ text, cursor }: Typing, more: string): Typing {
  return { text: text.slice(0, cursor) + more + text.slice(cursor), cursor: cursor + more.length };
}

/** The cursor moves over, and takes away, what is seen as one character, whatever it is put together from. */
export function edit({ text, cursor }: Typing, how: Editing): Typing {
  switch (how) {
    case "left":
      return { text, cursor: before(text, cursor) };
    case "right":
      return { text, cursor: after(text, cursor) };
    case "home":
      return { text, cursor: 0 };
    case "end":
      return typingOf(text);
    case "backspace": {
      const from = before(text, cursor);
      return { text: text.slice(0, from) + text.slice(cursor), cursor: from };
    }
    case "delete":
      return { text: text.slice(0, cursor) + text.slice(after(text, cursor)), cursor };
    default:
      return how satisfies never;
  }
}

/** Without its last character. */
export function withoutLast(text: string): string {
  return edit(typingOf(text), "backspace").text;
}

const CHARACTERS = new Intl.Segmenter();
/** No character that somebody types is longer, and of a megabyte the surroundings of the cursor are looked at. */
const MOST_UNITS = 200;

function before(text: string, cursor: number): number {
  const from = Math.max(0, cursor - MOST_UNITS);
  const last = CHARACTERS.segment(text.slice(from, cursor)).containing(cursor - from - 1);
  return cursor - (last?.segment.length ?? 0);
}

function after(text: string, cursor: number): number {
  const next = CHARACTERS.segment(text.slice(cursor, cursor + MOST_UNITS)).containing(0);
  return cursor + (next?.segment.length ?? 0);
}
