import type { Draw } from "./draw.ts";

/** What a repetition without an end is taken to mean. */
const MORE = 3;

/**
 * A text that a regular expression takes: literals, classes, groups, alternatives and counts. What looks around, and
 * references back, is passed over; whoever asks looks at whether the text fits. `undefined` when it cannot be read.
 */
export function samplePattern(pattern: string, draw: Draw): string | undefined {
  try {
    const reader = new Reader(pattern, draw);
    const text = reader.alternatives();
    return reader.isAtEnd ? text : undefined;
  } catch {
    return undefined;
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  d: "0123456789",
  w: "abcdefghijklmnopqrstuvwxyz0123456789",
  s: " ",
  D: "abcdef",
  W: "-",
  S: "abcdefghijklmnopqrstuvwxyz",
};
const CONTROLS: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", "0": "\0" };
/** What a class that says what it is not is looked for in. */
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");
const USUAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** One pass over the pattern, drawing as it goes. */
class Reader {
  readonly #pattern: string;
  readonly #draw: Draw;
  #at = 0;

  constructor(pattern: string, draw: Draw) {
    this.#pattern = pattern;
    this.#draw = draw;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#pattern.length;
  }

  alternatives(): string {
    const found = [this.#sequence()];
    while (this.#take("|")) found.push(this.#sequence());
    return found[this.#draw(found.length)]!;
  }

  #sequence(): string {
    let text = "";
    while (!this.isAtEnd && this.#next() !== "|" && this.#next() !== ")") text += this.#repeated();
    return text;
  }

  /** An atom, as often as its count says; each time drawn anew. */
  #repeated(): string {
    const from = this.#at;
    let text = this.#atom();
    const to = this.#at;
    const [least, most] = this.#count();
    const count = least + this.#draw(most - least + 1);
    const after = this.#at;
    if (count === 0) text = "";
    for (let i = 1; i < count; i++) {
      this.#at = from;
      text += this.#atom();
      if (this.#at !== to) throw new Error("an atom has two ends");
    }
    this.#at = after;
    return text;
  }

  #count(): readonly [number, number] {
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.#pattern.slice(this.#at, this.#at + 24));
    let range: readonly [number, number] = [1, 1];
    if (this.#take("*")) range = [0, MORE];
    else if (this.#take("+")) range = [1, MORE];
    else if (this.#take("?")) range = [0, 1];
    else if (counted) {
      this.#at += counted[0].length;
      const least = Number(counted[1]);
      range = [least, counted[2] === undefined ? least : counted[3] ? Number(counted[3]) : least + MORE];
    } else return range;
    if (!this.#take("?")) this.#take("+");
    return range;
  }

  #atom(): string {
    const char = this.#pattern[this.#at++]!;
    if (char === "^" || char === "$") return "";
    if (char === ".") return this.#one(USUAL);
    if (char === "[") return this.#one(this.#set());
    if (char === "\\") return this.#escape();
    if (char !== "(") return char;
    const isAround = /^\?(?:[=!]|<[=!])/.test(this.#pattern.slice(this.#at, this.#at + 3));
    const named = /^\?(?::|<[^>=!]+>|[=!]|<[=!])/.exec(this.#pattern.slice(this.#at));
    if (named) this.#at += named[0].length;
    const text = this.alternatives();
    if (!this.#take(")")) throw new Error("a group has no end");
    return isAround ? "" : text;
  }

  #escape(): string {
    const char = this.#pattern[this.#at++]!;
    if (char === "b" || char === "B") return "";
    if (Object.hasOwn(CLASSES, char)) return this.#one(CLASSES[char]!);
    return this.#literal(char);
  }

  #literal(char: string): string {
    const hex = { u: /^\{([\da-f]+)\}|^([\da-f]{4})/i, x: /^([\da-f]{2})/i }[char as "u" | "x"];
    const found = hex?.exec(this.#pattern.slice(this.#at, this.#at + 10));
    if (found) {
      this.#at += found[0].length;
      return String.fromCodePoint(Number.parseInt(found[1] ?? found[2]!, 16));
    }
    if (char === "p" || char === "P" || char === "k" || /[1-9]/.test(char)) throw new Error("not read");
    return CONTROLS[char] ?? char;
  }

  #set(): string {
    const isNot = this.#take("^");
    let chars = "";
    while (this.#next() !== "]") {
      if (this.isAtEnd) throw new Error("a class has no end");
      const first = this.#member();
      if (this.#next() !== "-" || this.#pattern[this.#at + 1] === "]" || first.length !== 1) {
        chars += first;
        continue;
      }
      this.#at++;
      const last = this.#member();
      for (let code = first.charCodeAt(0); code <= last.charCodeAt(0) && chars.length < 500; code++)
        chars += String.fromCharCode(code);
    }
    this.#at++;
    if (!isNot) return preferred(chars);
    return preferred([...PRINTABLE].filter((char) => !chars.includes(char)).join(""));
  }

  #member(): string {
    const char = this.#pattern[this.#at++]!;
    if (char !== "\\") return char;
    const next = this.#pattern[this.#at++]!;
    return CLASSES[next] ?? this.#literal(next);
  }

  #one(chars: string): string {
    if (chars === "") throw new Error("a class holds nothing");
    return chars[this.#draw(chars.length)]!;
  }

  #next(): string | undefined {
    return this.#pattern[this.#at];
  }

  #take(char: string): boolean {
    if (this.#next() !== char) return false;
    this.#at++;
    return true;
  }
}

/** Letters and digits where there are any: they are what people expect. */
function preferred(chars: string): string {
  const usual = [...chars].filter((char) => USUAL.includes(char)).join("");
  return usual === "" ? chars : usual;
}
