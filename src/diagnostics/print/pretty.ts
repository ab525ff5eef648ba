import { stripVTControlCharacters } from "node:util";
import { toColors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { Diagnostic, OtherPlace, Place } from "../diagnostic.ts";
import { countSeverities } from "./count-severities.ts";
import { toFrame } from "./frame.ts";
import { withoutSecrets } from "./without-secrets.ts";

interface PrettyOptions {
  /** The text of a file, by the path that places name; `undefined` when it cannot be read. */
  readonly source: (file: string) => string | undefined;
  readonly color: boolean;
  /** The terminal's width in cells; absent where there is none. */
  readonly columns?: number | undefined;
}

const FRAME_INDENT = 3;
const COLOR_OF = { error: "red", warning: "yellow", info: "blue" } as const;

/**
 * `diagnostic` for a person: where, what, the code with `^` under the exact stretch, each other place with `-`, notes, the hint.
 * Several lines, without a line break at the end. Whatever names, messages and sources hold, the terminal obeys none of it.
 *
 * ```
 * scores/cold-leads.ts:14:6  error MS2102 unknown-field
 *   "score" does not exist on the output of "research" (it has: leads, quality).
 *    13 | const gate = branch(
 *    14 |   gte(research.output.score, 0.8),
 *       |                       ^^^^^
 *    15 | );
 *   hint: did you mean "quality"?
 * ```
 */
export function toPretty(diagnostic: Diagnostic, { source, color, columns }: PrettyOptions): string {
  const { at, code, name, severity, message, others, notes = [], hint } = diagnostic;
  const paint = toColors(color);
  const accent = paint[COLOR_OF[severity]];
  const inside = columns === undefined ? undefined : columns - FRAME_INDENT;
  const frameOf = (
    place: Place,
    style: { context: number; mark: string; paintMark: (text: string) => string },
  ) => {
    const text = source(place.file);
    return text === undefined
      ? []
      : toFrame(withoutSecrets(text, code, place), place, {
          ...style,
          columns: inside,
          paintGutter: paint.dim,
        });
  };
  const otherFrame = (other: OtherPlace) => [
    `  ${paint.bold(placeOf(other))}  ${toLines(other.label).join(" ")}`,
    ...indented(frameOf(other, { context: 0, mark: "-", paintMark: paint.cyan }), FRAME_INDENT),
  ];
  return [
    `${at === undefined ? "" : `${paint.bold(placeOf(at))}  `}${accent(severity)} ${accent(code)} ${name}`,
    ...indented(toLines(message), 2),
    ...(at === undefined
      ? []
      : indented(frameOf(at, { context: 1, mark: "^", paintMark: accent }), FRAME_INDENT)),
    ...others.flatMap(otherFrame),
    ...indented(notes.flatMap(toLines), 2).map(paint.dim),
    ...(hint === undefined ? [] : [`  ${paint.cyan("hint:")} ${toLines(hint).join("\n        ")}`]),
  ].join("\n");
}

/** The closing line: `2 errors, 1 warning in 12 files`, or `no problems in 12 files`. `files` is how many were looked at. */
export function toSummary(diagnostics: readonly Diagnostic[], { files }: { files: number }): string {
  const { errors, warnings, infos } = countSeverities(diagnostics);
  const found = [counted(errors, "error"), counted(warnings, "warning"), counted(infos, "info")]
    .filter((text) => !text.startsWith("0 "))
    .join(", ");
  return `${found || "no problems"} in ${counted(files, "file")}`;
}

function placeOf({ file, line, column }: Place): string {
  return `${toPlain(file)}:${line}:${column}`;
}

/** A thrown error's text may hold colours of its own. */
function toPlain(text: string): string {
  return toVisible(stripVTControlCharacters(text));
}

function toLines(text: string): string[] {
  return text
    .trimEnd()
    .split(/\r\n|\r|\n/)
    .map(toPlain);
}

function indented(lines: readonly string[], by: number): string[] {
  return lines.map((line) => (line === "" ? "" : " ".repeat(by) + line));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
