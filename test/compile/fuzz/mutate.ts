/** Numbers from 0 to 1 that are the same for the same `seed`. */
export function toRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[\w$]+|=>|\.\.\.|[=!]==?|[\s\S]/g;

const ODD = [
  "\0",
  "\u2028",
  "\ufeff",
  "\u202e",
  "\u{1f3bc}",
  "\ud800",
  "\u00a0",
  "\\",
  "`",
  "#",
  "@",
  "${",
  "*/",
  "<!--",
  "\r",
  "\u001b[31m",
];
const LITERALS = [
  "undefined",
  "null",
  "NaN",
  "-1",
  "0",
  "1e309",
  "10n",
  '""',
  '"__proto__"',
  "[]",
  "{}",
  "() => {}",
  "Symbol()",
  "new Date(0)",
  "new Map()",
  "async () => 1",
  "function () { return this }",
  "/x/",
  "Promise.resolve(1)",
  "class {}",
  "Object.create(null)",
  "new Proxy({}, {})",
  "[,]",
];
const NUMBERS = ["0", "-1", "1.5", "1e21", "9007199254740993", "1e309", "0x7fffffff", "4294967295", "NaN"];
const NAMES = ["input", "output", "nodes", "undefined", "constructor", "then", "await", "default", "id", "x"];
const MOST_NESTED = 3_000;

type Random = () => number;
type Mutation = (tokens: string[], random: Random) => void;

const at = (tokens: readonly unknown[], random: Random) => Math.floor(random() * tokens.length);
const pick = <T>(list: readonly T[], random: Random): T => list[at(list, random)]!;

/** One of the tokens that match, or `undefined` when there is none. */
function among(tokens: readonly string[], pattern: RegExp, random: Random): number | undefined {
  const found = [...tokens.keys()].filter((i) => pattern.test(tokens[i]!));
  return found.length === 0 ? undefined : pick(found, random);
}

function replaceOne(
  pattern: RegExp,
  by: (token: string, random: Random, tokens: readonly string[]) => string,
): Mutation {
  return (tokens, random) => {
    const i = among(tokens, pattern, random);
    if (i !== undefined) tokens[i] = by(tokens[i]!, random, tokens);
  };
}

/** A stretch of lines as tokens: where it begins, and how many. */
function lineAt(tokens: readonly string[], random: Random): [number, number] {
  const starts = [0, ...[...tokens.keys()].filter((i) => tokens[i]!.includes("\n")).map((i) => i + 1)];
  const n = at(starts, random);
  return [starts[n]!, (starts[n + 1] ?? tokens.length) - starts[n]!];
}

const WORD = /^[A-Za-z_$][\w$]*$/;
const STRING = /^["']/;

const MUTATIONS: readonly Mutation[] = [
  (tokens, random) => void tokens.splice(at(tokens, random), 1),
  (tokens, random) => void tokens.splice(at(tokens, random), 1 + Math.floor(random() * 8)),
  (tokens, random) => {
    const i = at(tokens, random);
    tokens.splice(i, 0, tokens[i] ?? "");
  },
  (tokens, random) => {
    const [i, k] = [at(tokens, random), at(tokens, random)];
    [tokens[i], tokens[k]] = [tokens[k] ?? "", tokens[i] ?? ""];
  },
  (tokens, random) => void tokens.splice(...lineAt(tokens, random)),
  (tokens, random) => {
    const [from, count] = lineAt(tokens, random);
    tokens.splice(from, 0, ...tokens.slice(from, from + count));
  },
  (tokens, random) => {
    const [from, count] = lineAt(tokens, random);
    const line = tokens.splice(from, count);
    tokens.splice(at(tokens, random), 0, ...line);
  },
  replaceOne(/^\d/, (_, random) => pick(NUMBERS, random)),
  replaceOne(STRING, (_, random) =>
    JSON.stringify(pick([...ODD, ...NAMES, "", "a".repeat(200), "a b", "1x"], random)),
  ),
  replaceOne(STRING, (token, random, tokens) => tokens[among(tokens, STRING, random)!] ?? token),
  replaceOne(WORD, (token, random, tokens) => tokens[among(tokens, WORD, random)!] ?? token),
  replaceOne(WORD, (_, random) => pick(NAMES, random)),
  replaceOne(WORD, (token, random) => token.slice(0, -1) + pick(["", "x", "_", "\u00e9"], random)),
  replaceOne(/^(?:[\w$]+|["'`].*|\[|\{)$/, (_, random) => pick(LITERALS, random)),
  replaceOne(/^[()[\]{}<>]$/, (_, random) => pick([..."()[]{}<>", ""], random)),
  replaceOne(/^[,;:.?!=]|^=>$/, (_, random) =>
    pick([",", ";", ":", ".", "?", "!", "=", "=>", "?.", "...", "??"], random),
  ),
  (tokens, random) => void tokens.splice(at(tokens, random), 0, pick(ODD, random)),
  (tokens, random) => void tokens.splice(at(tokens, random), 0, pick(LITERALS, random)),
  replaceOne(/^(?:[\w$]+|["'`].*)$/, (token, random) => {
    const [open, close] = pick(
      [
        ["(", ")"],
        ["[", "]"],
        ["{ a: ", " }"],
        ["(() => ", ")()"],
        ["z.array(", ")"],
      ],
      random,
    );
    const depth = Math.floor(random() ** 3 * MOST_NESTED) + 1;
    return open!.repeat(depth) + token + close!.repeat(depth);
  }),
  (tokens, random) => void tokens.splice(at(tokens, random)),
];

export function tokensOf(source: string): string[] {
  return source.match(TOKEN) ?? [];
}

/** `source` with 1 to 4 things about it changed. */
export function mutate(source: string, random: Random): string {
  const tokens = tokensOf(source);
  const count = 1 + Math.floor(random() ** 2 * 4);
  for (let i = 0; i < count && tokens.length > 0; i++) pick(MUTATIONS, random)(tokens, random);
  return tokens.join("");
}
