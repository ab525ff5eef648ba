/** Markdown with what is not prose blanked out. Every character keeps its offset, so lines can still be counted. */

export interface Prose {
  /** Without code blocks, front matter and comments. */
  readonly text: string;
  /** Without code spans either: nothing in it is code. */
  readonly plain: string;
}

export function toProse(markdown: string): Prose {
  const blocks = blankBlocks(markdown.replaceAll("\r\n", " \n"));
  const { code, comments } = spansOf(blocks);
  const text = blankRanges(blocks, comments);
  return { text, plain: blankRanges(text, code) };
}

/** From the first character to behind the last. */
export type Range = readonly [start: number, end: number];

/** `text` with spaces in place of `ranges`; line breaks stay. */
export function blankRanges(text: string, ranges: readonly Range[]): string {
  let result = "";
  let at = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    result += text.slice(at, from) + blank(text.slice(from, end));
    at = end;
  }
  return result + text.slice(at);
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

interface Fence {
  readonly mark: string;
  readonly quoted: boolean;
}

/** The line-by-line state of {@link blankBlocks}. */
interface Walk {
  fence: Fence | undefined;
  inComment: boolean;
  inList: boolean;
  /** The line before was blank or indented code: a line indented by four is code now. */
  mayIndent: boolean;
}

function blankBlocks(markdown: string): string {
  const lines = markdown.split("\n");
  const walk: Walk = { fence: undefined, inComment: false, inList: false, mayIndent: true };
  const first = frontMatterEnd(lines);
  return lines.map((line, i) => (i < first || isBlock(line, walk) ? blank(line) : line)).join("\n");
}

/** The number of lines of front matter: YAML between two `---`, at the very top. */
function frontMatterEnd(lines: readonly string[]): number {
  if (lines[0]?.trimEnd() !== "---") return 0;
  return lines.findIndex((line, i) => i > 0 && /^(---|\.\.\.)\s*$/.test(line)) + 1;
}

/** Does the line belong to a code block or a comment of its own lines? Moves `walk` on. */
function isBlock(line: string, walk: Walk): boolean {
  const bare = line.replace(/^( {0,3}>)+ ?/, "");
  const quoted = bare !== line;
  if (walk.fence?.quoted && !quoted) walk.fence = undefined;
  if (walk.fence) {
    const closing = /^\s*(`{3,}|~{3,})\s*$/.exec(bare)?.[1];
    if (closing?.startsWith(walk.fence.mark)) walk.fence = undefined;
    return true;
  }
  if (walk.inComment || /^ {0,3}<!--/.test(bare)) {
    // What stands behind the end of a comment belongs to its block.
    walk.inComment = !bare.includes("-->", walk.inComment ? 0 : bare.indexOf("<!--") + 4);
    return true;
  }
  const mark = openingFence(bare, walk.inList);
  if (mark !== undefined) {
    walk.fence = { mark, quoted };
    return true;
  }
  return isIndentedCode(bare, walk);
}

function openingFence(line: string, inList: boolean): string | undefined {
  const match = /^(\s*)((?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}|~{3,})(.*)$/.exec(line);
  if (!match) return undefined;
  const [, indent = "", marker, mark = "", info = ""] = match;
  if (mark.startsWith("`") && info.includes("`")) return undefined;
  return indent.length <= 3 || inList || marker ? mark : undefined;
}

function isIndentedCode(line: string, walk: Walk): boolean {
  const isBlank = line.trim() === "";
  const isIndented = /^( {4}| {0,3}\t)/.test(line);
  if (!isBlank) {
    if (/^ {0,3}([-*+]|\d{1,9}[.)])(\s|$)/.test(line)) walk.inList = true;
    else if (!isIndented && walk.mayIndent && !/^ {2,3}\S/.test(line)) walk.inList = false;
  }
  const isCode = !isBlank && isIndented && walk.mayIndent && !walk.inList;
  walk.mayIndent = isBlank || isCode;
  return isCode;
}

/** Code spans and comments inside paragraphs. A code span ends with its paragraph. */
function spansOf(text: string): { code: Range[]; comments: Range[] } {
  const code: Range[] = [];
  const comments: Range[] = [];
  const token = /\\[\\`<]|`+|<!--/g;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match;
    if (found.startsWith("\\")) continue;
    const start = match.index;
    const end = found === "<!--" ? endOfComment(text, start) : endOfCode(text, start, found);
    if (end === undefined) continue;
    (found === "<!--" ? comments : code).push([start, end]);
    token.lastIndex = end;
  }
  return { code, comments };
}

function endOfComment(text: string, start: number): number {
  const end = text.indexOf("-->", start + 4);
  return end < 0 ? text.length : end + 3;
}

function endOfCode(text: string, start: number, ticks: string): number | undefined {
  const paragraph = text.slice(start + ticks.length).split(/\n[ \t]*\n/, 1)[0]!;
  for (const { 0: run, index } of paragraph.matchAll(/`+/g)) {
    if (run.length === ticks.length) return start + ticks.length + index + run.length;
  }
  return undefined;
}
