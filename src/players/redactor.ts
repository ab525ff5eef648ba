import { MaestroError } from "../diagnostics/index.ts";
import { Finder } from "./redaction/finder.ts";
import { endOverlap, startOverlap } from "./redaction/form.ts";

/** Which end of a text was cut off. */
type Cut = "start" | "end";

/**
 * Takes the values of secrets out of whatever came back from outside: each stands as `[secret:NAME]` there. It finds
 * them as they are, as JSON, URLs, forms and HTML escape them, and in base64 and hexadecimal, also amid other bytes and
 * on several lines.
 *
 * A net, not a wall: what was compressed, encrypted or taken apart is not found.
 */
export class Redactor {
  readonly #known: readonly (readonly [name: string, value: string])[];
  /** Made when something is looked at: most attempts that know secrets say little. */
  #made: Finder | undefined;

  constructor(secrets: Iterable<readonly [name: string, value: string]>) {
    // The longest first: one value may begin like another.
    this.#known = [...secrets]
      .filter(([, value]) => value !== "")
      .sort(([, a], [, b]) => b.length - a.length);
  }

  /** Does `text` hold a secret, as it is? */
  isSecret(text: string): boolean {
    return this.#known.some(([, value]) => text.includes(value));
  }

  text(text: string): string {
    if (this.#known.length === 0 || text === "") return text;
    const finder = this.#finder;
    let clean = "";
    let done = 0;
    for (let found = finder.next(text, 0); found; found = finder.next(text, done)) {
      clean += `${text.slice(done, found.from)}[secret:${found.name}]`;
      done = found.to;
    }
    return done === 0 ? text : clean + text.slice(done);
  }

  /** A text that was cut off at one end: also a secret of which only a part is left is taken out. */
  cutText(text: string, cut: Cut): string {
    // What is whole comes first: the end of a whole one can look like the beginning of another.
    const clean = this.text(text);
    if (this.#known.length === 0) return clean;
    const overlap = cut === "end" ? endOverlap : startOverlap;
    const longest = Math.max(...this.#finder.forms.map((form) => overlap(clean, form)));
    if (longest === 0) return clean;
    return cut === "end" ? clean.slice(0, -longest) : clean.slice(longest);
  }

  /** A JSON value, with its keys. What holds no secret is given back as it is. */
  value(value: unknown): unknown {
    if (this.#known.length === 0) return value;
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") {
      const text = String(value);
      const clean = this.text(text);
      return clean === text ? value : clean;
    }
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [this.text(key), this.value(inner)]),
    );
  }

  /** A failure of ours with its facts made clean, and without its cause, which may hold anything. Others as they are. */
  error(error: unknown): unknown {
    if (!(error instanceof MaestroError)) return error;
    return new MaestroError(error.code, this.value(error.facts) as typeof error.facts);
  }

  get #finder(): Finder {
    this.#made ??= new Finder(this.#known);
    return this.#made;
  }
}
