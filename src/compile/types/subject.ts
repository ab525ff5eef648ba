const KEY = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([\p{ID_Start}$_][\p{ID_Continue}$]*))\s*([:,}]|$)/u;
/** How far back the bracket is looked for that a name stands in. */
const FARTHEST = 4_000;
const PAIRS: Readonly<Record<string, string>> = { "}": "{", "]": "[", ")": "(" };

/** The key of an object that stands at `offset` of `source`: what an error there is about. `undefined` when it is no key. */
export function keyAt(source: string, offset: number): string | undefined {
  const line = source.slice(offset).split(/[\n\r]/, 1)[0]!;
  const [match, double, single, name, after] = KEY.exec(line) ?? [];
  if (match === undefined) return undefined;
  // A shorthand `{ profile }` looks like an element of `[first, second]`.
  if (after !== ":" && (name === undefined || !isShorthand(source, offset))) return undefined;
  return double ?? single ?? name;
}

function isShorthand(source: string, offset: number): boolean {
  const before = source
    .slice(Math.max(0, offset - FARTHEST), offset)
    .trimEnd()
    .at(-1);
  return (before === "{" || before === ",") && openerBefore(source, offset) === "{";
}

/** The bracket that is open at `offset`, as far as brackets tell: those in strings and comments are taken for such. */
function openerBefore(source: string, offset: number): string | undefined {
  const closed: string[] = [];
  for (let i = offset - 1; i >= Math.max(0, offset - FARTHEST); i--) {
    const character = source[i]!;
    if (character in PAIRS) closed.push(PAIRS[character]!);
    else if ("([{".includes(character) && closed.pop() !== character) return character;
  }
  return undefined;
}
