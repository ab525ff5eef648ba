/** The anchors a Markdown file has on GitHub: one per heading, and those its HTML names itself. */
import { toProse } from "./markdown-prose.ts";

/** Every `#fragment` that leads somewhere in `markdown`. */
export function anchorsOf(markdown: string): Set<string> {
  const { text, plain } = toProse(markdown);
  const anchors = new Set<string>();
  const slugger = new Slugger();
  for (const heading of headingsOf(text)) anchors.add(slugger.slug(headingText(heading)));
  for (const [, name = ""] of plain.matchAll(/<[a-z][^>]*?\s(?:id|name)\s*=\s*["']?([^"'\s>]+)/gi))
    anchors.add(name);
  return anchors;
}

/**
 * Heading text to anchor, as GitHub does it: lower case, everything away that is no letter, mark, digit, `_`, `-` or
 * space, spaces to `-`; the second of the same gets `-1`.
 * @see https://github.com/Flet/github-slugger
 */
export class Slugger {
  readonly #seen = new Map<string, number>();

  slug(text: string): string {
    const base = text
      .toLowerCase()
      .replace(/[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\- ]/gu, "")
      .replaceAll(" ", "-");
    let slug = base;
    let times = this.#seen.get(base) ?? 0;
    while (this.#seen.has(slug)) slug = `${base}-${++times}`;
    this.#seen.set(base, times);
    this.#seen.set(slug, this.#seen.get(slug) ?? 0);
    return slug;
  }
}

/** The headings in the order they stand in, as their author wrote them: `#`, underlined, and `<h1>`. */
function headingsOf(text: string): string[] {
  const found: { at: number; heading: string }[] = [];
  for (const { 1: heading = "", index } of text.matchAll(/<h[1-6]\b[^>]*>([\s\S]*?)<\/h[1-6]>/gi)) {
    found.push({ at: index, heading });
  }
  let at = 0;
  let paragraph: string[] = [];
  for (const line of text.split("\n")) {
    const bare = line.replace(/^( {0,3}(>|[-*+] |\d{1,9}[.)] ))+ {0,3}/, "");
    const atx = /^ {0,3}#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(bare);
    const isUnderline = paragraph.length > 0 && /^ {0,3}(=+|-+)[ \t]*$/.test(line);
    if (atx) found.push({ at, heading: atx[1] ?? "" });
    else if (isUnderline) found.push({ at, heading: paragraph.join(" ") });
    // Underlines make headings of paragraphs only, not of list items, quotes and table rows.
    const isProse =
      !atx && !isUnderline && line.trim() !== "" && bare === line && !/^ {0,3}(\||<)/.test(line);
    paragraph = isProse ? [...paragraph, line.trim()] : [];
    at += line.length + 1;
  }
  return found.sort((a, b) => a.at - b.at).map(({ heading }) => heading);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

/** What a heading reads like: links, images, emphasis and HTML resolved. */
export function headingText(markdown: string): string {
  const parts = markdown.split(/(`+[^`]*`+)/);
  return parts
    .map((part, i) => (i % 2 === 1 ? part.replace(/^`+ ?| ?`+$/g, "") : proseText(part)))
    .join("")
    .trim();
}

function proseText(markdown: string): string {
  return markdown
    .replace(/!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])/g, "")
    .replace(/\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])/g, "$1")
    .replace(/<\/?[a-z][^>]*>|<!--.*?-->/gi, "")
    .replace(/(?<![\p{L}\p{N}_\\])(_+)(\S(?:.*?\S)?)\1(?![\p{L}\p{N}_])/gu, "$2")
    .replace(/&(\w+);/g, (all, name: string) => ENTITIES[name] ?? all)
    .replace(/\\([!-/:-@[-`{-~])/g, "$1");
}
