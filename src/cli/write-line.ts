import { toVisible } from "../support/to-visible.ts";
import type { Io } from "./io.ts";

/** What `toColors` writes, and nothing else of what a terminal obeys. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours begin with
const COLOR = /(\u001b\[(?:1|2|22|31|32|33|34|36|39)m)/;

/**
 * Writes a line for people. Whatever names, messages and values it is made of, the terminal obeys none of it, and it
 * stays one line: what is written for programs goes through `io.write`, as it is.
 */
export function writeLine(io: Pick<Io, "write" | "hasColor">, line: string): void {
  io.write(`${toPrintable(line, io)}\n`);
}

/** Writes a text whose line breaks are meant, and nothing else in it that a terminal obeys. */
export function writeLines(io: Pick<Io, "write" | "hasColor">, text: string): void {
  for (const line of text.split(/\r?\n/)) writeLine(io, line);
}

/** As {@link writeLines}, to standard error. */
export function warnLines(io: Pick<Io, "warn" | "hasColor">, text: string): void {
  io.warn(
    text
      .split(/\r?\n/)
      .map((line) => toPrintable(line, io))
      .join("\n"),
  );
}

/** `line` as {@link writeLine} writes it. */
export function toPrintable(line: string, { hasColor }: Pick<Io, "hasColor">): string {
  if (!hasColor) return toVisible(line);
  return line
    .split(COLOR)
    .map((part, index) => (index % 2 === 1 ? part : toVisible(part)))
    .join("");
}
