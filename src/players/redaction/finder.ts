import { type Form, follow } from "./form.ts";
import { toForms } from "./to-forms.ts";

/** A stretch of a text that is a secret. */
interface Found {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

interface Named {
  readonly name: string;
  readonly form: Form;
}

/** What base64 is made of. */
const DIGIT = /[\w+/-]/;

/**
 * Finds secrets in texts. One expression finds where one of them may begin, in one pass whatever there is of secrets;
 * whether one does is looked at there, piece by piece and without ever going back.
 */
export class Finder {
  readonly forms: readonly Form[];
  /** Forms with the names of their secrets, by the character they begin with. */
  readonly #byStart = new Map<string, Named[]>();
  readonly #heads: RegExp;

  constructor(secrets: readonly (readonly [name: string, value: string])[]) {
    const all = secrets.flatMap(([name, value]) => toForms(value).map((form) => ({ name, form })));
    this.forms = all.map(({ form }) => form);
    for (const one of all)
      for (const start of new Set(one.form.pieces[0]!.map((way) => way[0]!)))
        this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), one]);
    this.#heads = new RegExp([...new Set(this.forms.map(({ head }) => head))].join("|"), "g");
  }

  /** The first secret that stands at `from` or later; of two at one place that of the form named first. */
  next(text: string, from: number): Found | undefined {
    this.#heads.lastIndex = from;
    for (let head = this.#heads.exec(text); head; head = this.#heads.exec(text)) {
      const found = this.#at(text, head.index, from);
      if (found) return found;
      // Another may begin within what only looked like one.
      this.#heads.lastIndex = head.index + 1;
    }
    return undefined;
  }

  #at(text: string, at: number, from: number): Found | undefined {
    for (const { name, form } of this.#byStart.get(text[at]!) ?? []) {
      const to = follow(text, at, form);
      if (to < 0) continue;
      if (!form.isBase64) return { from: at, to, name };
      // The characters beside it hold bits of its first and its last byte.
      const isBegun = at > from && DIGIT.test(text[at - 1]!);
      return { from: isBegun ? at - 1 : at, to: withNext(text, to, form), name };
    }
    return undefined;
  }
}

/** The place after the digit that follows at `to`, be it on the next line. */
function withNext(text: string, to: number, { gaps }: Form): number {
  if (to < text.length && DIGIT.test(text[to]!)) return to + 1;
  const gap = gaps[0]!;
  gap.lastIndex = to;
  const isBroken = gap.test(text) && gap.lastIndex < text.length;
  return isBroken && DIGIT.test(text[gap.lastIndex]!) ? gap.lastIndex + 1 : to;
}
