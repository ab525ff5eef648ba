import { readFileSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { type Diagnostic, diagnose, type Place } from "../../diagnostics/index.ts";
import { endColumnAt } from "./end-of-place.ts";
import type { TypeProblem } from "./parse-output.ts";
import { reword } from "./reword.ts";
import { keyAt } from "./subject.ts";

/** An error of tsc's as a finding; `tsCode` is 2322 of TS2322. */
export interface TypeFinding {
  readonly tsCode: number;
  readonly diagnostic: Diagnostic & { readonly at: Place };
  /** What it is about: its place, with the beginning of the value where that is a key, and with the end of the callee where it is an options object. */
  readonly about: Place;
  /** TypeScript's own text, each line of it. */
  readonly original: readonly string[];
}

/** The errors in files of the workspace at `root`, in the author's words; what is wrong in packages is not the author's. */
export function toTypeFindings(root: string, problems: readonly TypeProblem[]): TypeFinding[] {
  const sources = new Map<string, Source | undefined>();
  const sourceOf = (file: string) => {
    if (!sources.has(file)) sources.set(file, readSource(join(root, file)));
    return sources.get(file);
  };
  return problems.map(fromRoot(root)).flatMap((problem) => {
    const file = problem.at === undefined ? "tsconfig.json" : toOwnFile(root, problem.at.file);
    return file === undefined ? [] : [toFinding(problem, file, sourceOf(file))];
  });
}

/** TypeScript names modules by where they lie on this machine: what is said of a workspace is the same on every other. */
function fromRoot(root: string): (problem: TypeProblem) => TypeProblem {
  const prefix = `${root.split(sep).join("/").replace(/\/$/, "")}/`;
  const short = (text: string) => text.replaceAll(`"${prefix}`, '"');
  return ({ at, code, text, chain }) => ({ at, code, text: short(text), chain: chain.map(short) });
}

/** `file` from the root, with `/`; `undefined` outside the workspace and in its packages. */
export function toOwnFile(root: string, file: string): string | undefined {
  const own = (isAbsolute(file) ? relative(root, file) : file).split(sep).join("/");
  return own.startsWith("../") || isAbsolute(own) || /(?:^|\/)node_modules\//.test(own) ? undefined : own;
}

function toFinding(problem: TypeProblem, file: string, source: Source | undefined): TypeFinding {
  const { code, text, chain } = problem;
  const { line, column } = problem.at ?? { line: 1, column: 1 };
  const own = problem.at === undefined ? undefined : source?.lines[line - 1];
  const at: Place = {
    file,
    line,
    column,
    ...(own === undefined ? {} : { endLine: line, endColumn: endColumnAt(own.text, column, code) }),
  };
  const key = own && keyAt(source!.text, own.start + column - 1);
  const reworded = reword(problem, key);
  const original = [`TS${code}: ${text}`, ...chain];
  const facts = reworded
    ? { text: reworded.text, hint: reworded.hint }
    : { text: `${text.replace(/[.:]$/, "")} (TS${code}).`, hint: undefined };
  const notes = (reworded ? original : chain).join("\n");
  const diagnostic = diagnose("MS1001", facts, { at, notes: notes === "" ? [] : [notes] });
  const about = own === undefined ? at : aboutWhat(own.text, at, key !== undefined);
  return { tsCode: code, diagnostic: { ...diagnostic, at }, about, original };
}

function aboutWhat(line: string, at: Place, isKey: boolean): Place {
  if (line.startsWith("({", at.column - 2)) return { ...at, column: Math.max(1, at.column - 2) };
  const valueColumn = isKey ? valueColumnAt(line, at.endColumn!) : undefined;
  return valueColumn === undefined ? at : { ...at, endColumn: valueColumn + 1 };
}

/** The column at which the value of a key begins that ends before `column`; `undefined` when it stands on another line. */
function valueColumnAt(line: string, column: number): number | undefined {
  const between = /^\s*:\s*(?=\S)/.exec(line.slice(column - 1))?.[0];
  return between === undefined ? undefined : column + between.length;
}

interface Source {
  readonly text: string;
  readonly lines: readonly { readonly text: string; readonly start: number }[];
}

function readSource(path: string): Source | undefined {
  try {
    const text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
    const lines: { text: string; start: number }[] = [];
    let start = 0;
    for (const { index, 0: end } of text.matchAll(/\r\n|[\n\r\u2028\u2029]|$/g)) {
      lines.push({ text: text.slice(start, index), start });
      start = index + end.length;
    }
    return { text, lines };
  } catch {
    return undefined;
  }
}
