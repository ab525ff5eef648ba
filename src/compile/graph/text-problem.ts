import { type Context, createContext, runInContext } from "node:vm";
import type { JsonSchema } from "../../plan/index.ts";
import { wordsOf } from "./schema-words.ts";

/** Formats whose words say more than their pattern. */
const NAMED: ReadonlySet<unknown> = new Set(["email", "uuid", "date-time", "date", "time", "ipv4", "ipv6"]);
/** A pattern can take for ever: then it has not been looked at. Long enough that a busy machine decides the same. */
const LONGEST_MATCH_MS = 1_000;

/** What `target` demands of a string that `text` does not have; `"undecided"` when a demand was not looked at. */
export function textProblem(text: string, target: JsonSchema): string | "undecided" | undefined {
  const { minLength, maxLength, pattern, format } = target;
  // JSON Schema counts characters, libraries count code units: only what is wrong for both is wrong.
  const characters = [...text].length;
  if (typeof minLength === "number" && text.length < minLength)
    return minLength === 1 ? "it must not be empty" : `it has to have at least ${minLength} characters`;
  if (typeof maxLength === "number" && characters > maxLength)
    return `it may have at most ${maxLength} characters`;
  const isDecided =
    (typeof minLength !== "number" || characters >= minLength) &&
    (typeof maxLength !== "number" || text.length <= maxLength);
  if (format === "uri" && !URL.canParse(text.trim())) return `it has to be ${wordsOf(target)}`;
  if (typeof pattern === "string") {
    const isMatch = matches(text, pattern);
    if (isMatch === undefined) return "undecided";
    if (!isMatch) return `it has to ${NAMED.has(format) ? `be ${wordsOf(target)}` : `match /${pattern}/`}`;
  }
  // Of a URL nothing but its form is said, and a library may want more.
  const isWhole = format === undefined || typeof pattern === "string";
  return isDecided && isWhole ? undefined : "undecided";
}

let context: Context | undefined;
/** Tried once, and never again. */
const endless = new Set<string>();

/** `undefined` when the pattern is none, or did not come to an end. */
function matches(text: string, pattern: string): boolean | undefined {
  if (endless.has(pattern)) return undefined;
  context ??= createContext();
  Object.assign(context, { text, pattern });
  try {
    return runInContext("new RegExp(pattern).test(text)", context, { timeout: LONGEST_MATCH_MS }) as boolean;
  } catch {
    endless.add(pattern);
    return undefined;
  }
}
