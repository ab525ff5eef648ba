/** What may stand before an import, or between two: comments, blanks, a directive. */
const BETWEEN = /(?:\s|;|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#!.*|"use [a-z ]+"|'use [a-z ]+')+/y;
/** An import statement; what it names is never a string and holds none. */
const IMPORT = /import\b(?!\s*[.(])(?:[^"'`;=]*\bfrom)?\s*(["'])(?:[^"'\n\\]*)\1(?:\s*with\s*\{[^}]*\})?/y;
const ZOD_ALONE = /^import\s*\{\s*z\s*\}\s*from\s*(["'])zod\1$/;

/**
 * `import { z } from "zod"` brings all of zod, every language of its messages included; `import * as z` the same names,
 * of which the bundle keeps those that are used: a fifth of the size, half of the time to load.
 *
 * Rewrites the former into the latter, on as many lines, among the imports that `source` begins with. What comes after
 * other code may be text in a string, and stays.
 */
export function toLeanZod(source: string): string {
  let lean = source;
  let at = 0;
  for (;;) {
    at += lengthAt(BETWEEN, lean, at);
    const length = lengthAt(IMPORT, lean, at);
    if (length === 0) return lean;
    const statement = lean.slice(at, at + length);
    const written = ZOD_ALONE.test(statement)
      ? `import * as z from "zod"${statement.replace(/[^\n]/g, "")}`
      : statement;
    lean = lean.slice(0, at) + written + lean.slice(at + length);
    at += written.length;
  }
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
