import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ts as TS } from "ts-morph";
import type { Place } from "../diagnostics/index.ts";
import type { Locator } from "./locate.ts";
import type { Syntax } from "./syntax.ts";

/** A comment `// maestro-ignore MS2007: reason`. */
export interface Suppression {
  /** As it is written; empty without one. */
  readonly code: string;
  readonly reason: string;
  /** The comment itself. */
  readonly at: Place;
  /** The line whose findings it is about: its own, or the next one when nothing else stands in its own. */
  readonly line: number;
}

const MARK = "maestro-ignore";
/** Files that may hold comments. */
export const SOURCE = /\.[mc]?[jt]sx?$/;
const COMMENT = new RegExp(String.raw`//[^\S\n\r]*${MARK}\b([^\n\r]*)`, "g");

/** Does a file hold the word, whatever it stands in? It is searched as bytes. */
export function hasMark(bytes: Buffer): boolean {
  return bytes.includes(MARK);
}

/** Those of `files` that hold the word. */
export function filesWithMark(root: string, files: readonly string[]): string[] {
  return files.filter((file) => {
    if (!SOURCE.test(file)) return false;
    try {
      return hasMark(readFileSync(join(root, file)));
    } catch {
      return false;
    }
  });
}

/** Every suppression in `files`, in the order of the source. */
export function findSuppressions(files: readonly string[], { open }: Pick<Locator, "open">): Suppression[] {
  return files.flatMap((file) => {
    const syntax = open(file);
    return syntax ? suppressionsIn(syntax) : [];
  });
}

function suppressionsIn(syntax: Syntax): Suppression[] {
  const { text } = syntax.source;
  const found = [...text.matchAll(COMMENT)].filter(({ index }) => isComment(syntax, index));
  const places = found.map((match) => ({
    match,
    at: syntax.stretch(match.index, match.index + match[0].trimEnd().length),
  }));
  const isAlone = ({ index }: { readonly index: number }) =>
    /(?:^|[\n\r\u2028\u2029])\s*$/.test(text.slice(0, index));
  const alone = new Set(places.filter(({ match }) => isAlone(match)).map(({ at }) => at.line));
  return places.map(({ match, at }) => {
    const [, code = "", reason = ""] = /^\s*([^\s:]*)\s*:?\s*(.*?)\s*$/.exec(match[1]!) ?? [];
    let { line } = at;
    // Several comments one below the other are about the same line.
    while (alone.has(line)) line++;
    return { code, reason, at, line };
  });
}

/** Does a comment begin at `position`? It may also be part of a text, or of another comment. */
function isComment({ ts, source }: Syntax, position: number): boolean {
  let node: TS.Node = source;
  for (;;) {
    const inner: TS.Node | undefined = node
      .getChildren(source)
      .find((child) => child.getFullStart() <= position && position < child.getEnd());
    if (!inner) break;
    node = inner;
  }
  const start = node.getFullStart();
  const comments = [
    ...(ts.getLeadingCommentRanges(source.text, start) ?? []),
    ...(ts.getTrailingCommentRanges(source.text, start) ?? []),
  ];
  return comments.some(({ pos }) => pos === position);
}
