import { stripVTControlCharacters } from "node:util";
import { toVisible } from "../../support/to-visible.ts";

const MOST_LINES = 10;
const MOST_CHARACTERS = 2_000;

/**
 * The end of what a program wrote: up to 10 lines and 2,000 characters, without what is empty around them, without colours
 * and without anything else that a terminal would obey.
 */
export function lastLines(text: string): string {
  const lines = stripVTControlCharacters(text).trimEnd().split(/\r?\n/).slice(-MOST_LINES);
  const shown = lines.map(toVisible).join("\n").trimStart();
  return shown.length > MOST_CHARACTERS ? `…${shown.slice(-MOST_CHARACTERS).toWellFormed()}` : shown;
}
