/** Every link in a Markdown file, with its line. Code and comments have none. */
import { blankRanges, type Range, toProse } from "./markdown-prose.ts";

/** `problem`: it does not work as it is written, wherever it leads. */
export interface Link {
  readonly target: string;
  /** From 1. */
  readonly line: number;
  readonly problem?: string;
}

interface Found {
  readonly target: string;
  readonly range: Range;
  readonly problem?: string;
}

/** The links of `markdown` in the order they stand in: inline, reference, HTML, `<…>` and bare addresses; images too. */
export function linksOf(markdown: string): Link[] {
  let rest = toProse(markdown).plain;
  const found: Found[] = [];
  const defined = definitionsIn(rest);
  const take = (some: readonly Found[]) => {
    found.push(...some);
    rest = blankRanges(
      rest,
      some.map((one) => one.range),
    );
  };
  take(defined);
  take(htmlLinksIn(rest));
  take(inlineLinksIn(rest));
  take(undefinedReferencesIn(rest, new Set(defined.map((one) => one.label))));
  take(addressesIn(rest));

  const lineAt = lineCounter(rest);
  return found
    .sort((a, b) => a.range[0] - b.range[0])
    .map(({ target, range, problem }) => ({
      target,
      line: lineAt(range[0]),
      ...(problem ? { problem } : {}),
    }));
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
}

/** `[label]: target "title"`; footnotes, `[^1]: …`, are none. */
function definitionsIn(text: string): (Found & { readonly label: string })[] {
  const pattern =
    /^[ \t>]*\[(?!\^)((?:[^\][\\]|\\.)+)\]:[ \t]*\n?[ \t]*(?:<([^<>\n]*)>|([^\s<]\S*))(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^)]*\)))?[ \t]*$/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    label: toLabel(match[1]!),
    target: unescaped(match[2] ?? match[3] ?? ""),
    range: [match.index, match.index + match[0].length],
  }));
}

/** Labels are compared without case, and with every stretch of whitespace as one space. */
function toLabel(text: string): string {
  return text.trim().replace(/\s+/g, " ").toLowerCase();
}

function htmlLinksIn(text: string): Found[] {
  const pattern = /<(?:a|img|source|video|audio)\b[^>]*?\s(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>/gi;
  return [...text.matchAll(pattern)].map((match) => ({
    target: (match[1] ?? match[2] ?? "").replaceAll("&amp;", "&").trim(),
    range: [match.index, match.index + match[0].length],
  }));
}

/** `[text](target "title")`, `![alt](target)`, also one inside the other's text. */
function inlineLinksIn(text: string): Found[] {
  const found: Found[] = [];
  for (const { index } of text.matchAll(/\]\(/g)) {
    if (isEscaped(text, index) || openBracket(text, index) === undefined) continue;
    const link = destinationAt(text, index + 2);
    if (link) found.push(link);
  }
  return found;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}

/** Where the `[` stands that the `]` at `close` belongs to; both are in one paragraph. */
function openBracket(text: string, close: number): number | undefined {
  let depth = 0;
  for (let at = close - 1; at >= 0; at--) {
    const char = text[at];
    if (char === "\n" && /^[ \t]*\n/.test(text.slice(at + 1, close + 1))) return undefined;
    if ((char !== "[" && char !== "]") || isEscaped(text, at)) continue;
    if (char === "]") depth++;
    else if (depth-- === 0) return at;
  }
  return undefined;
}

const TITLE = /(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*\)/y;

/** What stands in the parentheses of an inline link, or `undefined` when it is no link. */
function destinationAt(text: string, open: number): Found | undefined {
  const start = open + (/^[ \t]*\n?[ \t]*/.exec(text.slice(open, open + 200))?.[0].length ?? 0);
  const inAngles = /^<((?:[^<>\n\\]|\\.)*)>/.exec(text.slice(start, start + 4_000));
  const raw = inAngles ? inAngles[1]! : bareDestination(text, start);
  TITLE.lastIndex = start + (inAngles ? inAngles[0].length : raw.length);
  if (TITLE.test(text)) return { target: unescaped(raw), range: [open, TITLE.lastIndex] };
  return spacedDestination(text, open);
}

/** Up to the first whitespace, or the `)` that closes the link. */
function bareDestination(text: string, start: number): string {
  let depth = 0;
  for (let at = start; ; at++) {
    const char = text[at];
    if (char === undefined || /\s/.test(char)) return text.slice(start, at);
    if (char === "\\") at++;
    else if (char === "(") depth++;
    else if (char === ")" && depth-- === 0) return text.slice(start, at);
  }
}

/** `[text](my file.md)` is shown as it is typed, not as a link: a mistake worth telling. */
function spacedDestination(text: string, open: number): Found | undefined {
  const match = /^([^\s()<>"']+(?: [^\s()<>"']+)+)\)/.exec(text.slice(open, open + 1_000));
  const target = match?.[1];
  if (!target || !/\/|\.\w{1,5}(#\S*)?$/.test(target)) return undefined;
  const problem = "a target with spaces is no link: write %20 for each, or put it in <…>";
  return { target, range: [open, open + target.length + 1], problem };
}

/** `[text][label]` and `[label][]` whose label is defined nowhere. */
function undefinedReferencesIn(text: string, labels: ReadonlySet<string>): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(/\]\[((?:[^\][\\\n]|\\.)*)\]/g)) {
    const open = isEscaped(text, match.index) ? undefined : openBracket(text, match.index);
    // `list[0][1]` is no link, and `[^1][^2]` are two footnotes.
    if (open === undefined || /[\w\])]/.test(text[open - 1] ?? "") || match[1]!.startsWith("^")) continue;
    const label = toLabel(match[1] === "" ? text.slice(open + 1, match.index) : match[1]!);
    if (label === "" || labels.has(label)) continue;
    const range: Range = [open, match.index + match[0].length];
    found.push({
      target: `[${label}]`,
      range,
      problem: `the label [${label}] is defined nowhere in this file`,
    });
  }
  return found;
}

/** `<https://…>` and bare `https://…`, without the punctuation of the sentence around it. */
function addressesIn(text: string): Found[] {
  return [...text.matchAll(/\bhttps?:\/\/[^\s<>"'`\]|]+/gi)].map((match) => {
    let target = match[0];
    for (let before = ""; before !== target; ) {
      before = target;
      target = target.replace(/[.,;:!?*_~]+$/, "");
      if (target.endsWith(")") && target.split("(").length < target.split(")").length)
        target = target.slice(0, -1);
    }
    return { target, range: [match.index, match.index + match[0].length] };
  });
}

function unescaped(target: string): string {
  return target
    .trim()
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replaceAll("&amp;", "&");
}
