import { MaestroError } from "../diagnostics/index.ts";

/** Which end of a text was cut off. */
type Cut = "start" | "end";

/**
 * Takes the values of secrets out of whatever came back from outside: each stands as `[secret:NAME]` there. It finds
 * them as they are, as JSON, URLs, forms and HTML escape them, and in base64 and hexadecimal, also amid other bytes.
 *
 * A net, not a wall: what was compressed, encrypted or taken apart is not found.
 */
export class Redactor {
  readonly #values: readonly string[];
  readonly #forms: readonly string[];
  readonly #names: readonly string[];
  readonly #pattern: RegExp | undefined;

  constructor(secrets: Iterable<readonly [name: string, value: string]>) {
    // The longest first: one value may begin like another.
    const known = [...secrets]
      .filter(([, value]) => value !== "")
      .sort(([, a], [, b]) => b.length - a.length);
    const patterns = known.map(([, value]) => `(${[...toPatterns(value)].join("|")})`);
    this.#values = known.map(([, value]) => value);
    this.#names = known.map(([name]) => name);
    this.#forms = this.#values.flatMap((value) => [...toTexts(value), ...toBase64s(value)]);
    this.#pattern = known.length > 0 ? new RegExp(patterns.join("|"), "g") : undefined;
  }

  /** Does `text` hold a secret, as it is? */
  isSecret(text: string): boolean {
    return this.#values.some((value) => text.includes(value));
  }

  text(text: string): string {
    if (!this.#pattern) return text;
    return text.replace(this.#pattern, (_match, ...groups: (string | undefined)[]) => {
      const name = this.#names[groups.findIndex((group) => group !== undefined)];
      return `[secret:${name}]`;
    });
  }

  /** A text that was cut off at one end: also a secret of which only a part is left is taken out. */
  cutText(text: string, cut: Cut): string {
    // What is whole comes first: the end of a whole one can look like the beginning of another.
    const clean = this.text(text);
    const longest = Math.max(0, ...this.#forms.map((form) => overlap(clean, form, cut)));
    if (longest === 0) return clean;
    return cut === "end" ? clean.slice(0, -longest) : clean.slice(longest);
  }

  /** A JSON value, with its keys. What holds no secret is given back as it is. */
  value(value: unknown): unknown {
    if (!this.#pattern) return value;
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
}

/** How much of `form` is left at the cut end of `text`, in characters; 0 when none or the whole of it is. */
function overlap(text: string, form: string, cut: Cut): number {
  for (let length = Math.min(form.length - 1, text.length); length > 0; length--) {
    const isThere =
      cut === "end" ? text.endsWith(form.slice(0, length)) : text.startsWith(form.slice(-length));
    if (isThere) return length;
  }
  return 0;
}

function* toPatterns(value: string): Generator<string> {
  for (const text of toTexts(value)) yield escaped(text);
  // The characters beside it hold bits of its first and its last byte.
  for (const text of toBase64s(value)) yield `[\\w+/-]?${escaped(text)}[\\w+/-]?`;
}

function toTexts(value: string): Set<string> {
  const text = value.toWellFormed();
  const json = JSON.stringify(text).slice(1, -1);
  const url = encodeURIComponent(text);
  const form = new URLSearchParams([["", text]]).toString().slice(1);
  const hex = Buffer.from(text).toString("hex");
  const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const texts = [
    value,
    json,
    json.replaceAll("/", "\\/"),
    ...[url, encodeURI(text), form].flatMap((escapes) => [escapes, lowerEscapes(escapes)]),
    html,
    html.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    html.replaceAll('"', "&#34;").replaceAll("'", "&#x27;"),
    hex,
    hex.toUpperCase(),
  ];
  // A line of a log is JSON, and what a program has printed as JSON stands in it once more.
  return new Set(texts.flatMap((one) => [one, JSON.stringify(one).slice(1, -1)]));
}

function lowerEscapes(text: string): string {
  return text.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase());
}

/** The least that is looked for: shorter stretches occur by chance. */
const LEAST_BASE64 = 6;

/** What base64 makes of it at the three places it may have in a group of three bytes, without what others share. */
function toBase64s(value: string): Set<string> {
  const bytes = Buffer.from(value);
  const found = new Set<string>();
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const own = whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    if (own.length < LEAST_BASE64) continue;
    found.add(own);
    found.add(own.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return found;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
