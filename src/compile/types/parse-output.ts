/** One error as tsc prints it. */
export interface TypeProblem {
  /** Absent when it is about no place, such as an unknown option. `file` is as tsc names it: from its folder, or absolute. */
  readonly at: { readonly file: string; readonly line: number; readonly column: number } | undefined;
  /** 2322 of TS2322. */
  readonly code: number;
  readonly text: string;
  /** The indented lines that follow and say why, from the outermost to the innermost. */
  readonly chain: readonly string[];
}

/** What tsc printed. */
export interface CompilerOutput {
  readonly problems: readonly TypeProblem[];
  /** With `--listFiles`: every file it read, absolute, with `/`. */
  readonly files: readonly string[];
  /** Lines that are neither: what a compiler that broke down says. */
  readonly rest: readonly string[];
}

const PLACED = /^(.+)\((\d+),(\d+)\): error TS(\d+): (.*)$/;
const UNPLACED = /^error TS(\d+): (.*)$/;
const ABSOLUTE = /^(?:\/|[A-Za-z]:\/)/;

/** Reads what `tsc --pretty false --listFiles` prints. */
export function parseOutput(printed: string): CompilerOutput {
  const problems: (TypeProblem & { readonly chain: string[] })[] = [];
  const files: string[] = [];
  const rest: string[] = [];
  for (const line of printed.split(/\r?\n/)) {
    const placed = PLACED.exec(line);
    const unplaced = placed ? null : UNPLACED.exec(line);
    if (placed) {
      const [, file, row, column, code, text] = placed;
      const at = { file: file!, line: Number(row), column: Number(column) };
      problems.push({ at, code: Number(code), text: text!, chain: [] });
    } else if (unplaced) {
      problems.push({ at: undefined, code: Number(unplaced[1]), text: unplaced[2]!, chain: [] });
    } else if (/^\s+\S/.test(line)) problems.at(-1)?.chain.push(line);
    else if (ABSOLUTE.test(line)) files.push(line);
    else if (line !== "") rest.push(line);
  }
  return { problems, files, rest };
}
