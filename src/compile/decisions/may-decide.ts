import { CONSTRUCTORS, PACKAGE } from "./constructors.ts";

const IMPORTS = new RegExp(
  `import\\s+(?:\\{([^}]*)\\}|\\*\\s*as\\s+([\\w$]+))\\s*from\\s*["']${PACKAGE}["']`,
  "g",
);
const OPERATOR = /\b(?:if|while|for)\s*\(|&&|\|\||\?\?|\?(?![.:?])|!|===/;
const CONST = /\bconst\s+([\w$]+)\s*(?::[^=;]*)?=\s*([\w$]+)/g;
const PARAMETERS = /\b(?:each|onError)\s*(?::\s*)?\(?\s*([\w$]+)(?:\s*,\s*([\w$]+))?/g;

/** What may follow a name and still be the reference: fields, and one call such as `.is("bug")`. */
const PATH = /(?:\s*!?\??\.\s*[\w$]+|!|\[[^\]\n]*\]|\([^()\n]*\))*/.source;
const BEFORE = /(?:\b(?:if|while)\s*\(|\bfor\s*\([^;)]*;|!|&&|\|\||\?\?|===|!==)[\s(!]{0,40}/.source;
const AFTER = /[\s)]{0,40}(?:&&|\|\||\?\?|\?(?![.:?])|===|!==)/.source;

/**
 * Could `source` decide something in JavaScript by a node or a reference? A look at its text, 10 to 100 µs a file: it
 * may say yes in vain, and then the file is parsed.
 */
export function mayDecide(source: string): boolean {
  if (!source.includes(PACKAGE) || !OPERATOR.test(source)) return false;
  const called = calledIn(source);
  if (called.size === 0) return false;
  const names = [...heldIn(source, called)].map((name) => `${escaped(name)}(?![\\w$])`);
  // A constructor counts where it is called: `input` is also what a task's function is given.
  const calls = [...called].map(([name, next]) => `${escaped(name)}\\s*(?=\\${next})`);
  const subject = `(?<![\\w$.])(?:${[...names, ...calls].join("|")})`;
  return new RegExp(`${BEFORE}${subject}|${subject}${PATH}${AFTER}`).test(source);
}

function escaped(name: string): string {
  return name.replaceAll("$", "\\$");
}

/** The constructors that are imported, by the names they have here, and the name of the whole package; with what follows. */
function calledIn(source: string): ReadonlyMap<string, "(" | "."> {
  const names = new Map<string, "(" | ".">();
  for (const [, listed, whole] of source.matchAll(IMPORTS)) {
    if (whole !== undefined) names.set(whole, ".");
    for (const one of listed?.split(",") ?? []) {
      const [imported = "", local = imported] = one.trim().split(/\s+as\s+/);
      if (CONSTRUCTORS.has(imported)) names.set(local, "(");
    }
  }
  return names;
}

/** Consts that hold what constructors gave, or something out of it; and what `each` and `onError` are given. */
function heldIn(source: string, called: ReadonlyMap<string, string>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, name, from] of source.matchAll(CONST))
    if (called.has(from!) || names.has(from!)) names.add(name!);
  for (const [, ...parameters] of source.matchAll(PARAMETERS))
    for (const name of parameters) if (name !== undefined) names.add(name);
  return names;
}
