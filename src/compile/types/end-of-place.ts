const NAME = /^#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/u;
const ACCESSES = /^(?:\??\.#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)+/u;
const NUMBER = /^\d[\w.]*/;
const TEXT = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)/;
/** Errors about a whole value, which begins at their place; the others are about one name. */
const ABOUT_VALUES: ReadonlySet<number> = new Set([2322, 2345, 2365, 2367, 2739, 2740, 2741]);

/**
 * Where the name, text or number ends that begins at `column` of `line`, exclusive, as columns count; one further when
 * something else stands there. tsc says only where an error begins.
 */
export function endColumnAt(line: string, column: number, code: number): number {
  const rest = line.slice(column - 1);
  const name = NAME.exec(rest)?.[0];
  if (name !== undefined) {
    const further = ABOUT_VALUES.has(code) ? (ACCESSES.exec(rest.slice(name.length))?.[0] ?? "") : "";
    return column + name.length + further.length;
  }
  const found = TEXT.exec(rest)?.[0] ?? NUMBER.exec(rest)?.[0];
  return column + (found?.length ?? 1);
}
