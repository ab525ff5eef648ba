import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../define/finding.ts";
import type { Place } from "../diagnostics/index.ts";
import { findCredentials } from "../support/credentials.ts";

type Stretch = { readonly from: number; readonly to: number } | undefined;

/** A text that a tag such as `text` stands before begins after the place of its call. */
const AHEAD = 500;

/**
 * The words inside `place` that the finding is about: a credential, a placeholder, the name of a field. The place itself
 * where they are not written there, such as in a text that is put together.
 */
export function narrowPlace(root: string, place: Place, finding: Finding): Place {
  if (finding.code !== "MS3201" && finding.code !== "MS3102") return place;
  const { words } = finding.code === "MS3102" ? finding.facts : { words: undefined };
  if (finding.code === "MS3102" && words === undefined) return place;
  const source = read(join(root, place.file));
  if (source === undefined) return place;
  const starts = [
    0,
    ...[...source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map((one) => one.index + one[0].length),
  ];
  const offset = (line: number, column: number) => (starts[line - 1] ?? source.length) + column - 1;
  const from = offset(place.line, place.column);
  const to = offset(place.endLine ?? place.line, place.endColumn ?? place.column);
  const find = (text: string): Stretch =>
    words === undefined
      ? findCredentials(text).find((one) => text.startsWith(shownIn(finding), one.from))
      : wordIn(text, words);
  const found =
    find(source.slice(from, to)) ?? (words === undefined ? find(source.slice(from, to + AHEAD)) : undefined);
  if (!found) return place;
  const at = (position: number) => {
    const line = starts.findLastIndex((start) => start <= position);
    return { line: line + 1, column: position - starts[line]! + 1 };
  };
  const [start, end] = [at(from + found.from), at(from + found.to)];
  return { file: place.file, ...start, endLine: end.line, endColumn: end.column };
}

function shownIn(finding: Finding): string {
  return finding.code === "MS3201" ? finding.facts.shown : "";
}

/** The first that is read as a field, `input.name`, before one that stands for itself. A placeholder may stand anywhere. */
function wordIn(text: string, words: string): Stretch {
  const find = (pattern: string) => text.search(new RegExp(pattern));
  const asField = /^\w+$/.test(words) ? find(`(?<=\\.)${words}\\b`) : -1;
  const from = asField >= 0 ? asField : /^\w+$/.test(words) ? find(`\\b${words}\\b`) : text.indexOf(words);
  return from < 0 ? undefined : { from, to: from + words.length };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/^\ufeff/, "");
  } catch {
    return undefined;
  }
}
