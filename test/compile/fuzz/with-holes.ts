import { tokensOf } from "./mutate.ts";

const BLANK = /^(?:\s|\/[/*])/;
/** What stands before a bracket that takes an index, or a type, and begins no list. */
const INDEXED = /^(?:[\w$)\]}"'`>]|\?\.)/;

/** `source` once for each place in a list at which something can be left out: `[a, , b]`. */
export function withHoles(source: string): string[] {
  const tokens = tokensOf(source);
  const open: string[] = [];
  const found: string[] = [];
  let before = "";
  for (const [i, token] of tokens.entries()) {
    if (BLANK.test(token)) continue;
    if (token === "[") open.push(INDEXED.test(before) ? "index" : "list");
    else if ("({".includes(token)) open.push(token);
    else if (")]}".includes(token)) open.pop();
    if ((token === "[" || token === ",") && open.at(-1) === "list")
      found.push([...tokens.slice(0, i + 1), " ,", ...tokens.slice(i + 1)].join(""));
    before = token;
  }
  return found;
}
