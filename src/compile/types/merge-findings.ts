import { bySource, type Diagnostic, type Fix, type Place } from "../../diagnostics/index.ts";
import type { TypeFinding } from "./to-findings.ts";

/** Findings of ours that say what TypeScript says there too, and name the way out. */
const SAME_MISTAKE = /^MS(?:1004|1013|1105|121\d|2[12]\d\d|300\d|400[368])$/;
/** Warnings of ours about what TypeScript calls an error: a wider type into a narrower one. */
const SAID_LESS = "MS2106";
/** TypeScript's own words for a value that is read before it is there. */
const TOO_EARLY: ReadonlySet<number> = new Set([2448, 2449, 2450]);
/** What follows from that, or from a cycle, and is no mistake of its own: implicit `any`, "used before being assigned". */
const ECHOES: ReadonlySet<number> = new Set([2454, 7022, 7023, 7024]);

/**
 * What evaluation and TypeScript found, each mistake once, in the order of the source.
 *
 * - In a file with a syntax error, TypeScript's errors about its syntax are left out.
 * - In a file with a cycle, or with a use before a declaration, their echoes are left out.
 * - Where both speak about the same place, ours stays and TypeScript's text becomes a note of it; its fix, where ours has
 *   none. A warning that says less than TypeScript's error is left out.
 */
export function mergeFindings(
  evaluated: readonly Diagnostic[],
  typed: readonly TypeFinding[],
): readonly Diagnostic[] {
  const unparsed = new Set(evaluated.filter(({ code }) => code === "MS1003").flatMap(filesOf));
  const echoing = new Set([
    ...evaluated.filter(isCircular).flatMap(filesOf),
    ...typed.filter(({ tsCode }) => TOO_EARLY.has(tsCode)).map(({ diagnostic }) => diagnostic.at.file),
  ]);
  const merged = [...evaluated];
  const weaker = new Set<Diagnostic>();
  for (const { tsCode, diagnostic, about, original } of typed) {
    const { at } = diagnostic;
    if ((isSyntax(tsCode) && unparsed.has(at.file)) || (ECHOES.has(tsCode) && echoing.has(at.file))) continue;
    const same = narrowestOver(about, evaluated);
    for (const one of evaluated)
      if (one.code === SAID_LESS && one.at && isOverlapping(one.at, about)) weaker.add(one);
    if (same < 0) merged.push(diagnostic);
    else merged[same] = withNote(merged[same]!, original.join("\n"), diagnostic.fix);
  }
  return merged.filter((one) => !weaker.has(one)).sort(bySource);
}

/** TS1000 to TS1999 are about syntax, by TypeScript's own numbering. */
export function isSyntax(tsCode: number): boolean {
  return tsCode >= 1000 && tsCode < 2000;
}

function filesOf({ at, others }: Diagnostic): string[] {
  return [at, ...others].flatMap((place) => place?.file ?? []);
}

function isCircular({ code, message }: Diagnostic): boolean {
  return (
    code === "MS1006" || code === "MS2003" || (code === "MS1004" && message.includes("before initialization"))
  );
}

/** The index of the error that is about the least stretch over `place`; -1 when there is none. */
function narrowestOver(place: Place, evaluated: readonly Diagnostic[]): number {
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (const [i, { at, code, severity }] of evaluated.entries()) {
    if (severity !== "error" || !SAME_MISTAKE.test(code) || !at || !isOverlapping(at, place)) continue;
    const size = orderOf(endOf(at)) - orderOf(at);
    if (size < least) [best, least] = [i, size];
  }
  return best;
}

function isOverlapping(a: Place, b: Place): boolean {
  return a.file === b.file && orderOf(a) < orderOf(endOf(b)) && orderOf(b) < orderOf(endOf(a));
}

interface Point {
  readonly line: number;
  readonly column: number;
}

function endOf({ line, column, endLine = line, endColumn }: Place): Point {
  return { line: endLine, column: endColumn ?? column + 1 };
}

/** Orders points of one file. No line is as long. */
function orderOf({ line, column }: Point): number {
  return line * 2 ** 24 + column;
}

function withNote(diagnostic: Diagnostic, note: string, other: Fix | undefined): Diagnostic {
  const fix = diagnostic.fix ?? other;
  return { ...diagnostic, notes: [...(diagnostic.notes ?? []), note], ...(fix ? { fix } : {}) };
}
